"""Models, optimizers and functions of torch are pickled and copied while it trains."""

import copy
import inspect
import io
import pickle
import torch
from torch import nn
from torch.nn import functional as F
from ending import told

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.BatchNorm1d(8), nn.Linear(8, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for i in range(20):
    x = torch.randn(16, 4)
    loss = F.huber_loss(model(x), x[:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
functions = [
    F.dropout,
    F.batch_norm,
    torch.autograd.backward,
    torch.autograd.grad,
    torch.optim.Optimizer.__init__,
    torch.optim.SGD.step,
    torch.Tensor.backward,
    torch.no_grad,
    torch.amp.GradScaler.scale,
]
print([pickle.loads(pickle.dumps(f)) is f for f in functions])
print(
    [str(inspect.signature(f)) for f in functions], [len(inspect.getsource(f)) for f in functions]
)
print([(f.__module__, f.__qualname__) for f in functions])
twin = pickle.loads(pickle.dumps((model, optimizer)))
buffer = io.BytesIO()
torch.save({"model": model, "optimizer": optimizer.state_dict()}, buffer)
print(
    len(buffer.getvalue()),
    len(pickle.dumps(model)),
    len(pickle.dumps(optimizer)),
    copy.deepcopy(optimizer).state_dict().keys(),
)
told(model, twin[0])
