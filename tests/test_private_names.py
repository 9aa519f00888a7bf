"""No private name is used that is not in the list, and each that is has not gone."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.environment import ROOT
from tests.private_names import LISTED, Private

OURS = ("engine", "lessons", "tui")


@pytest.mark.parametrize("private", LISTED, ids=lambda private: private.name)
def test_every_private_name_is_there(private: Private) -> None:
    assert private.is_there(), f"{private.name} is gone. {private.why}. Instead: {private.instead}"


def test_no_private_name_is_used_that_is_not_listed_and_none_is_listed_that_is_not_used() -> None:
    found = {(name, str(path.relative_to(ROOT))) for path in files() for name in foreign(path)}
    assert found == {(private.name, file) for private in LISTED for file in private.used}


def files() -> Iterator[Path]:
    """Every file of ours: code of exercises that learners might write is theirs."""
    for path in sorted(path for room in OURS for path in (ROOT / room).rglob("*.py")):
        if "exercises" not in path.parts or path.name == "check.py":
            yield path


def foreign(path: Path) -> set[str]:
    """The private names in a file that belong to somebody else."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = set(attributes(tree)) | set(strings(tree)) | set(imports(tree))
    return (
        (used - own(tree) - of_bases(path, tree, ours=True))
        | (own(tree) & FOR_OTHERS)
        | inherited(path, tree)
    )


FOR_OTHERS = {"_is_in_bad_fork", "_copy_from"}
"""Defined in a file of ours under the name by which PyTorch asks for them."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def attributes(tree: ast.AST) -> Iterator[str]:
    """Private attributes of whatever."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.attr


def strings(tree: ast.AST) -> Iterator[str]:
    """Private names as text: for `getattr`, or for a table that PyTorch reads."""
    endings = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.BinOp)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in endings else None
        if isinstance(text, str) and text.isidentifier() and is_private(text):
            yield text


def imports(tree: ast.AST) -> Iterator[str]:
    """Private modules, and private names of modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            words = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            words = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        else:
            continue
        yield from filter(is_private, words)


def own(tree: ast.AST) -> set[str]:
    """The private names a file itself brings into the world."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.attr if isinstance(node, ast.Attribute) else node.id)
    return found


def inherited(path: Path, tree: ast.AST) -> set[str]:
    """Private names that a class takes from a base that is not ours, or takes over from it."""
    used = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for name in {*attributes(node), *own(node)}
    }
    return {name for name in used if is_private(name)} & of_bases(path, tree, ours=False)


def of_bases(path: Path, tree: ast.AST, *, ours: bool) -> set[str]:
    """Every name that the bases of a file's classes have or set: those of ours, or all others."""
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    if "exercises" in path.parts or not classes:
        return set()
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    kinds = [getattr(importlib.import_module(module), name, None) for name in classes]
    bases = {base for kind in kinds if isinstance(kind, type) for base in kind.__mro__[1:]}
    chosen = [base for base in bases if (base.__module__.split(".")[0] in OURS) == ours]
    return {name for base in chosen for name in of(base)}


@cache
def of(base: type) -> frozenset[str]:
    """The names a class has, and those it sets in its methods."""
    try:
        tree = ast.parse(inspect.getsource(base))
    except (
        OSError,
        TypeError,
        SyntaxError,
    ):  # made by no class statement: Python finds other lines
        return frozenset(vars(base))
    stored = (
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )
    return frozenset(vars(base)) | frozenset(stored)
