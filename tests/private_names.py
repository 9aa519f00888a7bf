"""Private names of Python, PyTorch, Textual and others that Tocha lives by, in one list.

Nobody promises that such a name stays. Here stands each, with the reason and with what to do when
it goes; `test_private_names` tells that it has gone, and that none is used which is not listed.
"""

from __future__ import annotations

import atexit
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import click
import torch
import torch.utils.backend_registration
from textual import _text_area_theme, _xterm_parser
from textual._styles_cache import StylesCache
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.widgets import OptionList, TextArea
from textual.widgets._markdown import Markdown, MarkdownFence
from textual.widgets.text_area import Edit, EditHistory, SyntaxAwareDocument
from torch import Tensor, nn
from torch.autograd import graph
from torch.utils.data import dataloader


class Private(NamedTuple):
    """One private name."""

    name: str
    """As it is written in the code, without what it belongs to."""
    used: tuple[str, ...]
    """Files that use it."""
    why: str
    """What no public name gives."""
    instead: str
    """What to do when it goes."""
    is_there: Callable[[], bool]


def made() -> Tensor:
    """A number with a graph behind it."""
    return (torch.ones(2, requires_grad=True) * torch.ones(2)).sum()


def kept(node: Any, *names: str) -> bool:
    """Whether a node of an autograd graph has kept what these names say."""
    return all(hasattr(node, name) for name in names)


def losses() -> tuple[Any, Any]:
    """The nodes of a loss of PyTorch's, and of a difference that is squared by hand."""
    x = torch.ones(2, requires_grad=True)
    return nn.functional.mse_loss(x, x.detach()).grad_fn, ((x - 1) ** 2).grad_fn


def has_devices_in_python() -> bool:
    """Whether this PyTorch registers devices that are written in Python (2.9 and newer)."""
    found = torch.utils.backend_registration
    return hasattr(found, "_setup_privateuseone_for_python_backend")


def assigned(kind: type, name: str) -> bool:
    """Whether a class sets this attribute of its objects."""
    return name in vars(kind) or f"self.{name}" in inspect.getsource(kind)


SIMULATED = "engine/experiments/parts/simulated_device.py"
GRAPH = "engine/probe/autograd_graph.py"
EDITOR, CODE_AREA = "tui/widgets/editor.py", "tui/widgets/code_area.py"

LISTED = [
    *(
        Private(
            name,
            ("engine/process/last_words.py",),
            "a run ends without Python's own ending; a script's exit handlers run all the same",
            "nothing: without them exit handlers stay silent",
            lambda name=name: hasattr(atexit, name),  # type: ignore[misc]
        )
        for name in ("_clear", "_run_exitfuncs")
    ),
    Private(
        "_exit",
        (
            "engine/process/child.py",
            "engine/process/launch.py",
            "engine/process/run.py",
            "engine/process/standby.py",
            "engine/watch/heir.py",
            "tui/terminal/last_resort.py",
        ),
        "documented, private in name only: a forked child must not run its parent's exit handlers,"
        " and what hangs while it leaves must end",
        "nothing: Python's own pages tell forked children to use it",
        lambda: hasattr(os, "_exit"),
    ),
    Private(
        "_setup_privateuseone_for_python_backend",
        (SIMULATED,),
        "the only way to register a device that is written in Python",
        "the way for older versions in the same function: 'lazy' stands in below",
        lambda: has_devices_in_python() or torch.device("lazy").type == "lazy",
    ),
    Private(
        "_register_device_module",
        (SIMULATED,),
        "before 2.9 makes torch.simgpu, which PyTorch asks about the device",
        "an entry in sys.modules and an attribute of torch",
        lambda: has_devices_in_python() or hasattr(torch, "_register_device_module"),
    ),
    Private(
        "_is_in_bad_fork",
        (SIMULATED,),
        "PyTorch asks the module of every kind of device for it before it sets a seed",
        "nothing: without it the question is no longer asked",
        lambda: "_is_in_bad_fork" in inspect.getsource(torch.random),
    ),
    Private(
        "_make_wrapper_subclass",
        (SIMULATED,),
        "a tensor without memory of its own, as PyTorch's pages on subclasses show it",
        "what those pages show then",
        lambda: hasattr(Tensor, "_make_wrapper_subclass"),
    ),
    Private(
        "_C",
        (
            "engine/grading/wrong.py",
            SIMULATED,
            "engine/probe/backward_tap.py",
            "engine/probe/fetching.py",
            "engine/probe/looks.py",
            "engine/probe/meant_loss.py",
            "engine/probe/probe.py",
            "engine/probe/rates.py",
            "engine/probe/steady.py",
            "engine/scope/values.py",
        ),
        "where the next one lives",
        "see the next one",
        lambda: hasattr(torch, "_C"),
    ),
    Private(
        "_disabled_torch_function_impl",
        (SIMULATED,),
        "Python's half of a subclass stays out of the way, as PyTorch's pages show it",
        "a __torch_function__ that calls the operation with DisableTorchFunctionSubclass",
        lambda: hasattr(torch._C, "_disabled_torch_function_impl"),
    ),
    Private(
        "_pytree",
        (SIMULATED,),
        "every tensor among the arguments of an operation, however deep",
        "torch.utils.pytree, public in newer versions",
        lambda: importlib.util.find_spec("torch.utils._pytree") is not None,
    ),
    Private(
        "_schema",
        (SIMULATED,),
        "the name of an operation, and whether it changes its first argument",
        "operation.name(), and a list of the operations that change theirs",
        lambda: bool(torch.ops.aten.add_.Tensor._schema.is_mutable),
    ),
    Private(
        "_to_copy",
        (SIMULATED,),
        "the operation that `.to` ends in",
        "whatever `.to` ends in then: a test moves tensors in every way",
        lambda: hasattr(torch.ops.aten, "_to_copy"),
    ),
    Private(
        "_copy_from",
        (SIMULATED,),
        "the operation that `.copy_` ends in for a device that is not the CPU",
        "whatever `.copy_` ends in then",
        lambda: hasattr(torch.ops.aten, "_copy_from"),
    ),
    Private(
        "_local_scalar_dense",
        (SIMULATED,),
        "the operation that `.item()` ends in: its bytes are counted",
        "whatever `.item()` ends in then",
        lambda: hasattr(torch.ops.aten, "_local_scalar_dense"),
    ),
    Private(
        "_foreach_add_",
        ("engine/experiments/speed.py",),
        "documented, private in name only: one call for many tensors, which the lesson is about",
        "the optimizers' foreach=True, timed against foreach=False",
        lambda: hasattr(torch, "_foreach_add_"),
    ),
    Private(
        "_python_dispatch",
        ("engine/grading/counting.py", "engine/scope/values.py"),
        "documented, private in place only: sees every operation, to count the learner's",
        "torch.profiler, which is slower",
        lambda: importlib.util.find_spec("torch.utils._python_dispatch") is not None,
    ),
    Private(
        "_prelu_kernel",
        ("lessons/activations/exercises/leak-a-little/check.py",),
        "what `F.prelu` computes with: a check heeds it among PyTorch's own leaky ReLUs",
        "leave it out of the check's list",
        lambda: hasattr(torch, "_prelu_kernel"),
    ),
    Private(
        "_disable_current_modes",
        ("engine/scope/values.py",),
        "what the microscope looks at is no operation of the learner's, to whoever counts those",
        "nothing: such a count is larger under the microscope",
        lambda: hasattr(torch.utils._python_dispatch, "_disable_current_modes"),
    ),
    Private(
        "_len_torch_dispatch_stack",
        ("engine/scope/values.py",),
        "whether anybody counts operations: to switch that off takes longer than to look",
        "always switch it off",
        lambda: hasattr(torch._C, "_len_torch_dispatch_stack"),
    ),
    Private(
        "_version",
        (
            "engine/probe/findings.py",
            "lessons/autograd/exercises/step-by-hand/check.py",
            "engine/probe/meant_loss.py",
            "engine/scope/values.py",
        ),
        "whether a tensor was changed in place, without a copy of it",
        "a clone of each weight, compared",
        lambda: torch.ones(1).add_(1)._version == 1,
    ),
    Private(
        "_saved_reduction",
        ("engine/scope/backward.py",),
        "whether a loss is a mean, before its rule is told as that of a mean",
        "say no rule of a loss",
        lambda: hasattr(losses()[0], "_saved_reduction"),
    ),
    Private(
        "_input_metadata",
        (GRAPH,),
        "the shape of what an operation computed: who met whom in a loss",
        "nothing: shapes that are not known are not spoken of",
        lambda: tuple(made().grad_fn._input_metadata[0].shape) == (),  # type: ignore[union-attr]
    ),
    Private(
        "_saved_self",
        (
            GRAPH,
            "engine/probe/meant_loss.py",
        ),
        "documented for custom nodes: what a node keeps for its backward pass",
        "torch.autograd.graph.saved_tensors_hooks around the learner's forward pass",
        lambda: all(kept(node, "_saved_self") for node in losses()),
    ),
    Private(
        "_saved_target",
        (
            GRAPH,
            "engine/probe/meant_loss.py",
        ),
        "as _saved_self: the target of a loss",
        "as _saved_self",
        lambda: kept(losses()[0], "_saved_target"),
    ),
    Private(
        "_saved_other",
        (
            GRAPH,
            "engine/probe/meant_loss.py",
        ),
        "as _saved_self: the second factor",
        "as _saved_self",
        lambda: kept((torch.ones(1, requires_grad=True) * torch.ones(1)).grad_fn, "_saved_other"),
    ),
    Private(
        "_saved_mat1",
        (GRAPH,),
        "as _saved_self: what a Linear layer was given",
        "as _saved_self",
        lambda: kept(nn.Linear(1, 1)(torch.ones(1, 1)).grad_fn, "_saved_mat1"),
    ),
    Private(
        "_saved_result",
        ("engine/probe/findings.py", "engine/probe/layers.py"),
        "as _saved_self: what a ReLU let through",
        "as _saved_self",
        lambda: kept(torch.relu(torch.ones(1, requires_grad=True)).grad_fn, "_saved_result"),
    ),
    Private(
        "_forward_hooks",
        ("engine/probe/fit.py",),
        "a copy of a model shares its hooks, and must not call them",
        "copy the weights into a model that is made anew from its class",
        lambda: len(nn.Linear(1, 1)._forward_hooks) == 0,
    ),
    Private(
        "_forward_pre_hooks",
        ("engine/probe/fit.py",),
        "as _forward_hooks",
        "as _forward_hooks",
        lambda: len(nn.Linear(1, 1)._forward_pre_hooks) == 0,
    ),
    Private(
        "_engine_run_backward",
        ("engine/probe/backward_tap.py",),
        "the one function that looks autograd's engine up, for backward() and for autograd.grad",
        "a hook that PyTorch calls before each backward pass, should it offer one",
        lambda: "Variable._execution_engine" in inspect.getsource(graph._engine_run_backward),
    ),
    Private(
        "_getframe",
        ("engine/probe/backward_tap.py", "engine/probe/looks.py", "engine/probe/steady.py"),
        "documented, private in name only: who calls, without a call of its own",
        "inspect.currentframe, which calls it",
        lambda: sys._getframe().f_code.co_name == "<lambda>",
    ),
    Private(
        "_current_graph_task_id",
        ("engine/probe/backward_tap.py", "engine/probe/probe.py"),
        "whether a backward pass is under way: a checkpoint runs another within it",
        "count passes that begin before others have ended",
        lambda: torch._C._current_graph_task_id() == -1,
    ),
    Private(
        "_dynamo",
        ("engine/probe/backward_tap.py", "engine/probe/fetching.py", "engine/probe/probe.py"),
        "keeps the compiler off our functions without importing it, which takes a second",
        "torch.compiler.disable, which imports it",
        lambda: callable(torch._C._dynamo.eval_frame.set_eval_frame),
    ),
    Private(
        "_FrameAction",
        ("engine/probe/backward_tap.py",),
        "as _dynamo: newer versions, where older ones have skip_code",
        "as _dynamo",
        lambda: any(
            hasattr(torch._C._dynamo.eval_frame, name) for name in ("_FrameAction", "skip_code")
        ),
    ),
    Private(
        "_FrameExecStrategy",
        ("engine/probe/backward_tap.py",),
        "as _FrameAction",
        "as _dynamo",
        lambda: any(
            hasattr(torch._C._dynamo.eval_frame, name)
            for name in ("_FrameExecStrategy", "skip_code")
        ),
    ),
    Private(
        "_functorch",
        ("engine/probe/meant_loss.py", "engine/probe/probe.py"),
        "what is inside of a tensor of torch.func, whose losses are seen too",
        "such losses are not seen",
        lambda: not torch._C._functorch.is_gradtrackingtensor(torch.ones(1)),
    ),
    Private(
        "_len_torch_dispatch_stack",
        ("engine/probe/meant_loss.py",),
        "whether a mode would see the reading of a loss: tracing, counting",
        "torch.utils._python_dispatch, which needs an import",
        lambda: torch._C._len_torch_dispatch_stack() == 0,
    ),
    Private(
        "_autograd",
        ("engine/probe/looks.py",),
        "where the next one lives",
        "see the next one",
        lambda: hasattr(torch._C, "_autograd"),
    ),
    Private(
        "_profiler_enabled",
        ("engine/probe/looks.py",),
        "whether a profiler would see our looks",
        "nothing: looks would be in the profile",
        lambda: torch._C._autograd._profiler_enabled() is False,
    ),
    Private(
        "_raw_saved_self",
        (GRAPH,),
        "whether a saved tensor is packed: then it is not read",
        "as before PyTorch 2.9: nothing is read once a script has used hooks",
        lambda: kept((torch.ones(1, requires_grad=True) ** 2).grad_fn, "_raw_saved_self"),
    ),
    Private(
        "_saved_reduction",
        ("engine/probe/meant_loss.py",),
        "whether a loss of PyTorch's sums or averages",
        "such a loss, divided by a constant, is taken for one that averages",
        lambda: (
            nn.functional.nll_loss(
                made()[None, None], torch.zeros(1, dtype=torch.long)
            ).grad_fn._saved_reduction  # type: ignore[union-attr]
            == 1
        ),
    ),
    Private(
        "_saved_self_sym_sizes",
        ("engine/probe/meant_loss.py",),
        "how many numbers a sum has added",
        "as _saved_reduction",
        lambda: made().grad_fn._saved_self_sym_sizes == (2,),  # type: ignore[union-attr]
    ),
    Private(
        "_scale",
        ("engine/probe/meant_loss.py",),
        "whether a loss was multiplied with the scale of a gradient scaler: it is that very tensor",
        "compare with scaler.get_scale(), which waits for the device",
        lambda: "self._scale" in inspect.getsource(torch.amp.GradScaler),
    ),
    Private(
        "_DropoutNd",
        ("engine/probe/judging.py",),
        "the class of all layers that drop",
        "a list of them",
        lambda: issubclass(nn.Dropout, nn.modules.dropout._DropoutNd),
    ),
    Private(
        "_BatchNorm",
        ("engine/probe/judging.py",),
        "the class of all layers that normalise over a batch",
        "a list of them",
        lambda: issubclass(nn.BatchNorm1d, nn.modules.batchnorm._BatchNorm),
    ),
    Private(
        "_TOCHA_COMPLETE",
        ("tui/opening.py",),
        "click's completion asks by this variable, whose name its pages give",
        "click's new name for it, in the README as well",
        lambda: "_COMPLETE" in inspect.getsource(click.Command._main_shell_completion),
    ),
    Private(
        "_IncompatibleKeys",
        ("engine/doctor/nearer/calls.py",),
        "the type of what load_state_dict returns, which an error names when it is called",
        "its new name, in the rule beside this one",
        lambda: hasattr(nn.modules.module, "_IncompatibleKeys"),
    ),
    Private(
        "_highlighted_code",
        ("tui/widgets/words.py",),
        "the code of a text in its colours, which Textual makes before it composes the block",
        "textual.highlight.highlight of the block's own text",
        lambda: "_highlighted_code" in inspect.getsource(MarkdownFence),
    ),
    Private(
        "_parse_markdown",
        ("tui/widgets/words.py",),
        "the parts of a text before it is mounted: Textual's own way has them some frames later",
        "nothing: without it `update` shows the text, a moment after the rest of the screen",
        lambda: hasattr(Markdown, "_parse_markdown"),
    ),
    Private(
        "_cursor_offset",
        ("tui/widgets/code_area.py",),
        "where in the text the cursor stands as it is painted, wide letters counted",
        "cursor_location, and the cells of the text before it",
        lambda: "_cursor_offset" in inspect.getsource(TextArea),
    ),
    Private(
        "_text_area_theme",
        ("tui/widgets/syntax.py",),
        "the class of an editor's colours, which Textual exports from no other module",
        "Textual exports it",
        lambda: hasattr(_text_area_theme, "TextAreaTheme"),
    ),
    Private(
        "_driver",
        ("tui/terminal/base_app.py",),
        "what writes to the terminal: told when another program has written there",
        "keep the driver in the class that is given to App",
        lambda: assigned(App, "_driver"),
    ),
    Private(
        "_fatal_error",
        ("tui/terminal/base_app.py",),
        "where Textual tells an exception that nobody handled: a sentence and a report instead",
        "override App.panic",
        lambda: hasattr(App, "_fatal_error"),
    ),
    Private(
        "_len_torch_function_stack",
        ("engine/probe/steady.py",),
        "whether a mode of the script is at work, asked in each step: without a call of Python's",
        "torch.overrides._get_current_function_mode_stack",
        lambda: torch._C._len_torch_function_stack() == 0,
    ),
    *(
        Private(
            name,
            ("engine/probe/fetching.py",),
            "where a loop waits for its data, whoever asks for it",
            "time between a step's end and the next forward pass",
            lambda name=name: hasattr(dataloader, name),  # type: ignore[misc]
        )
        for name in ("_SingleProcessDataLoaderIter", "_MultiProcessingDataLoaderIter")
    ),
    Private(
        "_next_data",
        ("engine/probe/fetching.py",),
        "as _SingleProcessDataLoaderIter: its method that fetches a batch",
        "as _SingleProcessDataLoaderIter",
        lambda: hasattr(dataloader._SingleProcessDataLoaderIter, "_next_data"),
    ),
    *(
        Private(
            name,
            files,
            "what a loader's iterator knows: its data, its batches so far, what was asked for",
            "no epochs and no samples a second are shown",
            lambda name=name: name in inspect.getsource(dataloader._BaseDataLoaderIter),  # type: ignore[misc]
        )
        for name, files in (
            ("_dataset", ("engine/probe/epochs.py",)),
            ("_num_yielded", ("engine/probe/batch_size.py", "engine/probe/epochs.py")),
            ("_index_sampler", ("engine/probe/batch_size.py",)),
            ("_auto_collation", ("engine/probe/batch_size.py",)),
        )
    ),
    *(
        Private(
            name,
            ("engine/grading/effects.py",),
            "whether a hook was left at a module",
            "call the module and see whether the hook runs",
            lambda name=name: hasattr(nn.Linear(1, 1), name),  # type: ignore[misc]
        )
        for name in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
    ),
    Private(
        "_replace",
        ("engine/doctor/traceback_text.py",),
        "documented, private in name only: another named tuple with one field changed",
        "a dataclass, and dataclasses.replace",
        lambda: hasattr(Private, "_replace"),
    ),
    Private(
        "_get_terminal_size",
        ("tui/terminal/driver.py",),
        "the size that Textual itself believes in",
        "os.get_terminal_size of the driver's file",
        lambda: hasattr(LinuxDriver, "_get_terminal_size"),
    ),
    Private(
        "_xterm_parser",
        ("tui/terminal/typed.py",),
        "turns what a terminal sends into keys, while we read it ourselves",
        "LinuxDriver.run_input_thread, which does not end when the terminal does",
        lambda: hasattr(_xterm_parser.XTermParser, "feed"),
    ),
    Private(
        "_move_page",
        ("tui/widgets/lesson_list.py",),
        "page up and down before the first paint fail in Textual",
        "remove the class when Textual has mended it",
        lambda: hasattr(OptionList, "_move_page"),
    ),
    Private(
        "_index_to_line",
        ("tui/widgets/lesson_list.py",),
        "as _move_page",
        "as _move_page",
        lambda: hasattr(OptionList, "_index_to_line"),
    ),
]

for _name, _file, _why, _instead in (
    ("_render_line", CODE_AREA, "marks in the gutter", "a gutter beside the editor"),
    ("_line_cache", CODE_AREA, "a changed mark is painted at once", "TextArea.refresh clears it"),
    ("_highlights", CODE_AREA, "rows are coloured when they are seen", "all at once: slower"),
    ("_highlight_query", CODE_AREA, "as _highlights", "as _highlights"),
    ("_build_highlight_map", CODE_AREA, "as _highlights; after every change", "Changed"),
    (
        "_app_theme_changed",
        CODE_AREA,
        "the editor's colours follow the app's theme",
        "App.theme_changed_signal",
    ),
    ("_replace_via_keyboard", EDITOR, "what was typed is undone as one piece", "TextArea.replace"),
    ("_delete_via_keyboard", EDITOR, "as _replace_via_keyboard", "TextArea.delete"),
    ("_find_columns_to_next_tab_stop", EDITOR, "tab indents to the next stop", "count the columns"),
):
    LISTED.append(
        Private(
            _name,
            (_file,),
            _why,
            _instead,
            lambda name=_name: assigned(TextArea, name),  # type: ignore[misc]
        )
    )

for _name, _file, _has, _why in (
    (
        "_set_document",
        CODE_AREA,
        TextArea,
        "the editor's text has a tree that is read when looked at",
    ),
    ("_rewrap_and_refresh_virtual_size", CODE_AREA, TextArea, "as _set_document"),
    ("_syntax_tree", "tui/widgets/python_document.py", SyntaxAwareDocument, "as _set_document"),
    (
        "_styles_cache",
        "tui/terminal/shared_colors.py",
        StylesCache,
        "widgets that are gone are not kept",
    ),
    ("_undo_stack", "tui/widgets/undo.py", EditHistory, "the oldest changes are forgotten"),
    ("_edit_result", "tui/widgets/undo.py", Edit, "how many letters a change keeps"),
):
    LISTED.append(
        Private(
            _name,
            (_file,),
            _why,
            "Textual's own: an editor that grows with every key",
            lambda name=_name, has=_has: (  # type: ignore[misc]
                name in inspect.getsource(inspect.getmodule(has) or has) + has.__module__
            ),
        )
    )
