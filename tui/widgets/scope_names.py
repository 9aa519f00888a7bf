"""What there is to see at a stop, as rows of text: gradients and updates, then the names."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from engine.process.stops import Arrived, Corner, Grid, Seen, Stop, Updated
from tui.widgets.source_panel import folded

CHANGED = "●"
"""Stands before what was assigned or written to."""

IN_BRIEF = 4
"""Numbers of a tensor that is told in a row."""

NUMBER = 10
"""Columns of a number in a grid, with the blank before it."""

INDENT = 4


def rows(stop: Stop, width: int, *, sources: bool = False) -> list[Content]:
    """All of it, in rows of so many columns; with ``sources``, what each name was computed from."""
    lines = [*_told(stop), *_names(stop, width, sources)]
    return [piece for line in lines for piece in folded(line, width)]


def line(*parts: str | tuple[str, str]) -> Content:
    """One row, as it would be if there were room."""
    return Content.assemble(*parts)


def number(value: float | str) -> str:
    """A number in at most nine columns."""
    return value if isinstance(value, str) else f"{value:.4g}"


def exact(value: float | str) -> str:
    """A number as near as its text can be to what it is in float32."""
    return value if isinstance(value, str) else f"{value:.9g}"


def brief(corner: Corner | None) -> str:
    """A tensor's shape and its first numbers in one row; a single number alone."""
    if corner is None:
        return "none"
    shape = f"({', '.join(map(str, corner.shape))})"
    first = [number(each) for row in corner.grid for each in row]
    if not corner.shape and first:
        return first[0]
    if not first:
        return shape
    more = ", …" if numel(corner.shape) > len(first[:IN_BRIEF]) else ""
    return f"{shape} [{', '.join(first[:IN_BRIEF])}{more}]"


def numel(shape: list[int]) -> int:
    """How many numbers a tensor of this shape has."""
    product = 1
    for size in shape:
        product *= size
    return product


# Names


def _names(stop: Stop, width: int, sources: bool) -> Iterator[Content]:
    """What changed first, then the rest, each in the order of the file."""
    for each in sorted(stop.names, key=lambda each: not each.changed):
        yield from _name(each, width, sources)
    if not stop.names:
        yield line("No names yet.")


def _name(seen: Seen, width: int, sources: bool) -> Iterator[Content]:
    mark = CHANGED if seen.changed else " "
    told = seen.text or seen.kind
    if seen.shape is not None:
        shape = ", ".join(map(str, seen.shape))
        wants = ", requires_grad" if seen.requires_grad else ""
        told = f"({shape}) {seen.dtype} {seen.device}{wants}"
    style = "bold $primary" if seen.changed else "bold"
    by = f"  line {seen.line}" if seen.line else ""
    if sources and by:
        by += f", from {', '.join(seen.reads) or 'no other name'}"
    yield line((f"{mark} {seen.name}", style), f"  {told}", (by, "$text-muted"))
    if seen.shape is None:
        return
    if seen.changed or seen.requires_grad or not seen.shape:
        most = len(seen.grid) if seen.changed else 1
        yield from (line(row) for row in grid(seen.grid, seen.shape, most, width))
    if seen.grad is not None:
        gradient = brief(Corner(seen.shape, seen.grad))
        yield line((f"{' ' * INDENT}.grad {gradient}", "$text-muted"))


def grid(numbers: Grid, shape: list[int], most: int, width: int) -> Iterator[str]:
    """Rows of a tensor's first numbers; … stands where there are more."""
    columns = max(1, (width - INDENT - 2) // NUMBER)
    for row in numbers[:most]:
        text = " " * (INDENT - 1) + "".join(
            f" {number(each):>{NUMBER - 1}}" for each in row[:columns]
        )
        yield f"{text}{' …' if shape[-1:] and shape[-1] > len(row[:columns]) else ''}"
    is_all = len(shape) < 2 or numel(shape[:-1]) <= most
    if numbers and not is_all:
        yield f"{'…':>{INDENT - 1 + NUMBER}}"


# What happened since the stop before


def _told(stop: Stop) -> Iterator[Content]:
    """What was changed; the error; gradients in the order of arrival; the optimizer's step."""
    for row in stop.change.splitlines():
        yield line(("what if: ", "bold $accent"), (row, "bold $accent"))
    if stop.failed:
        yield line((stop.failed, "bold $error"))
    if stop.error:
        yield line((f"raised here: {stop.error}", "bold $error"))
    if stop.arrived:
        yield line(("backward(), in the order of arrival", "bold $accent"))
    for at, each in enumerate(stop.arrived, 1):
        yield from _arrived(at, each)
    for update in stop.updated:
        yield from _updated(update)
    if stop.change or stop.error or stop.arrived or stop.updated:
        yield line("")


def _arrived(at: int, each: Arrived) -> Iterator[Content]:
    rule = f"  {each.rule}" if each.rule else ""
    yield line((f"{at:>2} {each.leaf or each.operation}", "bold"), (rule, "$text-muted"))
    if each.leaf:
        was = brief(each.before) if each.before is not None else "None"
        yield line(f"   {brief(each.came)} → .grad, which was {was}")
    else:
        went = "; ".join(brief(each) for each in each.went) or "nothing"
        yield line(f"   {brief(each.came)} → {went}")


def _updated(update: Updated) -> Iterator[Content]:
    where = f"[{', '.join(map(str, update.index))}]" if update.index else ""
    yield line((f"{update.optimizer}.step(): {update.weight}{where}", "bold $accent"))
    values = f"{exact(update.value)} → {exact(update.new)}"
    yield line(f"   {values}   .grad {exact(update.grad)}")
    for row in update.formula:
        yield line(f"   {row}")
    if update.by_hand is None:
        none = "   No formula by hand is known for this step."
        yield line((none, "$text-muted"))
