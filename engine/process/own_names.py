"""The names of our packages belong to the script: what it imports by them is its own.

Our modules are loaded under their names while the script does not look, and taken away again.
A module of ours that imports another later, in a function, would find the script's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

PACKAGES = ("engine", "lessons", "tui")
ROOT = str(Path(__file__).parents[2])


class OwnNames:
    """Hides our packages from the script, and shows them to us for a while."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._are_hidden = False

    def hide(self) -> None:
        """From now on our names are the script's, which finds its own by them or nothing."""
        self._modules = _taken()
        self._are_hidden = True
        # The type of a finder is a class with many more methods, none of which is needed.
        sys.meta_path.insert(0, _NotOurs())

    def show_again(self) -> None:
        """From now on they are ours again, for good."""
        sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _NotOurs)]
        _taken()
        sys.modules.update(self._modules)
        self._are_hidden = False

    @contextmanager
    def shown(self) -> Iterator[None]:
        """In this block ``import engine`` is ours."""
        if not self._are_hidden:
            yield
            return
        theirs = _taken()
        sys.modules.update(self._modules)
        finders, path = sys.meta_path[:], sys.path[:]
        sys.meta_path[:] = [each for each in finders if not isinstance(each, _NotOurs)]
        sys.path.insert(0, ROOT)
        try:
            yield
        finally:
            sys.meta_path[:] = finders
            sys.path[:] = path
            self._modules = _taken()
            sys.modules.update(theirs)


@contextmanager
def theirs_where_they_have_them(folder: str) -> Iterator[None]:
    """In this block the names of our packages are those of a folder that has one called so."""
    if not any(_has(Path(folder), name) for name in PACKAGES):
        yield
        return
    names = OwnNames()
    names.hide()
    try:
        yield
    finally:
        names.show_again()


def _has(folder: Path, name: str) -> bool:
    if str(folder.resolve()) == ROOT:
        return False
    return (folder / f"{name}.py").is_file() or any((folder / name).glob("*.py"))


class _NotOurs:
    """Finds packages of our names anywhere but where ours are."""

    def find_spec(self, name: str, path: object, _target: object = None) -> ModuleSpec | None:
        if name not in PACKAGES or path is not None or sys.path[:1] == [ROOT]:
            return None
        spec = PathFinder.find_spec(name, [each for each in sys.path if not _is_root(each)])
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


def _is_root(folder: str) -> bool:
    try:
        return str(Path(folder or ".").resolve()) == ROOT
    except OSError:
        return False


def _taken() -> dict[str, ModuleType]:
    """Every module of our names, taken out of what is imported."""
    names = [name for name in sys.modules if name.partition(".")[0] in PACKAGES]
    return {name: sys.modules.pop(name) for name in names}
