"""Errors of the machine: who holds a GPU's memory, what a kernel asserted, what a file is."""

from __future__ import annotations

import pickletools
import re

from engine.doctor.error_context import ErrorContext
from engine.doctor.nearer.seen import Case, Look

UNITS = {"bytes": 1, "B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
AMOUNT = r"(?P<n>[\d.]+) (?P<unit>bytes|[KMGT]iB)"
OTHERS = re.compile(rf"Process (?P<pid>\d+) has {AMOUNT} memory in use")
OURS = re.compile(rf"this process has {AMOUNT} memory in use")
MOVING = re.compile(r"(?:\w+ = )?(?:net|\w*model)\.(?:to|cuda)\(")

ASSERTED = re.compile(r"Assertion `(?P<what>[^`\n]+)` failed")
LABEL = re.compile(r"n_classes|cur_target")
LOOKED_UP = re.compile(r"srcIndex|index out of bounds|\bidx\b|idx_dim|\bind\b|\bindex\b|\bsizes?\[")
PROBABILITY = re.compile(r"input_val|\bzero\b.*\bone\b")

CODES = {ord(each.code) for each in pickletools.opcodes}
PRINTABLE = range(33, 127)


def _bytes(found: re.Match[str]) -> float:
    return float(found["n"]) * UNITS[found["unit"]]


def _memory(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """Another process, the weights, what a step adds to them; else the batch, as a rule."""
    message = context.message
    others = sorted(OTHERS.finditer(message), key=_bytes)
    ours = OURS.search(message)
    if others and ours and sum(map(_bytes, others)) > _bytes(ours):
        most = others[-1]
        theirs, mine = f"{most['n']} {most['unit']}", f"{ours['n']} {ours['unit']}"
        return Case("other-process", {"pid": most["pid"], "theirs": theirs, "mine": mine})
    if context.is_below("torch/optim/") or re.search(r"\bopt\w*\.step\(", context.code):
        return Case("at-step")
    if context.is_below("modules/module.py:_apply", "modules/module.py:to") or (
        not context.functions and MOVING.match(context.code)
    ):
        return Case("moving")
    return None


def _assertion(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """What the kernel printed before the traceback says which number was out of range."""
    told = [match["what"] for match in ASSERTED.finditer(context.text)]
    if not told:
        return None
    first = {"asserted": " ".join(told[0].replace('"', "").split())[:80]}
    if LABEL.search(told[0]):
        return Case("gpu-index-range/label", first)
    if PROBABILITY.search(told[0]):
        return Case("gpu-index-range/probability", first)
    if LOOKED_UP.search(told[0]):
        return Case("gpu-index-range/looked-up", first)
    return Case("gpu-index-range/asserted", first)


def _first_bytes(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """A byte that no pickle has, and that is a letter: the file is a text."""
    operand = re.search(r"Unsupported operand (\d+)", context.message)
    if operand and int(operand[1]) in PRINTABLE and int(operand[1]) not in CODES:
        return Case("text", {"letter": chr(int(operand[1]))})
    return None


def _load_key(_found: dict[str, str], context: ErrorContext) -> Case | None:
    key = re.search(r"invalid load key, '(?P<letter>[!-~])'", context.message)
    if key and ord(key["letter"]) not in CODES:
        return Case("text", {"letter": key["letter"]})
    return None


def _scaler(_found: dict[str, str], context: ErrorContext) -> Case | None:
    return Case("no-gradients") if "No inf checks" in context.message else None


def _safetensors(found: dict[str, str], context: ErrorContext) -> Case | None:
    return Case("safetensors") if ".safetensors" in context.code else _load_key(found, context)


def _nccl(_found: dict[str, str], context: ErrorContext) -> Case | None:
    """What is said when another process has ended."""
    return Case("peer") if "remote process exited" in context.message else None


CHECKED = re.compile(
    r"when checking argument for argument (?P<what>\w+) in method wrapper_\w+?_+(?P<name>\w+)"
)
TYPES = re.compile(r"Input type \(torch\.(?P<input>cuda\.|mps\.)?\w+\) and (?:weight|bias) type")
ON_MPS = re.compile(r"Input type \(MPS")


def _devices(found: dict[str, str], context: ErrorContext) -> Case | None:
    """The argument that the message names, or whether the layer or its input stayed behind."""
    message = " ".join(context.message.split())
    if found.get("what"):
        return Case("argument")
    if checked := CHECKED.search(message):
        values = {"argument": checked["what"], "function": checked["name"]}
        return Case("checked", values) if found.get("a") and found.get("b") else None
    if "Input type (" in message:
        moved = ON_MPS.search(message) or (TYPES.search(message) or {"input": ""})["input"]
        return Case("layer-behind" if moved else "input-behind")
    return None


LOOKS: dict[str, Look] = {
    "cuda-memory": _memory,
    "gpu-index-range": _assertion,
    "gpu-library": _assertion,
    "gpu-fault": _assertion,
    "weights-only": _first_bytes,
    "not-a-checkpoint": _safetensors,
    "nccl-failed": _nccl,
    "two-devices": _devices,
    "scaler-order": _scaler,
}
