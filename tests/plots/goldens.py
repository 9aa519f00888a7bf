"""Every page of the gallery as text; ``python -m tests.plots.goldens`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from engine.plots import Glyphs, Plot, plain
from tui.state.gallery import Exhibit, exhibits

FOLDER = Path(__file__).parent / "goldens"
SIZES = ((80, 20, Glyphs.BRAILLE), (110, 32, Glyphs.BRAILLE), (80, 20, Glyphs.ASCII))


def picture(exhibit: Exhibit, columns: int, rows: int, glyphs: Glyphs) -> str:
    """The exhibit as text, with one newline at its end."""
    cells = Plot(exhibit.options, glyphs, "none").draw(exhibit.content, columns, rows)
    return plain(cells).rstrip("\n") + "\n"


def path(exhibit: Exhibit, columns: int, rows: int, glyphs: Glyphs) -> Path:
    """Where its text is kept."""
    return FOLDER / f"{exhibit.name}-{columns}x{rows}-{glyphs.value}.txt"


def main() -> None:
    """Write all of them; look at the difference before committing it."""
    FOLDER.mkdir(exist_ok=True)
    for exhibit in exhibits():
        for size in SIZES:
            path(exhibit, *size).write_text(picture(exhibit, *size), encoding="utf-8")


if __name__ == "__main__":
    main()
