"""TensorBoard's logs as curves: a picture for each tag, in it a curve for each run. No widget."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.history import Series
from engine.plots import Curve
from engine.plots.marks import Marks
from engine.views import AnyView
from engine.watch.event_files import EventFolder, Readers, Restart, Scalar
from tui.state.training_series import EPOCH, LOSS, Drawable, Picture
from tui.terminal.escape import one_line

Written = tuple[str, Scalar | Restart]
"""A run's name, and what was written in its files."""

FAR_FUTURE = 2**40
"""No clock shows this many seconds."""


class Track:
    """The numbers of one tag in one run; both names as a screen may show them."""

    def __init__(self, run: str, tag: str) -> None:
        self.run, self.tag = one_line(run), one_line(tag)
        self.series = Series()
        self.steps: list[int] = []
        self.values: list[float] = []
        self._shown = 0

    def add(self, step: int, value: float) -> None:
        """The next number."""
        self.steps.append(step)
        self.values.append(value)

    def restart(self, step: int) -> None:
        """What was written from this step on is void."""
        kept = [i for i, each in enumerate(self.steps) if each < step]
        if len(kept) < len(self.steps):
            self.steps = [self.steps[i] for i in kept]
            self.values = [self.values[i] for i in kept]
            self.series, self._shown = Series(), 0

    def draw(self) -> None:
        """Put what is new into the series."""
        self.series.extend(self.steps[self._shown :], self.values[self._shown :])
        self._shown = len(self.steps)


class TagPicture(Picture):
    """One tag, in all runs."""

    def __init__(self, tag: str, tracks: list[Track], epochs: Series | None) -> None:
        super().__init__(tag, [track.run for track in tracks], log=LOSS in tag.lower())
        self._tracks, self._epochs = tracks, epochs

    def content(
        self,
        run: Drawable,  # noqa: ARG002 - as for any other picture
        before: Mapping[str, Series] | None = None,  # noqa: ARG002
        what: str = "",  # noqa: ARG002
    ) -> list[AnyView | Curve]:
        """A curve for each run; of a single one the tag is name enough."""
        alone = len(self._tracks) == 1
        return [
            Curve(
                f"{self.title}" if alone else f"{self.title} {track.run}",
                track.series,
                epochs=self._epochs,
            )
            for track in self._tracks
        ]


class EventLogs:
    """What is in a folder of logs, read on as it is written."""

    def __init__(self, folder: Path, by: Readers) -> None:
        self._folder = EventFolder(folder, by)
        self.title = one_line(str(folder))
        self.tracks: dict[tuple[str, str], Track] = {}
        self.series: dict[str, Series] = {}
        """Empty: a tag of several runs is no single series."""
        self.views: dict[str, dict[str, AnyView]] = {}
        self.state = "nothing read yet"
        """What there is, in a sentence."""
        self.troubles: list[str] = []
        """What is wrong with the files, in words."""
        self._last = 0.0
        """When the newest number was written, in seconds since 1970."""

    def read(self) -> list[Written]:
        """What is new in the files; may be called beside those who draw."""
        self._folder.look()
        return list(self._folder.read())

    def take(self, new: list[Written]) -> None:
        """Make it part of the curves; not while there is reading."""
        for run, each in new:
            if isinstance(each, Restart):
                for (other, _), track in self.tracks.items():
                    if other == run:
                        track.restart(each.step)
                continue
            track = self.tracks.setdefault((run, each.tag), Track(run, each.tag))
            track.add(each.step, each.value)
            self._last = max(self._last, each.time)
        for track in self.tracks.values():
            track.draw()
        self.state = self._sentence()
        self.troubles = [one_line(words) for words in self._folder.troubles]

    @property
    def is_behind(self) -> bool:
        """There is more to read at once."""
        return self._folder.is_behind

    @property
    def runs(self) -> list[str]:
        """The names of all runs with curves."""
        return list(dict.fromkeys(track.run for track in self.tracks.values()))

    def _sentence(self) -> str:
        tags = {tag for _, tag in self.tracks}
        words = f"{_many(len(self.runs), 'run')}, {_many(len(tags), 'tag')}"
        if 0 < self._last < FAR_FUTURE:
            words += time.strftime(", last written %d %b %H:%M", time.localtime(self._last))
        if others := len(self._folder.others - tags):
            words += f"; {_many(others, 'tag')} of pictures, histograms or text not shown"
        return words

    def numbers(self) -> Iterator[tuple[str, str]]:
        """The newest number of each tag of a single run; of several the pictures say it."""
        if len(self.runs) == 1:
            for tag, (track, *_) in self._by_tag():
                if track.values:
                    yield tag, f"{track.values[-1]:.4g}"

    def pictures(self, marks: Marks) -> list[Picture]:
        """A picture for each tag, losses first."""
        epochs = next((t.series for t in self.tracks.values() if t.tag == EPOCH), None)
        alone = epochs if len(self.runs) == 1 else None
        found: list[Picture] = [
            TagPicture(tag, tracks, alone)
            for tag, tracks in self._by_tag()
            if tag != EPOCH or len(self.tracks) == 1
        ]
        for picture in found:
            picture.share(marks, picture.content(self))
        return found

    def _by_tag(self) -> list[tuple[str, list[Track]]]:
        found: dict[str, list[Track]] = {}
        for track in self.tracks.values():
            found.setdefault(track.tag, []).append(track)
        return sorted(found.items(), key=lambda each: LOSS not in each[0].lower())


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def table(logs: EventLogs) -> Iterator[str]:
    """A line for each curve, under a head."""
    rows = [("run", "tag", "points", "steps", "first", "last", "least", "most")]
    for track in logs.tracks.values():
        finite = [value for value in track.values if math.isfinite(value)]
        ends = (
            (f"{value:.6g}" for value in (track.values[0], track.values[-1]))
            if track.values
            else ("–", "–")
        )
        extremes = (
            (f"{value:.6g}" for value in (min(finite), max(finite))) if finite else ("–", "–")
        )
        steps = f"{min(track.steps)}–{max(track.steps)}" if track.steps else "–"
        rows.append((track.run, track.tag, str(len(track.values)), steps, *ends, *extremes))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(size) if i < 2 else cell.rjust(size)
            for i, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
