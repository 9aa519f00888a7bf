"""A kind of import contract: these modules import these others, and nothing else."""

from __future__ import annotations

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """The sources import themselves, the allowed modules and the standard library; nothing more.

    Direct imports count; every name stands for the whole package. ``except_modules`` are parts of
    the sources that another contract speaks of. What is allowed and not used is an error as well:
    a door nobody needs is closed.
    """

    type_name = "only"

    source_modules: Any = fields.ListField(fields.StringField())
    allowed_modules: Any = fields.ListField(fields.StringField())
    except_modules: Any = fields.ListField(fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import that is not allowed, and every permission that is not used."""
        sources, allowed = self.source_modules, self.allowed_modules
        imports = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if _within(importer, sources) and not _within(importer, self.except_modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
        ]
        open_to = [*sources, *allowed, *sys.stdlib_module_names]
        strays = [f"{a} imports {b}" for a, b in imports if not _within(b, open_to)]
        unused = [
            f"{', '.join(sources)} may import {one} and does not"
            for one in allowed
            if not any(_within(imported, [one]) for _, imported in imports)
        ]
        return ContractCheck(kept=not strays + unused, metadata={"wrong": strays + unused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what is wrong, a line each."""
        for line in check.metadata["wrong"]:
            output.print_error(line)


def _within(name: str, packages: list[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in packages)
