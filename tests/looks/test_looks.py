"""The contact sheets: glyphs are where they should be, and a page arrives on its sheet."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lessons.format import catalog
from lessons.format.schema import Predict
from tests.looks import sheets
from tests.looks.glyphs import HIGH, WIDE, mask
from tests.looks.pictures import SHOTS, SIZE, Shot
from tests.looks.sheets import Look
from tests.looks.walk import draw
from tests.terminal import Cell


def test_every_dot_of_braille_is_one_square_of_its_own() -> None:
    single = [mask(chr(0x2800 + (1 << bit))) for bit in range(8)]
    assert {one.sum() for one in single} == {4}
    np.testing.assert_array_equal(mask("⣿"), sum(single))
    assert single[0][: HIGH // 4, : WIDE // 2].sum() == 4
    assert single[7][-HIGH // 4 :, -WIDE // 2 :].sum() == 4


@pytest.mark.parametrize(
    ("half", "where"),
    [("▀", np.s_[: HIGH // 2]), ("▄", np.s_[HIGH // 2 :]), ("▌", np.s_[:, : WIDE // 2]),
     ("▐", np.s_[:, WIDE // 2 :]), ("█", np.s_[:])],
)  # fmt: skip
def test_a_half_block_fills_its_half(half: str, where: slice) -> None:
    expected = np.zeros((HIGH, WIDE))
    expected[where] = 1
    np.testing.assert_array_equal(mask(half), expected)


def test_lines_reach_the_sides_their_name_speaks_of() -> None:
    for char in map(chr, range(0x2500, 0x2580)):
        name, drawn = unicodedata.name(char), mask(char)
        if "DIAGONAL" in name or "DASH" in name:
            continue
        edges = {"UP": drawn[0], "DOWN": drawn[-1], "LEFT": drawn[:, 0], "RIGHT": drawn[:, -1]}
        for side, edge in edges.items():
            whole = "VERTICAL" if side in ("UP", "DOWN") else "HORIZONTAL"
            assert edge.any() == (side in name or whole in name), (name, side)


def test_screens_lie_side_by_side_on_a_sheet(tmp_path: Path) -> None:
    red = [[Cell(" ", "default", "ff0000")] * 10] * 4
    blue = [[Cell(" ", "0000ff", "default", reverse=True)] * 10] * 4
    looks = [Look("one", red), Look("two", blue)]
    (sheet,) = sheets.write(looks, tmp_path / "sheet")
    pixels = np.asarray(Image.open(sheet))
    middle, width = pixels.shape[0] // 2 + HIGH, pixels.shape[1]
    assert pixels[middle, width // 4].tolist() == [255, 0, 0]
    assert pixels[middle, 3 * width // 4].tolist() == [0, 0, 255]


def test_a_page_is_drawn_before_and_after_its_run(tmp_path: Path) -> None:
    lesson = catalog.lesson("tensors")
    (sheet, *_) = draw("80x24", [lesson.slug], tmp_path, slice(0, 1))
    seen = sheet.with_name(f"{lesson.slug}.txt").read_text(encoding="utf-8")
    assert lesson.pages[0].title in seen
    assert "finished" in seen
    pixels = np.asarray(Image.open(sheet))
    assert np.unique(pixels.reshape(-1, 3), axis=0).shape[0] > 5


def test_the_readme_shows_every_picture_there_is_and_they_are_light() -> None:
    root = Path(__file__).parents[2]
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (root / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 3
    assert {Path(path).stem for path in shown} == {shot.lesson for shot in SHOTS}
    for path in shown:
        with Image.open(root / path) as image:
            assert image.size == (SIZE[0] * WIDE, SIZE[1] * HIGH)
        assert (root / path).stat().st_size < 60_000


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.lesson)
def test_a_picture_of_the_readme_is_of_a_page_that_exists(shot: Shot) -> None:
    (page,) = [one for one in catalog.lesson(shot.lesson).pages if one.title == shot.title]
    activity = page.activity
    count = len(activity.choices) if isinstance(activity, Predict) else len(activity.presets)  # type: ignore[union-attr]
    assert int(shot.keys[0]) <= count
