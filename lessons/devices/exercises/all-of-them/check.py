import torch
from torch import nn

from engine.grading.checks import Code, expect, near, number, tensor

META = torch.device("meta")


class Seen:
    """One call on the device "meta": where everything was, and what came of it."""

    def __init__(self, code):
        model, self.inputs, self.error, self.loss = nn.Linear(3, 1), None, None, None
        model.register_forward_pre_hook(self.note)
        x, y = torch.randn(5, 3), torch.randn(5, 1)
        try:
            self.loss = code.loss_on(model, x, y, META)
        except (RuntimeError, NotImplementedError) as error:
            if "device" not in str(error):
                raise
            self.error = error
        self.weights = model.weight.device if self.inputs is None else self.weights

    def note(self, module, arguments):
        self.weights, self.inputs = module.weight.device, arguments[0].device


def model(code: Code) -> None:
    seen = Seen(code)
    ignored = seen.inputs == seen.weights != META
    expect(not ignored, "ignores-the-device", got=seen.weights, device=META)
    expect(seen.weights == META, "model-left", got=seen.weights, device=META)


def inputs(code: Code) -> None:
    seen = Seen(code)
    expect(seen.inputs in (META, None), "inputs-left", got=seen.inputs, device=META)


def targets(code: Code) -> None:
    seen = Seen(code)
    if seen.error is not None:
        expect(False, "targets-left", got="cpu", device=META, error=str(seen.error).partition(".")[0])


def loss(code: Code) -> None:
    got = tensor(Seen(code).loss, "What `loss_on` returns")
    expect(got.numel() == 1, "prediction", shape=tuple(got.shape))
    layer, x, y = nn.Linear(3, 1), torch.randn(5, 3), torch.randn(5, 1)
    want = float(nn.functional.mse_loss(layer(x), y).detach())
    got = number(code.loss_on(layer, x, y, torch.device("cpu")), "What `loss_on` returns")
    expect(near(got, want), "not-the-loss", got=got, want=want)
