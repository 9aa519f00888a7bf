"""Read experiments as text: their source and their defaults, without importing torch."""

from __future__ import annotations

import ast
import importlib.util
from functools import lru_cache
from pathlib import Path

import msgspec

from lessons.format.knobs import Value


class Function(msgspec.Struct, frozen=True):
    """An experiment function as it stands in its module."""

    source: str
    """The exact text, decorators included."""
    line: int
    """Its first line in the module, counted from 1."""
    summary: str
    """The first line of its docstring."""
    defaults: dict[str, Value]


class Module(msgspec.Struct, frozen=True):
    """A topic module: its text and its functions by name."""

    path: Path
    source: str
    functions: dict[str, Function]


@lru_cache
def module(topic: str) -> Module:
    """The module ``engine.experiments.<topic>``, or the one of that name if it has a dot.

    It is read, not imported: its packages are, and they are empty.

    Raises:
        LookupError: there is no such module.
    """
    name = topic if "." in topic else f"engine.experiments.{topic}"
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LookupError(f"no topic {topic}: there is no {name.replace('.', '/')}.py")
    path = Path(spec.origin)
    text = path.read_text(encoding="utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return Module(path, text, {node.name: _function(node, text) for node in found})


def is_package(name: str) -> bool:
    """Whether a module of ours by this name holds other modules."""
    if name.partition(".")[0] != "engine":
        return False
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None


def _function(node: ast.FunctionDef, text: str) -> Function:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = text.splitlines(keepends=True)[first - 1 : node.end_lineno]
    summary = (ast.get_docstring(node) or "").partition("\n")[0]
    return Function("".join(lines), first, summary, _defaults(node))


def _defaults(node: ast.FunctionDef) -> dict[str, Value]:
    """Keyword-only arguments with literal defaults; others are left out."""
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    literal: dict[str, Value] = {}
    for argument, default in pairs:
        try:
            literal[argument.arg] = ast.literal_eval(default) if default is not None else ""
        except ValueError:
            continue
    return literal
