from contextlib import contextmanager
from unittest.mock import patch

import torch

from engine.grading.checks import Code, Wrong, expect


@contextmanager
def machine(gpu):
    """A machine that says it has a GPU, or that it has none."""
    device = torch.device("cuda") if gpu else None
    answers = {
        "torch.cuda.is_available": gpu,
        "torch.cuda.device_count": int(gpu),
        "torch.accelerator.is_available": gpu,
        "torch.accelerator.device_count": int(gpu),
        "torch.accelerator.current_accelerator": device,
        "torch.backends.mps.is_available": False,
    }
    patches = [patch(name, lambda *a, answer=answer, **k: answer) for name, answer in answers.items()]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def picked(code, gpu):
    try:
        with machine(gpu):
            got = code.pick_device()
        expect(not isinstance(got, bool), "yes-or-no", got=got)
        return torch.device(got).type
    except RuntimeError as error:
        if "device string" not in str(error):
            raise
        raise Wrong("no-such-device", got=str(error).rpartition(" ")[2]) from error


def a_device(code: Code) -> None:
    picked(code, gpu=True)
    picked(code, gpu=False)


def with_a_gpu(code: Code) -> None:
    with_gpu, without_gpu = picked(code, gpu=True), picked(code, gpu=False)
    swapped = with_gpu == "cpu" and without_gpu == "cuda"
    expect(not swapped, "upside-down", got=with_gpu, other=without_gpu)
    expect(with_gpu == "cuda", "gpu-ignored", got=with_gpu)


def without(code: Code) -> None:
    got = picked(code, gpu=False)
    expect(got == "cpu", "always-a-gpu", got=got)
