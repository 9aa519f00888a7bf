"""The names of our packages belong to the script: what it imports by them is its own.

Our modules are loaded under their names while the script does not look, and taken away again.
A module of ours that imports another later, in a function, would find the script's.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

# Nothing else up here: this is imported before a watched script, which may have modules beside it
# that are called as Python's own.

PACKAGES = ("engine", "lessons", "tui")
ROOT = __file__.rsplit(os.sep, 3)[0]


class OwnNames:
    """Hides our packages from the script, and shows them to us for a while."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}
        """Ours, while they are hidden."""
        self._are_hidden = False

    def hide(self) -> None:
        """From now on our names are the script's, which finds its own by them or nothing."""
        self.modules = _taken()
        self._are_hidden = True
        # The type of a finder is a class with many more methods, none of which is needed.
        sys.meta_path.insert(0, _NotOurs())

    def show_again(self) -> None:
        """From now on they are ours again, for good."""
        sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _NotOurs)]
        _taken()
        sys.modules.update(self.modules)
        self._are_hidden = False

    def shown(self) -> _Shown:
        """A block in which ``import engine`` is ours."""
        return _Shown(self, are_hidden=self._are_hidden)


class _Shown:
    """A class of its own: a generator would need `StopIteration`, which a script may take away."""

    def __init__(self, names: OwnNames, *, are_hidden: bool) -> None:
        self._names = names
        self._are_hidden = are_hidden

    def __enter__(self) -> None:
        if not self._are_hidden:
            return
        self._theirs = _taken()
        sys.modules.update(self._names.modules)
        self._finders, self._path = sys.meta_path[:], sys.path[:]
        sys.meta_path[:] = [each for each in self._finders if not isinstance(each, _NotOurs)]
        sys.path.insert(0, ROOT)

    def __exit__(self, *_: object) -> None:
        if not self._are_hidden:
            return
        sys.meta_path[:] = self._finders
        sys.path[:] = self._path
        self._names.modules = _taken()
        sys.modules.update(self._theirs)


class NamesOfFolder:
    """A block in which the names of our packages are those of a folder that has one called so."""

    def __init__(self, folder: str) -> None:
        has_own = any(_has(folder, name) for name in PACKAGES)
        self._names = OwnNames() if has_own else None

    def __enter__(self) -> None:
        if self._names is not None:
            self._names.hide()

    def __exit__(self, *_: object) -> None:
        if self._names is not None:
            self._names.show_again()


def _has(folder: str, name: str) -> bool:
    from pathlib import Path

    place = Path(folder)
    if str(place.resolve()) == ROOT:
        return False
    return (place / f"{name}.py").is_file() or any((place / name).glob("*.py"))


class _NotOurs:
    """Finds packages of our names anywhere but where ours are."""

    def find_spec(self, name: str, path: object, _target: object = None) -> ModuleSpec | None:
        if name not in PACKAGES or path is not None or sys.path[:1] == [ROOT]:
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, [each for each in sys.path if not _is_root(each)])
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


def _is_root(folder: str) -> bool:
    try:
        return os.path.realpath(folder or ".") == ROOT
    except OSError:
        return False


def _taken() -> dict[str, ModuleType]:
    """Every module of our names, taken out of what is imported."""
    names = [name for name in sys.modules if name.partition(".")[0] in PACKAGES]
    return {name: sys.modules.pop(name) for name in names}
