"""Export kept runs as files other programs read: JSON with everything, CSV with a value a row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from lessons.store import Curve, Run

FORMAT = "tocha-runs"

Kept = tuple[Run, Sequence[Curve]]


def to_json(runs: Sequence[Kept]) -> bytes:
    """``{"format": "tocha-runs", "runs": [...]}``; what JSON cannot say (NaN) becomes null."""
    found = {"format": FORMAT, "runs": [_as_object(run, curves) for run, curves in runs]}
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def _as_object(run: Run, curves: Sequence[Curve]) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(run),
        "curves": {
            curve.name: {
                "length": curve.length,
                "steps": list(curve.steps),
                "values": list(curve.values),
                "low": list(curve.low),
                "high": list(curve.high),
            }
            for curve in curves
        },
    }


def to_csv(runs: Sequence[Kept]) -> str:
    """One row a value, with the run's knobs beside it: ready for a data frame.

    ``low`` and ``high`` are the extremes around a value that stands for several.
    """
    knobs = list(dict.fromkeys(name for run, _ in runs for name in run.knobs))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["run", "experiment", "state", "seed", "device", *(f"knob {name}" for name in knobs)]
    writer.writerow([*head, "curve", "step", "value", "low", "high"])
    for run, curves in runs:
        facts: list[object] = [run.uid, run.experiment, run.state.value, run.seed, run.device]
        facts += [run.knobs.get(name, "") for name in knobs]
        for curve in curves:
            writer.writerows([*facts, curve.name, *values] for values in _values(curve))
    return out.getvalue()


def _values(curve: Curve) -> Sequence[tuple[object, ...]]:
    low, high = (curve.low, curve.high) if len(curve.low) else (curve.values, curve.values)
    columns = zip(curve.steps, curve.values, low, high, strict=True)
    return [tuple(_number(value) for value in row) for row in columns]


def _number(value: float) -> float | int:
    """Whole steps without a point behind them."""
    return int(value) if math.isfinite(value) and value == int(value) else value


def write(file: Path, kept: Sequence[Kept]) -> str:
    """Write an export; the sentence that says how it went. A file that is there stays."""
    text = to_json(kept) if file.suffix == ".json" else to_csv(kept).encode()
    try:
        with file.open("xb") as out:
            out.write(text)
    except FileExistsError:
        return f"{file.name} is there already; nothing was written."
    except OSError as error:
        return f"{file} cannot be written: {error.strerror}."
    return f"{file.name} is written to {file.absolute().parent}."
