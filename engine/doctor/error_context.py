"""The context of an exception: the failing expression in its frame, and what its variables held.

Only looks, never calls: names, attributes of modules and items of plain sequences are looked up in
the frame; everything else on the line is left alone. Imports no torch.
"""

from __future__ import annotations

import ast
import dis
import linecache
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import (
    FrameType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
    TracebackType,
)
from typing import Any

from engine.process.failure import LIBRARY, OURS

MOST_NAMES = 3
"""Variables an explanation mentions."""


@dataclass
class Named:
    """A piece of the failing line and the object it stood for."""

    text: str
    value: Any


@dataclass
class ErrorContext:
    """What could be seen at the place of an exception."""

    line: int = 0
    source: str = ""
    statement: str = ""
    """The whole statement that line belongs to, where it can be told."""
    failing: str = ""
    """The expression in it that failed, where that is certain."""
    names: list[str] = field(default_factory=list)
    """The exception's class and those it inherits from."""
    message: str = ""
    """What the exception says."""
    text: str = ""
    """All of the text it was read from; empty of a live exception."""
    named: list[Named] = field(default_factory=list)
    """Variables of the failing expression, from left to right."""
    inner: list[tuple[Any, FrameType]] = field(default_factory=list)
    """Modules that were at work below the failing line, the innermost last, with their frames."""
    around: dict[str, Any] = field(default_factory=dict)
    """Every variable of the learner's frame."""
    functions: list[str] = field(default_factory=list)
    """Files and functions below the failing line: "torch/utils/data/_utils/collate.py:collate"."""
    through: list[str] = field(default_factory=list)
    """Every file of the traceback, the learner's own included, the innermost last."""
    innermost: str = ""
    """The source of the last frame, a library's or the learner's."""

    @property
    def code(self) -> str:
        """What failed, as exactly as it is known."""
        return self.failing or self.statement or self.source

    def is_below(self, *places: str) -> bool:
        """Whether one of these was at work below the failing line."""
        return any(place in function for function in self.functions for place in places)

    def values(self, *kinds: str) -> list[Named]:
        """The variables whose class has one of these names, or inherits from one that has."""
        return [one for one in self.named if kinds_of(one.value) & set(kinds)]


def kinds_of(value: Any) -> set[str]:
    """Names of the classes a value belongs to."""
    return {kind.__name__ for kind in type(value).__mro__}


def is_layer(module: Any) -> bool:
    """Whether a module has no other modules in it."""
    return next(iter(module.children()), None) is None


def look(error: BaseException, file: str = "") -> ErrorContext:
    """The context of a live exception; ``file`` is the learner's, if there is a certain one."""
    steps = list(_walk(error.__traceback__))
    own = [i for i, (frame, _, _) in enumerate(steps) if _is_theirs(frame, file)]
    if not own:
        return ErrorContext()
    frame, line, instruction = steps[own[-1]]
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    context = ErrorContext(line, source, around={**frame.f_globals, **frame.f_locals})
    context.statement = _statement(frame, line)
    failing, certain = _expression(frame, line, instruction)
    context.failing = ast.unparse(failing) if failing is not None and certain else ""
    context.named = list(_resolved(failing, frame))
    for below, _, _ in steps[own[-1] + 1 :]:
        itself = below.f_locals.get("self")
        if "Module" in kinds_of(itself):
            context.inner.append((itself, below))
        context.functions.append(f"{below.f_code.co_filename}:{below.f_code.co_name}")
    context.through = [each.f_code.co_filename for each, _, _ in steps]
    last, at, _ = steps[-1]
    context.innermost = linecache.getline(last.f_code.co_filename, at).strip()
    return context


def _walk(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int, int]]:
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno, traceback.tb_lasti
        traceback = traceback.tb_next


def _is_theirs(frame: FrameType, file: str) -> bool:
    name = frame.f_code.co_filename
    if file:
        return name == file
    return not name.startswith(OURS) and not any(part in name for part in LIBRARY)


def _expression(frame: FrameType, line: int, instruction: int) -> tuple[ast.AST | None, bool]:
    """The syntax of what was being computed, and True; the whole line where that cannot be told."""
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None, False
    positions = next(
        (
            each.positions
            for each in dis.get_instructions(frame.f_code)
            if each.offset == instruction
        ),
        None,
    )
    if positions is not None:
        span = (
            positions.lineno,
            positions.end_lineno,
            positions.col_offset,
            positions.end_col_offset,
        )
        for node in ast.walk(tree):
            if _span(node) == span and isinstance(node, ast.expr | ast.stmt):
                return node, True
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    on_line = [node for node in statements if node.lineno == line]
    whole = on_line[-1] if on_line and not hasattr(on_line[-1], "body") else None
    return whole, False


def _statement(frame: FrameType, line: int) -> str:
    """The simple statement a line belongs to, in full; empty where there is none."""
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.stmt) or hasattr(node, "body"):
                continue
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                return ast.get_source_segment(source, node) or ""
    return ""


def _span(node: ast.AST) -> tuple[int | None, ...]:
    names = ("lineno", "end_lineno", "col_offset", "end_col_offset")
    return tuple(getattr(node, name, None) for name in names)


def _resolved(node: ast.AST | None, frame: FrameType) -> Iterator[Named]:
    """The dotted names in an expression with their values, each once."""
    seen: set[str] = set()
    for piece in _pieces(node) if node is not None else ():
        text = ast.unparse(piece)
        if text in seen:
            continue
        seen.add(text)
        found, value = _value(piece, frame)
        if found and not _is_code(value):
            yield Named(text, value)


def _pieces(node: ast.AST) -> Iterator[ast.expr]:
    """Names, attributes and items, as long as they go, from left to right."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and _is_plain(node):
        yield node
        # The method of a call is code: what it belongs to is of interest.
        if isinstance(node, ast.Attribute | ast.Subscript):
            yield from _pieces(node.value)
        return
    for child in ast.iter_child_nodes(node):
        yield from _pieces(child)


def _is_plain(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return _is_plain(node.value)
    if isinstance(node, ast.Subscript):
        return _is_plain(node.value) and isinstance(node.slice, ast.Constant)
    return isinstance(node, ast.Name)


def _value(node: ast.expr, frame: FrameType) -> tuple[bool, Any]:
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals):
            if node.id in names:
                return True, names[node.id]
        return False, None
    if isinstance(node, ast.Attribute):
        found, owner = _value(node.value, frame)
        return _attribute(owner, node.attr) if found else (False, None)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        found, owner = _value(node.value, frame)
        if (found and type(owner) in (list, tuple, dict)) or "Sequential" in kinds_of(owner):
            try:
                return True, owner[node.slice.value]
            except (LookupError, TypeError):
                return False, None
    return False, None


def _attribute(owner: Any, name: str) -> tuple[bool, Any]:
    """An attribute that is simply there: a module's own, a tensor's ``.T`` or ``.grad``."""
    kinds = kinds_of(owner)
    if "Module" in kinds:
        # One whose own `__init__` forgot to call nn.Module's has no parts yet.
        with suppress(AttributeError):
            for own, part in _parts(owner):
                if own == name:
                    return True, part
    if "Tensor" in kinds and name in ("T", "mT", "data"):
        return True, getattr(owner, name)
    kept = own_attributes(owner)
    return (True, kept[name]) if name in kept else (False, None)


def own_attributes(owner: Any) -> Mapping[str, Any]:
    """What is simply kept in an object; nothing where a class of its own answers for it."""
    kind: Any = type(owner)
    if not issubclass(kind, ModuleType) and kind.__getattribute__ is not object.__getattribute__:
        return {}
    answers = [vars(each)["__dict__"] for each in kind.__mro__ if "__dict__" in vars(each)]
    if not all(isinstance(each, GetSetDescriptorType | MemberDescriptorType) for each in answers):
        return {}
    found = getattr(owner, "__dict__", {})
    return found if isinstance(found, Mapping) else {}


def _parts(module: Any) -> Iterator[tuple[str, Any]]:
    """The modules, parameters and buffers of a module's own, with their names."""
    yield from module.named_children()
    yield from module.named_parameters(recurse=False)
    yield from module.named_buffers(recurse=False)


def _is_code(value: Any) -> bool:
    """Functions, classes and modules of Python say nothing about the data."""
    return bool(
        {"function", "builtin_function_or_method", "method", "type", "module"} & kinds_of(value)
    )
