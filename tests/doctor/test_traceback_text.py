"""Tracebacks from anywhere, as text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine import doctor
from engine.doctor import printed_locals
from tests.doctor.reading import sentences

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


IPYTHON = """\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[7], line 4
      2 x = torch.ones(4, 8)
      3 net = nn.Linear(10, 5)
----> 4 net(x)

File ~/venv/lib/python3.11/site-packages/torch/nn/modules/module.py:1778, in Module._call_impl(self)
   1776     return self._compiled_call_impl(*args, **kwargs)  # type: ignore[misc]
   1777 else:
-> 1778     return self._call_impl(*args, **kwargs)

File ~/venv/lib/python3.11/site-packages/torch/nn/modules/linear.py:134, in Linear.forward(self, x)
    130 def forward(self, input: Tensor) -> Tensor:
--> 134     return F.linear(input, self.weight, self.bias)

RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x8 and 10x5)
"""

RICH = """\
╭─────────────────────────────── Traceback (most recent call last) ────────────────────────────────╮
│ /home/me/e.py:7 in <module>                                                                      │
│                                                                                                  │
│   6 net = nn.Linear(10, 5)                                                                       │
│ ❱ 7 y = net(x) + 1                                                                               │
│                                                                                                  │
│ ╭──────────────────────────────── locals ────────────────────────────────╮                       │
│ │ net = Linear(in_features=10, out_features=5, bias=True)                │                       │
│ │   x = tensor([[1., 1., 1., 1., 1., 1., 1., 1.],                        │                       │
│ │       │   │   [1., 1., 1., 1., 1., 1., 1., 1.]])                       │                       │
│ ╰────────────────────────────────────────────────────────────────────────╯                       │
│                                                                                                  │
│ /venv/lib/python3.11/site-packages/torch/nn/modules/linear.py:134 in                             │
│ forward                                                                                          │
│                                                                                                  │
│ ❱ 134 │   │   return F.linear(input, self.weight, self.bias)                                     │
╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
RuntimeError: mat1 and mat2 shapes cannot be
multiplied (2x8 and 10x5)
"""

LONG_PYTEST = """\
    def test_it():
        x = torch.ones(4, 8)
>       y = net(x) + 1
            ^^^^^^

net        = Linear(in_features=10, out_features=5, bias=True)
x          = tensor([[1., 1., 1., 1., 1., 1., 1., 1.],
        [1., 1., 1., 1., 1., 1., 1., 1.]])

test_e.py:6:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
self = Linear(in_features=10, out_features=5, bias=True)
>       return F.linear(input, self.weight, self.bias)
E       RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x8 and 10x5)

/venv/site-packages/torch/nn/modules/linear.py:134: RuntimeError
=================================== short test summary info ====================================
FAILED test_e.py::test_it - RuntimeError: mat1 and mat2 shapes cannot be mult...
"""

LOGGED = """\
2026-01-05 10:00:01,250 - INFO - epoch 1
2026-01-05 10:00:02,250 - ERROR - Traceback (most recent call last):
2026-01-05 10:00:02,250 - ERROR -   File "train.py", line 3, in <module>
2026-01-05 10:00:02,250 - ERROR -     loss.backward()
2026-01-05 10:00:02,251 - ERROR - RuntimeError: grad can be implicitly created only for scalar \
outputs
$ exit 1
"""

CAUSED = """\
Traceback (most recent call last):
  File "a.py", line 3, in step
    loss.backward()
RuntimeError: grad can be implicitly created only for scalar outputs

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    raise TrainingFailedError("step 3") from error
project.errors.TrainingFailedError: step 3
"""

GROUPED = """\
  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 4, in <module>
  |     raise ExceptionGroup("both", errors)
  | ExceptionGroup: both (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "g.py", line 2, in work
    |     loss.backward()
    | RuntimeError: grad can be implicitly created only for scalar outputs
    +------------------------------------
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
        (IPYTHON, "linear-features", 4, "net(x)"),
        (RICH, "linear-features", 7, "y = net(x) + 1"),
        (LONG_PYTEST, "linear-features", 6, "y = net(x) + 1"),
        (LOGGED, "backward-of-many", 3, "loss.backward()"),
        (CAUSED, "backward-of-many", 3, "loss.backward()"),
        (GROUPED, "backward-of-many", 2, "loss.backward()"),
        ("".join(f"> {line}\n" for line in TERMINAL.splitlines()), "linear-features", 12,
         "loss = criterion(model(x), y)"),
        (PYTEST, "nothing-requires-grad", 0, "loss.backward()"),
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
    assert (report.context.line, report.context.source) == (line, source)
    assert "{" not in explained.says


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TERMINAL, "Here it was `model(x)` (line 12)."),
        (IPYTHON, "Here it was `net(x)` (line 4)."),
        (RICH, "Here `x` has shape (2, 8)."),
        (LONG_PYTEST, "Here `x` has shape (2, 8)."),
    ],
)
def test_an_explanation_names_what_the_text_shows(text: str, said: str) -> None:
    explained = doctor.read(text)[1]
    assert explained is not None
    assert explained.says.endswith(said)
    assert sentences(explained.says) <= 3


PRINTED = {
    "torch.ones(2, 3)": ("float32", (2, 3)),
    "torch.tensor([1, 2])": ("int64", (2,)),
    "torch.tensor([True])": ("bool", (1,)),
    "torch.tensor(2.5, dtype=torch.float64)": ("float64", ()),
    "torch.nn.Parameter(torch.ones(2))": ("float32", (2,)),
    "torch.tensor([float('nan'), float('inf')])": ("float32", (2,)),
    "torch.zeros(0)": ("float32", (0,)),
}


@pytest.mark.parametrize(("code", "facts"), PRINTED.items())
def test_a_printed_tensor_is_read_back(code: str, facts: tuple[str, tuple[int, ...]]) -> None:
    import torch

    lines = f"x = {eval(code, {'torch': torch})!r}".splitlines()
    value = printed_locals.variables(lines)["x"]
    assert (value.dtype, value.shape) == (f"torch.{facts[0]}", facts[1])


def test_a_tensor_printed_in_part_says_nothing() -> None:
    assert printed_locals.variables(["x = tensor([1., ..., 2.])"]) == {}


@pytest.mark.parametrize(
    "text", ["", "hello", "Segmentation fault", "OddError: what nobody has seen", "\x00\xff" * 99]
)
def test_what_is_unknown_is_not_explained(text: str) -> None:
    assert doctor.read(text)[1] is None


def test_reading_a_traceback_needs_no_torch() -> None:
    code = (
        "import sys; from engine import doctor; doctor.read('KeyError: 1');"
        "print('torch' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
