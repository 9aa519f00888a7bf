"""Numbers in shared memory: all of them, in order, and a count of what was overwritten."""

from __future__ import annotations

import math
import os

from engine.watch import ring as rings


def test_what_is_written_is_read_in_order_and_once() -> None:
    fd = rings.make()
    writer, reader = rings.Ring(fd), rings.RingReader(fd)
    assert len(reader.read()) == 0
    for step in range(1, 6):
        writer.write(step, "loss", step / 3)
        writer.write(step, "loss 2", math.inf if step == 3 else float("nan"))
    found = reader.read()
    steps, values = found["loss"]
    assert (steps, values) == ([1.0, 2.0, 3.0, 4.0, 5.0], [step / 3 for step in range(1, 6)])
    steps, values = found["loss 2"]
    assert steps == [1, 2, 3, 4, 5]
    assert [math.isnan(value) for value in values] == [True, True, False, True, True]
    assert len(reader.read()) == 0
    os.close(fd)


def test_a_reader_that_comes_late_knows_what_it_missed() -> None:
    fd = rings.make()
    writer, reader = rings.Ring(fd), rings.RingReader(fd)
    for step in range(rings.SLOTS + 10):
        writer.write(step, "loss", float(step))
    steps, values = reader.read()["loss"]
    assert reader.lost == 10
    assert (steps[0], steps[-1], len(values)) == (10, rings.SLOTS + 9, rings.SLOTS)
    os.close(fd)


def test_names_are_cut_between_characters_and_counted() -> None:
    fd = rings.make()
    writer, reader = rings.Ring(fd), rings.RingReader(fd)
    writer.write(1, "é" * 40, 1.0)
    for number in range(rings.NAMES + 5):
        writer.write(2, f"loss {number}", 2.0)
    found = reader.read()
    assert "é" * (rings.NAME_BYTES // 2) in found
    assert len(found) == rings.NAMES
    os.close(fd)
