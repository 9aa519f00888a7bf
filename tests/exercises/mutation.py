"""Mutants by machine: wrong answers made of every right one, a slip each."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path

import msgspec

from lessons.format.exercises import Exercise
from tests.exercises.operators import OPERATORS, New, Operator

FEWEST, MOST = 25, 40
"""Mutants of an exercise: there have to be so many, and no more are tried."""

LISTED = Path(__file__).with_name("equivalents.toml")


class Mutant(msgspec.Struct, frozen=True):
    """A right answer with one slip in it."""

    change: str
    """The line before and after it: "x.mean() -> x.sum()"."""
    operator: str
    code: str


def mutants(task: Exercise, most: int = MOST) -> list[Mutant]:
    """Mutants of all right answers, of every operator and every answer in turn."""
    sources = [path.read_text(encoding="utf-8") for path in task.right]
    right = {ast.unparse(_bare(source)) for source in sources}
    made: dict[str, Mutant] = {}
    each = [mutated(source, operator) for operator in OPERATORS for source in sources]
    for mutant in filter(None, chain.from_iterable(zip_longest(*each))):
        if mutant.code not in right:
            made.setdefault(mutant.code, mutant)
    return list(made.values())[:most]


def mutated(source: str, operator: Operator) -> Iterator[Mutant]:
    """Everything one operator makes of a right answer."""
    tree = _bare(source)
    before = ast.unparse(tree)
    places = [(node, name) for node in ast.walk(tree) for name in node._fields]
    for node, name in places:
        value = getattr(node, name, None)
        parts = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, part in parts:
            for new in operator(part) if isinstance(part, ast.AST) else ():
                setattr(node, name, _replaced(value, index, new))
                code = _text(tree)
                setattr(node, name, value)
                if code and code != before:
                    yield Mutant(_change(before, code), operator.__name__, code)


def _replaced(value: object, index: int | None, new: New) -> object:
    if index is None or not isinstance(value, list):
        return new
    put = new if isinstance(new, list) else [] if new is None else [new]
    return [*value[:index], *put, *value[index + 1 :]] or [ast.Pass()]


def _text(tree: ast.Module) -> str:
    """The tree as Python; empty when it is none."""
    try:
        code = ast.unparse(ast.fix_missing_locations(tree))
        compile(code, "mutant", "exec")
    except (SyntaxError, ValueError, AttributeError, TypeError):
        return ""
    return code


def _bare(source: str) -> ast.Module:
    """The tree without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _change(before: str, after: str) -> str:
    """The lines that differ: those before, an arrow, those after."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    after_it = old[:1]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    if not old:
        # What is put in says little without its place.
        old, new = after_it, [*new, *after_it]
    parts = ("; ".join(line.strip() for line in lines) for lines in (old, new))
    return " -> ".join(part or "nothing" for part in parts)


@lru_cache
def _listed() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))


def equivalents(task: Exercise) -> dict[str, list[str]]:
    """Mutants of an exercise that are right answers too, by the reason why."""
    return _listed().get(task.name, {})


def why_equivalent(task: Exercise, mutant: Mutant) -> str:
    """Why a mutant is a right answer too; empty when it is not listed as one."""
    for why, changes in equivalents(task).items():
        for change in changes:
            if change == mutant.change or fnmatchcase(mutant.change, change):
                return why
    return ""
