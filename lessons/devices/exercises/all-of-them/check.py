import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from engine.grading.checks import DTYPES, Code, agrees, expect, near, number, tensor

META = torch.device("meta")


def loss_on(model, x, y, device):
    return nn.functional.mse_loss(model(x), y)


class Shifted(nn.Module):
    """A linear layer with a buffer: what belongs to a model is more than its parameters."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.register_buffer("shift", torch.ones(outputs))
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.linear(x) + self.shift


def problem(draw, dtype=torch.float32, scale=1.0, is_deep=True, size=None):
    outputs, n = size or (draw.whole(1, 3), draw.one_of([1, 5, 8]))
    inputs = draw.whole(1, 4)
    deep = nn.Sequential(nn.Linear(inputs, 4), nn.Tanh(), nn.Linear(4, outputs))
    model = draw.settle(deep if is_deep else Shifted(inputs, outputs)).to(dtype)
    return model, draw.normal(n, inputs, dtype=dtype), draw.normal(n, outputs, dtype=dtype, scale=scale)


def cases(draw):
    dtypes, devices = draw.every(DTYPES), draw.every(["cpu", torch.device("cpu")])
    deep, sizes = draw.every([True, False]), draw.every([(1, 5), (3, 1), (1, 1), (1, 8), (2, 5)])
    for scale in (1.0, 1.0, 0.1, 100.0, 1.0):
        model, x, y = problem(draw, next(dtypes), scale, next(deep), next(sizes))
        yield draw.used(model, freeze=False), x, y, next(devices)


class Products(TorchFunctionMode):
    """Notes what the first layer is given, however the model is called."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is nn.functional.linear and self.seen.inputs is None:
            self.seen.inputs, self.seen.weights = args[0].device, args[1].device
        return func(*args, **(kwargs or {}))


class Seen:
    """One call on the device "meta": where everything was, and what came of it."""

    def __init__(self, code, device=META, is_deep=None):
        self.error, self.loss = None, None
        self.model, self.x, self.y = problem(code.draw, is_deep=code.draw.one_of([True, False]) if is_deep is None else is_deep)
        self.inputs = self.weights = None
        try:
            with Products(self):
                self.loss = code.may("moved", "statistics-moved").loss_on(self.model, self.x, self.y, device)
        except (RuntimeError, NotImplementedError) as error:
            if "device" not in str(error):
                raise
            self.error = error
        left = [p.device for p in self.model.parameters() if p.device.type != str(device)]
        self.left = left[0] if left else None
        self.buffers = [(name, b.device) for name, b in self.model.named_buffers() if b.device.type != str(device)]


def model(code: Code) -> None:
    seen = Seen(code)
    ignored = seen.inputs is not None and seen.inputs == seen.weights != META
    expect(not ignored, "ignores-the-device", got=seen.weights, device=META)
    expect(seen.left is None, "model-left", got=seen.left, device=META)
    seen = Seen(code, is_deep=False)
    name, at = next(iter(seen.buffers), ("", ""))
    expect(not seen.buffers, "buffer-left", name=name, got=at, device=META)
    # A name that is written out is right on one device, and wrong on the next.
    at_home = Seen(code, "cpu").left
    expect(at_home is None, "moved-elsewhere", got=at_home, device="cpu")


def inputs(code: Code) -> None:
    seen = Seen(code)
    expect(seen.inputs in (META, None), "inputs-left", got=seen.inputs, device=META)


def targets(code: Code) -> None:
    seen = Seen(code)
    if seen.error is not None:
        expect(False, "targets-left", got="cpu", device=META, error=str(seen.error).partition(".")[0])
    expect(seen.x.device == seen.y.device == torch.device("cpu"), "changed-in-place", name="x")


def loss(code: Code) -> None:
    for device in (META, "meta"):
        got = tensor(Seen(code, device).loss, "What `loss_on` returns")
        expect(got.numel() == 1, "prediction", shape=tuple(got.shape))
        expect(got.device == META, "loss-elsewhere", got=got.device, device=META)


def right(code: Code) -> None:
    def diagnose(got, want, *_):
        got, want = number(got, "What `loss_on` returns"), float(want.detach())
        expect(near(got, want), "not-the-loss", got=got, want=want)

    agrees(code, loss_on, cases, diagnose=diagnose, exactly=True)
    for model, x, y, device in cases(code.draw):
        got = tensor(code.loss_on(model, x, y, device), "What `loss_on` returns")
        parameters = list(model.parameters())
        want = torch.autograd.grad(loss_on(model, x, y, device), parameters)
        expect(got.requires_grad, "no-way-back")
        found = torch.autograd.grad(got.sum(), parameters, allow_unused=True)
        expect(all(g is not None and near(g, w, 1e-3) for g, w in zip(found, want)), "no-way-back")
