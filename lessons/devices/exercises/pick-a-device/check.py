from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import torch
from torch.overrides import TorchFunctionMode

from engine.grading.checks import Code, Wrong, expect


class Pretended(TorchFunctionMode):
    """Tensors that are sent to "cuda" go to the device "meta", or meet an error without a GPU."""

    def __init__(self, gpu):
        super().__init__()
        self.gpu = gpu

    def __torch_function__(self, func, types, args=(), kwargs=None):
        def there(value):
            named = isinstance(value, str | torch.device) and str(value).startswith("cuda")
            if named and not self.gpu:
                raise RuntimeError("No CUDA GPUs are available")
            return torch.device("meta") if named else value

        if func is torch.Tensor.cuda:
            func, args = torch.Tensor.to, (args[0], "cuda")
        if func is torch.device:
            return func(*args, **(kwargs or {}))
        if func == torch.Tensor.device.__get__:
            at = func(*args)
            return torch.device("cuda", 0) if at.type == "meta" else at
        kwargs = {name: there(value) for name, value in (kwargs or {}).items()}
        return func(*map(there, args), **kwargs)


@contextmanager
def machine(gpu, built_for_it=True):
    """A machine that says it has a GPU or none, and that PyTorch was built for one or not."""

    def accelerator(check_available=False):
        # It names what PyTorch was built for, unless it is told to look.
        there = gpu if check_available else built_for_it
        return torch.device("cuda") if there else None

    def name(*_):
        if not gpu:
            raise RuntimeError("No CUDA GPUs are available")
        return "a pretended GPU"

    answers = {
        "torch.cuda.is_available": gpu,
        "torch.cuda.device_count": int(gpu),
        "torch.cuda.current_device": 0,
        "torch.backends.cuda.is_built": built_for_it,
        "torch.accelerator.is_available": gpu,
        "torch.accelerator.device_count": int(gpu),
        "torch.backends.mps.is_available": False,
    }
    with ExitStack() as stack:
        for target, answer in answers.items():
            stack.enter_context(patch(target, lambda *a, answer=answer, **k: answer))
        stack.enter_context(patch("torch.accelerator.current_accelerator", accelerator))
        for function in ("get_device_name", "get_device_properties", "init"):
            stack.enter_context(patch(f"torch.cuda.{function}", name))
        stack.enter_context(Pretended(gpu))
        yield


def picked(code, gpu, built_for_it=True):
    """What the file answers that is loaded on such a machine."""
    try:
        with machine(gpu, built_for_it):
            got = code.again().pick_device()
        expect(not isinstance(got, bool), "yes-or-no", got=got)
        expect(isinstance(got, str | torch.device), "no-device", kind=type(got).__name__)
        # There is one of each kind, and the first has the number 0.
        expect(torch.device(got).index in (None, 0), "no-such-number", got=got)
        return torch.device(got).type
    except RuntimeError as error:
        if "device string" not in str(error):
            raise
        raise Wrong("no-such-device", got=str(error).rpartition(" ")[2]) from error


def a_device(code: Code) -> None:
    picked(code, gpu=True)
    picked(code, gpu=False, built_for_it=False)


def with_a_gpu(code: Code) -> None:
    with_gpu, without_gpu = picked(code, gpu=True), picked(code, gpu=False, built_for_it=False)
    swapped = with_gpu == "cpu" and without_gpu == "cuda"
    expect(not swapped, "upside-down", got=with_gpu, other=without_gpu)
    expect(with_gpu == "cuda", "gpu-ignored", got=with_gpu)


def without(code: Code) -> None:
    got = picked(code, gpu=False, built_for_it=False)
    expect(got != "cuda", "always-a-gpu", got=got)
    expect(got == "cpu", "not-the-cpu", got=got)
    got = picked(code, gpu=False)
    expect(got != "cuda", "named-anyway", got=got)
    expect(got == "cpu", "not-the-cpu", got=got)
