"""Of several causes the one is told that the sizes, the line or the text speak for."""

from __future__ import annotations

import ast
import linecache
import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from engine import doctor
from engine.doctor import nearer, rules
from engine.doctor.nearer import sizes
from engine.doctor.similar_names import is_slip
from engine.doctor.traceback_text import reports
from tests.doctor.outside.cases import cases

TOLD = {
    # What is said or advised ...
    "oom_new_g02": "a smaller batch changes little",
    "oom_other_proc_g03": "another process (number 30412) holds 22.96 GiB",
    "device_assert_index_g05": "`srcIndex < srcSelectDimSize`",
    "device_assert_targets": "with as many classes as scores",
    "gan_step_order": "an optimizer's `step()` between the forward pass and this `backward()`",
    "amp_cpu_scaler": "None of this optimizer's parameters has a gradient.",
    "gradscaler_frozen": "they are frozen",
    "load_text": "Git LFS",
    "compile_fullgraph": "Here it was `x.sum() > 0` (line 5).",
    "compile_inner": "Here it was `h + torch.zeros(4)` (line 6).",
    "jit_script": 'Here it was `if mode == "a":` (line 5).',
    "two_errors_finally": "It came while the RuntimeError of line 3 was handled",
    "params_call": "`net.parameters()`.",
    "self_params": "`self.net.parameters()`.",
    "clip_method": "`net.parameters()`.",
    "deepcopy_nonleaf": "Among the things in it",
    "deepcopy_obj": "In an attribute",
    "deepcopy_module": "In an attribute",
    "collate_none": "`__getitem__`",
    "stack_none": "`[each for each in parts if each is not None]`",
    "bcast_unfixable": "no `.unsqueeze` makes them the same",
    "unsq_bce": "one output",
    "torchrun_l10": "one output",
    "multi_line": "Turning one of them with `.T` does not help",
    "prose_l16": "`nn.Linear(3136, 10)`",
    "linear_seq_image": "`nn.Flatten()`",
    "ipython_l11": "`nn.Flatten()`",
    "linear_transposed": "turn it with `.T`",
    "stack_images": "resize or crop",
    "group_l17": "numbers of channels",
    "ce_swapped": "`F.cross_entropy(logits, labels)`",
    "onehot_arg": "`F.one_hot(grades.long(), num_classes=10)`.",
    "one_hot_neg_t18": "`F.one_hot(grades.long(), 4)`.",
    "conv_5d": "(16, 3, 32, 32)",
    "and_masks": "`(speeds > 0) & (speeds < 1)`",
    "argmax_loss": "`argmax`",
    "np_add": "`true[:, None]`",
    "cat_args": "`torch.cat([a, b])`.",
    "functional_in_seq": "`nn.ReLU()`",
    "class_call": "`Net()`",
    "ddp_encoder_v02": "`ae.module.encoder`",
    "shape_idx": "`feats.shape`",
    "hook_signature": "`(self, args, result)`",
    "ce_batchsize": "64 rows of scores and 32 labels",
    "counts_product": "`counts.to(W.dtype) @ W`",
    "empty_sequence": "Leave the empty sequences out",
    "five_of_three": "`replacement=True`",
    "unread_picture": "`img` is None",
    "picture_size": "`img.size` without brackets",
    "norm_of_pictures": "`nn.BatchNorm2d`",
    "lone_picture": "`.unsqueeze(0)`",
    "flat_pictures": "`.view(-1, 1, 28, 28)`",
    "optional_script": "in some branch it is None",
    "rebound_weight": "`with torch.no_grad(): w -= 0.1 * w.grad`",
    "second_derivative": "`create_graph=True`",
    "zero_grads": "`.zero_grad`",
    "uncalled_layer": "`self.fc(...)`",
    "argmax_rows": "`argmax` over dimension 1",
    "last_batch": "`xb.view(-1, 784)`",
    "two_devices_addmm": "`mat1` is on cpu",
    "head_logged": "Here it was `scores = head(torch.rand(4, 20))` (line 11).",
    "head_narrow": "Here it was `scores = head(torch.rand(4, 20))` (line 6).",
    "none_narrow_item": "`__getitem__`",
}
NEVER = {
    # ... and what is not.
    "oom_new_g02": "Halve",
    "oom_other_proc_g03": "Halve",
    "device_assert_index_g05": "half the batch",
    "two_errors_finally": "`iter`",
    "name_suggest": "`train_loader`",
    "unsq_bce": "unsqueeze",
    "multi_line": "If rows",
    "stack_images": "pad_sequence",
    "params_call": "parameters.parameters",
    "deepcopy_module": "student.detach()",
    "counts_product": "counts.dtype",
    "empty_sequence": "enforce_sorted",
    "five_of_three": "softmax",
    "unread_picture": "torch.tensor",
    "picture_size": ".shape",
    "norm_of_pictures": "`nn.BatchNorm1d`",
    "optional_script": "Annotate",
    "rebound_weight": "return",
}
TEXTS = {case.name: case.text for case in cases()}


def told(name: str) -> str:
    _, explained = doctor.read(TEXTS[name])
    assert explained is not None
    return f"{explained.title} {explained.says} {explained.fix}"


@pytest.mark.parametrize(("name", "words"), TOLD.items())
def test_the_cause_is_told(name: str, words: str) -> None:
    assert words in told(name)


@pytest.mark.parametrize(("name", "words"), NEVER.items())
def test_another_cause_is_not(name: str, words: str) -> None:
    assert words not in told(name)


def named_cases() -> set[str]:
    """Every case the looks may give, as the code has them: "rule/case"."""
    found: set[str] = set()
    for file in Path(nearer.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Case":
                found |= {
                    each.value
                    for each in ast.walk(node.args[0])
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return {one.rpartition("/")[2] for one in found}


def test_every_case_has_words_and_every_rule_is_there() -> None:
    words = tomllib.loads(nearer.WORDS.read_text(encoding="utf-8"))
    ids = {rule.id for rule in rules()}
    assert {key.partition("/")[0] for key in words} | {*nearer.LOOKS} <= ids
    assert {key.partition("/")[2] for key in words} == named_cases() - {""}


SHAPES: list[tuple[int, ...]] = [
    tuple(each) for n in range(4) for each in product((1, 2, 3), repeat=n)
]


def test_a_method_that_makes_two_shapes_equal_does() -> None:
    for given, wanted in product(SHAPES, SHAPES):
        if method := sizes.made_equal(given, wanted):
            made = eval(f"tensor{method}", {"tensor": torch.ones(given)})
            assert made.shape == wanted


def explained(line: str, names: dict[str, object]) -> tuple[str, str]:
    """The rule and the fix of what a line raises, from its text alone."""
    try:
        exec(line, {**names, "F": F, "torch": torch})
    except Exception as error:
        kind, message = type(error).__name__, str(error)
    else:
        return "", ""
    frame = (
        f'Traceback (most recent call last):\n  File "train.py", line 1, in <module>\n    {line}'
    )
    _, said = doctor.read(f"{frame}\n{kind}: {message}\n")
    return (said.rule, said.fix) if said else ("", "")


LINES: dict[str, list[tuple[int, ...]]] = {
    "F.binary_cross_entropy_with_logits(a, b)": SHAPES[1:],
    "F.binary_cross_entropy(a, b)": SHAPES[1:],
    "a @ b": [shape for shape in SHAPES if len(shape) == 2],
    "torch.mm(a, b)": [shape for shape in SHAPES if len(shape) == 2],
}


@pytest.mark.parametrize("line", LINES)
def test_a_repair_shown_for_sizes_works_with_these_sizes(line: str) -> None:
    """A repair that is a line of code replaces what it repairs."""
    shown = 0
    for one, other in product(LINES[line], repeat=2):
        names = {"a": torch.rand(one), "b": torch.rand(other)}
        _, fix = explained(line, dict(names))
        code = re.match(r"(?:Use )?`([^`]*\b[ab]\b[^`]*)`", fix)
        if not code:
            continue
        repaired = code[1]
        if "(a, b)" in line and not repaired.startswith("torch"):
            name = repaired[0]
            repaired = line.replace(
                "(a, b)", f"({', '.join(repaired if n == name else n for n in 'ab')})"
            )
        exec(repaired, {**names, "F": F, "torch": torch})
        shown += 1
    assert shown


SLIPS = [("learning_rte", "learning_rate"), ("tset_loader", "test_loader"), ("Model", "model"),
         ("trainloader", "train_loader"), ("optimzer", "optimizer")]  # fmt: skip
OTHERS = [("writer", "iter"), ("val_loader", "train_loader"), ("x_train", "y_train"),
          ("loss1", "loss2"), ("x", "y"), ("test_loss", "best_loss_so_far")]  # fmt: skip


def test_a_slip_is_told_from_another_name() -> None:
    assert [pair for pair in SLIPS if not is_slip(*pair)] == []
    assert [pair for pair in OTHERS if is_slip(*pair)] == []


def test_the_place_is_the_line_the_compiler_names() -> None:
    report = next(reports(TEXTS["compile_shape"]))
    assert report.file.endswith(("linear.py", "train.py"))
    assert report.context.line


def live(line: str, names: dict[str, object], path: Path) -> str:
    """The fix of what a line raises, with the variables it had; empty where it raises nothing."""
    path.write_text(f"{line}\n", encoding="utf-8")
    linecache.checkcache(str(path))
    try:
        exec(compile(f"{line}\n", str(path), "exec"), dict(names))
    except Exception as error:
        said = doctor.examine(error, 0, str(path))
        return said.fix if said else ""
    return ""


def test_a_shorter_shape_is_put_where_it_stretches(tmp_path: Path) -> None:
    shown = 0
    for number, (one, other) in enumerate(product(SHAPES, SHAPES)):
        names: dict[str, object] = {"a": torch.rand(one), "b": torch.rand(other)}
        fix = live("a + b", names, tmp_path / f"line{number}.py")
        assert ".unsqueeze(1)" not in fix or fix.startswith("`"), fix
        if code := re.match(r"`([ab])(\.unsqueeze\(\d\))`, if", fix):
            exec(f"a + b{code[2]}" if code[1] == "b" else f"a{code[2]} + b", names)
            shown += 1
    assert shown
