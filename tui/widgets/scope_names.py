"""The names at a stop, and the gradients and updates since the one before, as rows of text."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from engine.process.stops import Arrived, Grid, Seen, Stop, Updated

Part = tuple[str, str]

CHANGED = "●"
"""Stands before what was assigned or written to."""

WIDE_KIND = 16


def number(value: float | str) -> str:
    """A number in at most nine columns."""
    return value if isinstance(value, str) else f"{value:.4g}"


def exact(value: float | str) -> str:
    """A number as near as its text can be to what it is in float32."""
    return value if isinstance(value, str) else f"{value:.9g}"


def row(numbers: list[float | str]) -> str:
    """One row of a grid."""
    return " ".join(number(each).rjust(9) for each in numbers)


def brief(grid: Grid) -> str:
    """The first numbers of a grid in one row."""
    first = [number(each) for line in grid for each in line]
    return f"[{', '.join(first[:4])}{', …' if len(first) > 4 else ''}]"


def names(stop: Stop) -> Content:
    """What changed first, then the rest, each in the order of the file."""
    ordered = sorted(stop.names, key=lambda each: not each.changed)
    rows = [part for each in ordered for part in _name(each)]
    return Content.assemble(*rows) if rows else Content("No names yet.")


def _name(seen: Seen) -> Iterator[Part]:
    mark = CHANGED if seen.changed else " "
    yield f"{mark} {seen.name}", "bold $primary" if seen.changed else "bold"
    told = f"  {seen.text}" if seen.text else f"  {seen.kind[:WIDE_KIND]}"
    if seen.shape is not None:
        shape = ", ".join(map(str, seen.shape))
        wants = ", requires_grad" if seen.requires_grad else ""
        told = f"  ({shape}) {seen.dtype} {seen.device}{wants}"
    yield told, ""
    yield (f"  line {seen.line}" if seen.line else "") + "\n", "$text-muted"
    if seen.changed or seen.requires_grad:
        for line in seen.grid if seen.changed else seen.grid[:1]:
            yield f"    {row(line)}\n", ""
    elif len(seen.grid) == 1 and len(seen.grid[0]) == 1:
        yield f"    {row(seen.grid[0])}\n", ""
    if seen.grad is not None:
        yield f"    .grad {brief(seen.grad)}\n", "$text-muted"


def told(stop: Stop) -> Content:
    """Gradients in the order of arrival, then the optimizer's step."""
    rows: list[Part] = []
    if stop.error:
        rows.append((f"raised here: {stop.error}\n", "bold $error"))
    if stop.arrived:
        rows.append(("backward(), in the order of arrival\n", "bold $accent"))
        rows += [part for at, each in enumerate(stop.arrived, 1) for part in _arrived(at, each)]
    for update in stop.updated:
        rows += _updated(update)
    return Content.assemble(*rows)


def _arrived(at: int, each: Arrived) -> Iterator[Part]:
    yield f"{at:>2} {each.leaf or each.operation}", "bold"
    yield f"  {each.rule}\n" if each.rule else "\n", "$text-muted"
    if each.leaf:
        before = brief(each.before) if each.before is not None else "None"
        yield f"   .grad was {before}, {brief(each.came)} is added\n", ""
    else:
        went = "  ".join(brief(each) for each in each.went) or "nothing"
        yield f"   {brief(each.came)} → {went}\n", ""


def _updated(update: Updated) -> Iterator[Part]:
    where = f"[{', '.join(map(str, update.index))}]" if update.index else ""
    yield f"{update.optimizer}.step(): {update.weight}{where}\n", "bold $accent"
    yield f"   {exact(update.value)} → {exact(update.new)}   .grad {exact(update.grad)}\n", ""
    for line in update.formula:
        yield f"   {line}\n", ""
    if update.by_hand is None:
        yield "   No formula by hand for this optimizer with these settings.\n", "$text-muted"
