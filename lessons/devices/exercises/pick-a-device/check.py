from contextlib import contextmanager
from unittest.mock import patch

import torch

from engine.grading.checks import Code, Wrong, expect


@contextmanager
def machine(gpu, built_for_it=True):
    """A machine that says it has a GPU or none, and that PyTorch was built for one or not."""

    def accelerator(check_available=False):
        # It names what PyTorch was built for, unless it is told to look.
        there = gpu if check_available else built_for_it
        return torch.device("cuda") if there else None

    answers = {
        "torch.cuda.is_available": gpu,
        "torch.cuda.device_count": int(gpu),
        "torch.backends.cuda.is_built": built_for_it,
        "torch.accelerator.is_available": gpu,
        "torch.accelerator.device_count": int(gpu),
        "torch.backends.mps.is_available": False,
    }
    patches = [patch(name, lambda *a, answer=answer, **k: answer) for name, answer in answers.items()]
    patches.append(patch("torch.accelerator.current_accelerator", accelerator))
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def picked(code, gpu, built_for_it=True):
    try:
        with machine(gpu, built_for_it):
            got = code.pick_device()
        expect(not isinstance(got, bool), "yes-or-no", got=got)
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
    expect(got == "cpu", "always-a-gpu", got=got)
    got = picked(code, gpu=False)
    expect(got == "cpu", "named-anyway", got=got)
