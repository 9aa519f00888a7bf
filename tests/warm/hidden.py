"""Packages that are there already, and yet only come when they are imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

OWN_READERS = ("textual.constants",)
"""Modules that read the environment while they are imported: they are run again."""


class Hidden:
    """Finds modules that were imported before a fork, each package at its first import.

    A package is found only where Python's own search would find it now: a script's folder may hold
    another of the same name.
    """

    def __init__(self) -> None:
        self._packages: dict[str, dict[str, ModuleType]] = {}
        self._together: dict[str, list[str]] = {}

    def load(self, name: str) -> None:
        """Import a module; what comes with its package's first import comes so later, too."""
        root, before = root_of(name), set(sys.modules)
        importlib.import_module(name)
        new = {root_of(other) for other in set(sys.modules) - before}
        self._together.setdefault(root, sorted(new - sys.stdlib_module_names - {root}))

    def hide(self, stay: set[str]) -> None:
        """Take all packages out of what is imported, but the standard library and ``stay``."""
        for name in list(sys.modules):
            root = root_of(name)
            if root not in sys.stdlib_module_names and root not in stay:
                self._packages.setdefault(root, {})[name] = sys.modules.pop(name)

    def module(self, name: str) -> Any:
        """A module that is hidden."""
        return self._packages[root_of(name)][name]

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a hidden module is: here."""
        module = self._packages.get(root_of(name), {}).get(name)
        if module is None or module.__spec__ is None:
            return None
        if path is None:
            found = PathFinder.find_spec(name)
            if found is None or found.origin != module.__spec__.origin:
                return None
        return ModuleSpec(name, Comes(self, module), origin=module.__spec__.origin)

    def show(self, root: str) -> None:
        """Let a package be imported, and what comes with it."""
        for package in (root, *self._together.get(root, ())):
            sys.modules.update(self._packages.pop(package, {}))
        for name in OWN_READERS:
            if root_of(name) == root and name in sys.modules:
                importlib.reload(sys.modules[name])


class Comes(Loader):
    """Loads a module that is there already."""

    def __init__(self, hidden: Hidden, module: ModuleType) -> None:
        self._hidden, self._module = hidden, module
        # The import system puts another there.
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module as it was."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """It was run long ago; the rest of its package comes with it."""
        module.__spec__ = self._spec
        self._hidden.show(root_of(module.__name__))


def root_of(name: str) -> str:
    """The package of a module."""
    return name.partition(".")[0]
