"""Every command says what it does by example and how it ends; the README says the same."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator

import click
import pytest

from tests.environment import ROOT
from tui.cli import main


def commands(group: click.Group = main, before: str = "tocha") -> Iterator[tuple[str, str]]:
    """Every command by the words that call it, with its help."""
    yield before, inspect.cleandoc(group.help or "")
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        elif not command.hidden:
            yield f"{before} {name}", inspect.cleandoc(command.help or "")


def exit_status(text: str) -> str:
    """The paragraph about the exit status as one line; "" without one."""
    found = re.search(r"^Exit status: (.*?)(?:\n\n|\n\x08|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def listed() -> dict[str, str]:
    """What the README's table says of each command."""
    rows = re.findall(r"^\| `(tocha[^`]*)` \| (.*) \|$", (ROOT / "README.md").read_text(), re.M)
    return dict(rows)


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_an_example(name: str) -> None:
    _, _, examples = ALL[name].partition("\b\nExample")
    lines = textwrap.dedent(examples.partition("\n")[2]).splitlines()
    assert lines, f"{name} --help has no paragraph of examples"
    assert all(re.search(rf"\b{name}\b", line) or name == "tocha" for line in lines), lines
    assert all("tocha" in line for line in lines), lines


@pytest.mark.parametrize("name", ALL)
def test_every_command_lists_its_exit_statuses(name: str) -> None:
    said = exit_status(ALL[name])
    assert said.endswith("."), f"{name} --help has no paragraph 'Exit status: …'"
    assert listed().get(name) == said.removesuffix("."), (
        f"the README's table of exit statuses needs this row:\n"
        f"| `{name}` | {said.removesuffix('.')} |"
    )


def test_the_readme_lists_no_other_command() -> None:
    assert set(listed()) <= set(ALL)
