"""What is known of a file's lines before it runs: what each assigns, which call backward, loops."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Fields of a statement that hold other statements: what is left is its header."""


class Lines:
    """A file's source, read once; a statement goes by the number of its first line."""

    def __init__(self, source: str) -> None:
        self.assigned: dict[int, set[str]] = defaultdict(set)
        """Names that a statement assigns itself, not by the statements in it."""
        self.read: dict[int, list[str]] = {}
        """Names that a statement reads itself, each once, in order."""
        self.read_for: dict[int, dict[str, list[str]]] = {}
        """The same of statements like ``a, b = c, d``, for each name that they assign."""
        self.backward: set[int] = set()
        """Statements with a call of ``backward``."""
        self.loops: set[int] = set()
        """First statements in the body of a loop."""
        self.long: set[int] = set()
        """Statements that Python takes in several lines, or several times over the same one."""
        self._first: dict[int, int] = {}
        try:
            tree = ast.parse(source)
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            return  # The run says so itself.
        # Outer ones come before what is in them.
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt):
                self._statement(node)

    def reads(self, line: int, name: str) -> list[str]:
        """What a statement reads for a name that it changes."""
        own = self.read_for.get(line, {}).get(name)
        return self.read.get(line, []) if own is None else own

    def statement(self, line: int) -> int:
        """The first line of the statement that this line belongs to."""
        return self._first.get(line, line)

    def _statement(self, node: ast.stmt) -> None:
        first = _begin(node)
        body = getattr(node, "body", None)
        last = _begin(body[0]) - 1 if body else node.end_lineno or first
        self._first |= dict.fromkeys(range(first, last + 1), first)
        if last > first:
            self.long.add(first)
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            self.loops.add(_begin(node.body[0]))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        self.read[first] = list(dict.fromkeys(_read(node)))
        if pairs := dict(_pairs(node)):
            self.read_for[first] = pairs
        for part in _header(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                self.assigned[first].add(part.id)
            if isinstance(part, COMPREHENSIONS):
                self.long.add(first)
            if _calls_backward(part):
                self.backward.add(first)


def _begin(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _header(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement, without the statements in it and what is named elsewhere."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.stmt) and field in BLOCKS:
            continue
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, ast.AST) or isinstance(part, ast.Lambda | ast.comprehension):
                continue
            yield part
            yield from _header(part)


def _pairs(node: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Of an assignment of several values to as many names, what each is made of."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Tuple):
        return
    for target in node.targets:
        if isinstance(target, ast.Tuple) and len(target.elts) == len(node.value.elts):
            for name, value in zip(target.elts, node.value.elts, strict=True):
                if isinstance(name, ast.Name):
                    # As it stands alone, so that a bare name is read, too.
                    yield name.id, list(dict.fromkeys(_read(ast.Expr(value))))


def _read(node: ast.AST, inner: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names that are looked up here, without those that a comprehension makes for itself."""
    if isinstance(node, COMPREHENSIONS):
        stored = (each for part in node.generators for each in ast.walk(part.target))
        inner |= {each.id for each in stored if isinstance(each, ast.Name)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.stmt) and field in BLOCKS:
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                yield from {part.id} - inner
            elif isinstance(part, ast.AST) and not isinstance(part, ast.Lambda):
                yield from _read(part, inner)


def _calls_backward(node: ast.AST) -> bool:
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and node.func.attr == "backward"  # type: ignore[attr-defined]
