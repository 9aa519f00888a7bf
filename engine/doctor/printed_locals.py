"""Local variables printed in a traceback: rich and pytest do so, when asked to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from engine.doctor.error_context import Named

ASSIGNED = re.compile(r"^(?P<name>[A-Za-z_]\w*) += (?P<value>\S.*)$")
TENSOR = re.compile(
    r"^(?:Parameter containing: *)?tensor\((?P<numbers>.*?)(?P<facts>,\s*\w+=.*)?\)$"
)
MOST_LINES = 60
"""Of one value."""

NO_NUMBER = re.compile(r"\b(?:nan|inf)\b")

DEVICE = re.compile(r"device='([^']+)'")
DTYPE = re.compile(r"dtype=torch\.(\w+)")


class Tensor:
    """A tensor as its printed form tells it."""

    def __init__(self, numbers: str, facts: str) -> None:
        """Raises ValueError or SyntaxError where the form leaves numbers out."""
        if "..." in numbers:
            raise ValueError(numbers)
        values = ast.literal_eval(NO_NUMBER.sub("0.0", numbers))
        self.shape = _shape(values)
        device, dtype = DEVICE.search(facts), DTYPE.search(facts)
        self.device = device[1] if device else "cpu"
        self.dtype = f"torch.{dtype[1]}" if dtype else f"torch.{_dtype(numbers)}"
        self.requires_grad = "requires_grad=True" in facts
        self.grad_fn = None


def variables(lines: list[str]) -> dict[str, Any]:
    """Every variable whose value is printed in full."""
    found: dict[str, Any] = {}
    for number, line in enumerate(lines):
        if match := ASSIGNED.match(line.strip()):
            try:
                found[match["name"]] = _value(_whole(match["value"], lines[number + 1 :]))
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                found.pop(match["name"], None)
    return found


def _whole(value: str, following: list[str]) -> str:
    """A value that goes on over several lines, in one."""
    for line in following[:MOST_LINES]:
        is_open = any(value.count(one) > value.count(other) for one, other in ("()", "[]"))
        if not is_open and not value.endswith("containing:"):
            break
        value += " " + line.strip(" │")
    return value


def named(expression: str, known: dict[str, Any]) -> Iterator[Named]:
    """The variables in an expression of which something is known, from left to right."""
    for name in dict.fromkeys(re.findall(r"(?<![\w.'\"])[A-Za-z_]\w*", expression)):
        if name in known:
            yield Named(name, known[name])


def _value(text: str) -> Any:
    if match := TENSOR.match(text):
        return Tensor(match["numbers"], match["facts"] or "")
    return ast.literal_eval(text)


def _shape(values: Any) -> tuple[int, ...]:
    if not isinstance(values, list):
        return ()
    return (len(values), *(_shape(values[0]) if values else ()))


def _dtype(numbers: str) -> str:
    if "True" in numbers or "False" in numbers:
        return "bool"
    return "int64" if re.search(r"\d", numbers) and "." not in numbers else "float32"
