"""Tracebacks from anywhere, as text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.code import doctor

TERMINAL = """\
Traceback (most recent call last):
  File "/home/me/train.py", line 12, in <module>
    loss = criterion(model(x), y)
                     ^^^^^^^^
  File "/usr/lib/python3.11/site-packages/torch/nn/modules/module.py", line 1553, in _call_impl
    return forward_call(*args, **kwargs)
  File "/usr/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 125, in forward
    return F.linear(input, self.weight, self.bias)
RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x784 and 100x10)
"""

NOTEBOOK = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[3], line 2
      1 w = torch.ones(3, requires_grad=True)
----> 2 (w * 2).backward()

File ~/lib/python3.11/site-packages/torch/_tensor.py:581, in Tensor.backward(self, gradient)
RuntimeError: grad can be implicitly created only for scalar outputs
"""

CHAINED = """\
Traceback (most recent call last):
  File "a.py", line 3, in load
    return weights["fc"]
KeyError: 'fc'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    model.load_state_dict(torch.load("x.pt"))
  File "/venv/site-packages/torch/nn/modules/module.py", line 2215, in load_state_dict
    raise RuntimeError(
RuntimeError: Error(s) in loading state_dict for Net:
\tMissing key(s) in state_dict: "fc.weight".
\tsize mismatch for conv.weight: copying a param with shape torch.Size([8, 1, 3, 3])
"""

WORKER = """\
RuntimeError: Caught RuntimeError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "/venv/site-packages/torch/utils/data/_utils/collate.py", line 212, in collate_tensor_fn
    return torch.stack(batch, 0, out=out)
RuntimeError: stack expects each tensor to be equal size, but got [3, 2] at \
entry 0 and [3] at entry 1
"""

PYTEST = """\
    def test_step():
>       loss.backward()
E       RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn
"""

RANKS = """\
[rank0]: Traceback (most recent call last):
[rank0]:   File "/work/train.py", line 88, in <module>
[rank0]:     out = model(x)
[rank0]: RuntimeError: Expected all tensors to be on the same device, but found at least two \
devices, cuda:0 and cpu! (when checking argument for argument mat1 in method wrapper_CUDA_addmm)
"""


@pytest.mark.parametrize(
    ("text", "rule", "line", "source"),
    [
        (TERMINAL, "linear-features", 12, "loss = criterion(model(x), y)"),
        (TERMINAL.replace("\n", "\r\n"), "linear-features", 12, "loss = criterion(model(x), y)"),
        (f"\x1b[31m{TERMINAL}\x1b[0m", "linear-features", 12, "loss = criterion(model(x), y)"),
        (NOTEBOOK, "backward-of-many", 2, "(w * 2).backward()"),
        (CHAINED, "state-dict-names", 9, 'model.load_state_dict(torch.load("x.pt"))'),
        (WORKER, "collate-unequal", 0, ""),
        (PYTEST, "nothing-requires-grad", 0, ""),
        (RANKS, "two-devices", 88, "out = model(x)"),
        ("RuntimeError: mean(): could not infer output dtype. Input dtype must be either a "
         "floating point or complex dtype. Got: Long", "mean-of-integers", 0, ""),
        ("Trying to backward through the graph a second time", "backward-twice", 0, ""),
        ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0",
         "cuda-memory", 0, ""),
        ('  File "a.py", line 1\n    print((1\n         ^\nSyntaxError: \'(\' was never closed',
         "never-closed", 1, "print((1"),
    ],
)  # fmt: skip
def test_a_traceback_is_read_wherever_it_comes_from(
    text: str, rule: str, line: int, source: str
) -> None:
    report, explained = doctor.read(text)
    assert explained is not None
    assert explained.rule == rule
    assert (report.scene.line, report.scene.source) == (line, source)
    assert "{" not in explained.says


@pytest.mark.parametrize(
    "text", ["", "hello", "Segmentation fault", "OddError: what nobody has seen", "\x00\xff" * 99]
)
def test_what_is_unknown_is_not_explained(text: str) -> None:
    assert doctor.read(text)[1] is None


def test_reading_a_traceback_needs_no_torch() -> None:
    code = (
        "import sys; from engine.code import doctor; doctor.read('KeyError: 1');"
        "print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
