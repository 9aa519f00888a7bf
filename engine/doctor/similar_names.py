"""A name like the one that is missing, as Python's own traceback suggests it.

Python keeps its suggestion out of the exception and only prints it. Only looks: of an object its
attributes are listed and never asked for. Imports no torch.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from engine.doctor.error_context import own_attributes

LIKE = 0.75
"""How much two names have to have in common."""

MOST_NAMES = 5000
"""That are compared."""


def is_slip(name: str, near: str) -> bool:
    """Whether one name may be the other, mistyped: word by word, a letter or two apart.

    `val_loader` and `train_loader` are alike in letters and two names all the same.
    """
    words, others = (each.lower().strip("_").split("_") for each in (name, near))
    if "".join(words) == "".join(others):
        return True
    if len(words) != len(others):
        return _is_near("".join(words), "".join(others))
    return all(
        one == other or _is_near(one, other) for one, other in zip(words, others, strict=True)
    )


def _is_near(one: str, other: str) -> bool:
    """A single letter is a name of its own, and so is a number."""
    shortest = min(len(one), len(other))
    if shortest < 3 or [*filter(str.isdigit, one)] != [*filter(str.isdigit, other)]:
        return False
    return _apart(one, other) <= (1 if shortest < 7 else 2)


def _apart(one: str, other: str) -> int:
    """Letters to put in, to leave out, to replace or to exchange with the next."""
    rows: list[list[int]] = [[*range(len(other) + 1)]]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def similar_name(error: BaseException) -> str:
    """ ". Did you mean: 'reshape'?" as Python writes it; empty where nothing is like it."""
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        names = sorted({*_names_of(error.obj)})
    elif isinstance(error, NameError) and error.name:
        names = sorted({*_names_around(error)})
    else:
        return ""
    near = difflib.get_close_matches(error.name, names[:MOST_NAMES], n=1, cutoff=LIKE)
    return f". Did you mean: '{near[0]}'?" if near and near[0] != error.name else ""


def _names_of(owner: object) -> Iterator[str]:
    """Names an object has, without those that begin with an underscore."""
    own = own_attributes(owner)
    for space in (*(vars(kind) for kind in type(owner).__mro__), own, *_registers(own)):
        yield from (name for name in space if isinstance(name, str) and not name.startswith("_"))


def _registers(own: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Dictionaries among an object's attributes: a module keeps its layers in one."""
    for found in own.values():
        if type(found) is dict and len(found) <= MOST_NAMES:
            yield found


def _names_around(error: NameError) -> Iterator[str]:
    """Names that were there where one was not."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is not None:
        yield from traceback.tb_frame.f_locals
        yield from traceback.tb_frame.f_globals
        yield from traceback.tb_frame.f_builtins
