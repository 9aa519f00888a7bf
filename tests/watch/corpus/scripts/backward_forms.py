"""backward() in all its forms: lists, generators, edges, given gradients, inputs, and what it refuses."""

import torch
from ending import told

torch.manual_seed(0)
w = torch.randn(3, requires_grad=True)
v = torch.randn(3, requires_grad=True)


def losses():
    return ((w * i).pow(2).sum() for i in range(1, 4))


torch.autograd.backward(list(losses()))
torch.autograd.backward(losses())
torch.autograd.backward(tuple(losses()), (torch.tensor(2.0),) * 3)
(w * v).backward(torch.ones(3))
(w * v).sum().backward(inputs=[v])
edge = torch.autograd.graph.get_gradient_edge((w * v).sum())
torch.autograd.backward(edge, grad_tensors=torch.tensor(1.0))
(w * v).sum().backward(retain_graph=True, create_graph=False)
for wrong in (
    lambda: torch.autograd.backward([]),
    lambda: w.backward(),
    lambda: torch.ones(1).backward(),
    lambda: torch.autograd.backward(None),
    lambda: (w * v).sum().backward(inputs=[]),
):
    try:
        print("went", wrong())
    except Exception as error:
        print(type(error).__name__, str(error)[:60])
hessian = torch.autograd.functional.hessian(lambda p: (p**3).sum(), w.detach())
jacobian = torch.func.jacrev(lambda p: p**2)(v.detach())
print(
    hessian.diagonal().sum().item(), jacobian.sum().item(), w.grad.sum().item(), v.grad.sum().item()
)
told(w.grad, v.grad)
