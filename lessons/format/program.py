"""Export an experiment as a program that runs alone: its own text, and that of all it uses.

The definitions are copied as they stand, with their comments; what is added is the imports, a way
to show what the experiment yields, and the loop that drives it. Read with `ast`, without torch.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from lessons.format.knobs import Value
from lessons.format.source import is_package, module

VIEWS = "engine.views"

HEAD = '''\
"""{title}

The experiment {name} of Tocha as a program: {how}
"""

from __future__ import annotations

'''

SHOWING = '''\
if hasattr(builtins, "watch"):  # In Tocha these become curves and pictures …
    from engine.views import {names}
else:  # … and everywhere else they keep what they were given.

    class View:
        def __init__(self, *values, **named):
            self.values, self.named = values, named

    class Scalars(View):
        """The numbers of one step."""

{others}

def show(view):
    """Draw it, or print its numbers where nobody can."""
    if hasattr(builtins, "watch"):
        builtins.watch(view)
        return
    numbers = []
    for name, value in view.named.items() if isinstance(view, Scalars) else ():
        if isinstance(value, float) or getattr(value, "numel", lambda: 0)() == 1:
            number = value if isinstance(value, float) else value.item()
            numbers.append(f"{{name}} {{number:.4g}}")
    if numbers:
        print(*view.values[:1], *numbers)


'''


class Piece(msgspec.Struct, frozen=True):
    """A definition at the top of a module."""

    name: str
    text: str
    """Its exact source, with the comments above it and the docstring below it."""
    line: int
    uses: frozenset[str]
    """Names it takes from outside itself, and maybe more."""
    parts: dict[str, frozenset[str]]
    """Of names with attributes, which."""


class Text(msgspec.Struct, frozen=True):
    """A module taken apart."""

    name: str
    pieces: dict[str, Piece]
    imports: dict[str, tuple[str, str]]
    """By the name they bind: the module, and what is taken from it ("" for the module itself)."""


class Program:
    """Gathers what a function needs."""

    def __init__(self) -> None:
        self.pieces: dict[tuple[str, str], Piece] = {}
        self.modules: list[str] = []
        """In the order in which their pieces have to stand."""
        self.imports: set[tuple[str, str, str]] = set()
        self.views: set[str] = set()
        self.spaces: dict[tuple[str, str], set[str]] = {}
        """Modules of ours used by name: that name, the module's own, and what is used of it."""

    def take(self, name: str, wanted: str) -> None:
        """A definition of a module, with everything it uses."""
        text = _read(name)
        piece = text.pieces[wanted]
        if (name, wanted) in self.pieces:
            return
        self.pieces[name, wanted] = piece
        for used in sorted(piece.uses):
            if used in text.pieces:
                self.take(name, used)
            elif used in text.imports:
                self._import(used, *text.imports[used], piece.parts.get(used, frozenset()))
        if name not in self.modules:
            self.modules.append(name)

    def _import(self, bound: str, name: str, what: str, parts: Iterable[str]) -> None:
        if name == VIEWS:
            self.views.add(what)
        elif what and is_package(name):
            whole = f"{name}.{what}"
            for part in sorted(parts):
                self.take(whole, part)
            self.spaces.setdefault((bound, whole), set()).update(parts)
        elif name.startswith("engine."):
            self.take(name, what)
        else:
            self.imports.add((bound, name, what))


def program(title: str, topic: str, function: str, knobs: dict[str, Value], seed: int = 0) -> str:
    """Source that runs this experiment with these knobs, in Tocha or with Python alone.

    Raises:
        LookupError: there is no such topic or function.
    """
    name = topic if "." in topic else f"engine.experiments.{topic}"
    found = Program()
    found.take(name, function)
    how = "the same code, which runs alone and gives the same numbers."
    given = ", ".join(f"{knob}={value!r}" for knob, value in knobs.items())
    parts = [
        HEAD.format(title=title, name=f"{topic}.{function}", how=how),
        "\n".join(_imports(found, ["builtins", "random"])),
        "\n\n",
        _showing(found),
        "\n\n\n".join(_definitions(found)),
        f"\n\n\nrandom.seed({seed})\ntorch.manual_seed({seed})\n",
        f"np.random.seed({seed})\n" if any(each[0] == "np" for each in found.imports) else "",
        f"for view in {function}({given}):\n    show(view)\n",
    ]
    return "".join(parts)


def _imports(found: Program, more: Iterable[str]) -> Iterator[str]:
    plain = {(name, bound) for bound, name, what in found.imports if not what}
    plain |= {(name, name) for name in (*more, "torch")}
    if found.spaces:
        plain.add(("types", "types"))
    for name, bound in sorted(plain):
        yield f"import {name}" + (f" as {bound}" if bound != name else "")
    taken: dict[str, set[str]] = {}
    for bound, name, what in found.imports:
        if what:
            taken.setdefault(name, set()).add(what if what == bound else f"{what} as {bound}")
    for name, names in sorted(taken.items()):
        yield f"from {name} import {', '.join(sorted(names))}"


def _showing(found: Program) -> str:
    names = sorted(found.views | {"Scalars"})
    others = [name for name in names if name != "Scalars"]
    same = f"    {' = '.join(others)} = View\n" if others else ""
    return SHOWING.format(names=", ".join(names), others=same)


def _definitions(found: Program) -> Iterator[str]:
    for name in found.modules:
        pieces = [piece for (module, _), piece in found.pieces.items() if module == name]
        for piece in sorted(pieces, key=lambda piece: piece.line):
            yield piece.text
        for (bound, whole), parts in found.spaces.items():
            if name == whole:
                members = ", ".join(f"{part}={part}" for part in sorted(parts))
                yield f"{bound} = types.SimpleNamespace({members})"


@lru_cache
def _read(name: str) -> Text:
    source = module(name).source
    lines = source.splitlines()
    tree = ast.parse(source)
    pieces: dict[str, Piece] = {}
    imports: dict[str, tuple[str, str]] = {}
    for node, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.Import):
            imports |= {a.asname or a.name.partition(".")[0]: (a.name, "") for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            imports |= {a.asname or a.name: (node.module or "", a.name) for a in node.names}
        else:
            for bound in _bound(node):
                pieces[bound] = _piece(bound, node, following, lines)
    return Text(name, pieces, imports)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [each.id for target in node.targets for each in ast.walk(target)
                if isinstance(each, ast.Name)]  # fmt: skip
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _piece(name: str, node: ast.stmt, following: ast.stmt | None, lines: list[str]) -> Piece:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    last = node.end_lineno or node.lineno
    if _is_docstring(following) and following is not None:
        last = following.end_lineno or last
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    parts: dict[str, set[str]] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            parts.setdefault(each.value.id, set()).add(each.attr)
    return Piece(
        name,
        "\n".join(lines[first - 1 : last]),
        first,
        frozenset(used - {name} - set(dir(builtins))),
        {key: frozenset(values) for key, values in parts.items()},
    )


def _is_docstring(node: ast.stmt | None) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
