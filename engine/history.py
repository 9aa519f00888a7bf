"""Decimation: a series of any length in bounded memory, quick to draw at any length.

Values are kept in a pyramid of buckets. Level 0 holds single values, every bucket of level k covers
four of level k - 1, and each level remembers only its newest few thousand buckets. The latest part
is therefore exact, older parts know the extremes, the mean and both ends of every bucket, and what
a picture costs does not depend on how many values were ever seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FAN = 4
"""Buckets of one level that make one bucket of the next."""
KEPT = 2048
"""Newest buckets a level keeps at least; it holds up to twice as many."""

STRETCHES = 32
BELOW_COURSE = 10.0

TURNS = 0.2
"""Turns of direction for each value from which on a series is noisy; pure noise has 0.67."""

ENOUGH = 32
"""So many of the newest values tell whether a series is noisy."""

RECENT = 50
"""The newest of so many parts of a series says where it stands."""

X0, X1, FIRST, LAST, LOW, HIGH, TOTAL, COUNT, LOWER, UPPER = range(10)
ROWS = 10
"""``LOWER`` and ``UPPER`` are the least and the greatest of four neighbouring values, on average:
between them lie three of five values that vary by chance."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What fell into each screen column that received anything; arrays of shape (columns hit,)."""

    index: NDArray[np.int64]
    first: Floats
    last: Floats
    low: Floats
    high: Floats
    mean: Floats
    count: Floats
    lower: Floats
    upper: Floats

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Consecutive parts of a series in the order of x; a table of shape (ROWS, buckets).

    A bucket without one finite value has ``count`` 0 and NaN ends: a line breaks there.
    """

    table: Floats

    def __len__(self) -> int:
        return int(self.table.shape[1])

    @property
    def x(self) -> Floats:
        """Middles of the buckets."""
        middle: Floats = self.table[X0] * 0.5 + self.table[X1] * 0.5
        return middle

    @property
    def mean(self) -> Floats:
        """Means of the finite values; NaN where there are none."""
        count = self.table[COUNT]
        with np.errstate(all="ignore"):
            mean: Floats = np.where(count > 0, self.table[TOTAL] / count, np.nan)
        return mean

    @property
    def last(self) -> Floats:
        """Last value of each bucket; NaN where it is not finite."""
        last: Floats = self.table[LAST]
        return last

    def heights(self, log: bool = False) -> tuple[float, float]:
        """Lowest and highest value; NaN where there is none.

        With ``log`` only positive ones count, and single values far below the course of many are
        left out: the loss of one sample is now and then nearly zero, which on a log axis would
        leave no room for anything else.
        """
        low, high = self.table[LOW], self.table[HIGH]  # infinities where there is nothing finite
        if log and len(low):
            if low.min() <= 0:
                low = np.where(low > 0, low, np.fmin(self.mean, high))
                shown = (low > 0) & (self.table[COUNT] > 0)
                low, high = low[shown], high[shown]
            low = np.maximum(low, self._course_floor())
        if not len(low) or not low.min() <= high.max():
            return float("nan"), float("nan")
        return float(low.min()), float(high.max())

    def _course_floor(self) -> float:
        """A good way below the lowest mean of a stretch; 0 where there are too few values."""
        if len(self) < 4 * STRETCHES:
            return 0.0
        starts = np.arange(STRETCHES) * len(self) // STRETCHES
        with np.errstate(all="ignore"):
            totals = np.add.reduceat(self.table[TOTAL], starts)
            means = totals / np.add.reduceat(self.table[COUNT], starts)
        means = means[means > 0]
        return float(means.min()) / BELOW_COURSE if len(means) else 0.0

    def columns(self, edges: Floats) -> Columns:
        """Gather the buckets into the columns between ``edges`` (ascending; columns + 1)."""
        return self.gathered(np.searchsorted(edges, self.x, side="right") - 1, len(edges) - 1)

    def gathered(self, places: NDArray[np.int64], columns: int) -> Columns:
        """Gather the buckets into the columns they belong to, ascending; others are left out."""
        begin, end = np.searchsorted(places, (0, columns)).tolist()
        places, table = places[begin:end], self.table[:, begin:end]
        if not len(places):
            nothing = np.zeros(0)
            return Columns(places, *[nothing] * 8)
        a = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
        b = np.append(a[1:], len(places))
        index = places[a]
        with np.errstate(all="ignore"):
            count = np.add.reduceat(table[COUNT], a)
            mean = np.where(count > 0, np.add.reduceat(table[TOTAL], a) / count, np.nan)
            lower, upper = np.add.reduceat(table[LOWER:], a, axis=1) / (b - a)
        low, high = np.minimum.reduceat(table[LOW], a), np.maximum.reduceat(table[HIGH], a)
        first, last = table[FIRST][a], table[LAST][b - 1]
        return Columns(index, first, last, low, high, mean, count, lower, upper)


class Series:
    """Values over steps, as they come in; see the module for what is kept of them."""

    def __init__(self) -> None:
        self.last: float = float("nan")
        """The newest value, finite or not; NaN before the first."""
        self.minimum: float = float("nan")
        self.maximum: float = float("nan")
        self.nonfinite: int = 0
        """How many values were NaN or infinite."""
        self.nonpositive: int = 0
        """How many finite values a log axis cannot show."""
        self.reach: tuple[float, float] = (float("inf"), float("-inf"))
        """Lowest and highest step; the wrong way round while empty."""
        self.kept: int | None = None
        """Of a thinned series, how many of its values were kept; None where none are missing."""
        self._length = 0
        self._levels: list[_Level] = []
        self._sorted = True
        self._newest = -np.inf

    def __len__(self) -> int:
        return self._length

    def append(self, step: float, value: float) -> None:
        """Add one value."""
        self.extend((step,), (value,))

    def stand_for(self, length: int) -> None:
        """Its values are what was kept of so many."""
        if length > self._length:
            self.kept, self._length = self._length, length

    def extend(
        self,
        steps: ArrayLike,
        values: ArrayLike,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
    ) -> None:
        """Add values in order; all arrays of shape (N,).

        ``low`` and ``high`` are the extremes around each value where it already stands for many.
        The longer of two arrays of unequal length is cut; values at a step that is not finite are
        counted but not kept.
        """
        x, y = _flat(steps), _flat(values)
        n = min(len(x), len(y))
        lows = y if low is None else _flat(low)
        highs = y if high is None else _flat(high)
        n = min(n, len(lows), len(highs))
        with np.errstate(all="ignore"):  # the mean of values near 1e308 may overflow
            for a in range(0, n, KEPT):
                cut = slice(a, min(n, a + KEPT))
                self._add(x[cut], y[cut], lows[cut], highs[cut])

    @property
    def gap(self) -> float:
        """Steps between its newest two values; 0 where there are no two."""
        if not self._levels:
            return 0.0
        steps = self._levels[0].table[X1, -2:]
        return float(steps[-1] - steps[0])

    @property
    def recent(self) -> float:
        """What it lies around: if noisy the mean of its newest fiftieth, else its last value.

        Not finite when the last value is not. What was kept thinned does not tell.
        """
        if not self._levels or not np.isfinite(self.last) or self.kept is not None:
            return self.last
        table, newest = self._levels[0].table, max(self._length // RECENT, 1)
        total, count = table[TOTAL], table[COUNT]
        with np.errstate(all="ignore"):
            newer = slice(-max(newest, ENOUGH), None)
            if not _turns(total[newer] / count[newer]):
                return self.last
            return float(total[-newest:].sum() / count[-newest:].sum())

    def window(self, x_lo: float = -np.inf, x_hi: float = np.inf, least: int = 0) -> Buckets:
        """The finest buckets that reach back to ``x_lo``, with one neighbour on either side.

        Each stands for ``4 ** least`` values at least, the newest ones apart.
        """
        table = self._covering(x_lo, least)
        if not self._sorted:
            table = table[:, np.argsort(table[X0], kind="stable")]
        a = int(np.searchsorted(table[X1], x_lo)) - 1
        b = int(np.searchsorted(table[X0], x_hi, side="right")) + 1
        return Buckets(table[:, max(a, 0) : b])

    def columns(self, x_lo: float, x_hi: float, n: int) -> Columns:
        """``n`` equal columns from ``x_lo`` to ``x_hi``, at a cost independent of the length."""
        edges = np.linspace(x_lo, x_hi, n + 1)
        edges[-1] = np.nextafter(edges[-1], np.inf)
        return self.window(x_lo, x_hi).columns(edges)

    def arrays(self) -> tuple[Floats, Floats]:
        """Steps and values of the whole series, thinned to a few thousand when it is long."""
        table = self.window().table
        return table[X1].copy(), table[LAST].copy()

    def _add(self, x: Floats, y: Floats, low: Floats, high: Floats) -> None:
        self._length += len(y)
        self.last = float(y[-1])
        table = np.empty((ROWS, len(y)))
        table[X0] = table[X1] = x
        table[FIRST] = table[LAST] = table[TOTAL] = table[LOWER] = table[UPPER] = y
        table[LOW] = low if low is y else np.fmin(low, y)
        table[HIGH] = high if high is y else np.fmax(high, y)
        table[COUNT] = 1.0
        good = np.logical_and.reduce(np.isfinite(table[[TOTAL, LOW, HIGH]]))
        if not good.all():
            _blot(table, good)
            self.nonfinite += int(np.count_nonzero(~np.isfinite(y)))
        self.nonpositive += int(np.count_nonzero((y <= 0) & np.isfinite(y)))
        if good.any():
            self.minimum = float(np.fmin(self.minimum, table[LOW].min()))
            self.maximum = float(np.fmax(self.maximum, table[HIGH].max()))
        known = np.isfinite(x)
        self._place(table if known.all() else table[:, known])

    def _place(self, table: Floats) -> None:
        if not table.shape[1]:
            return
        x = table[X0]
        self._sorted = self._sorted and bool(x[0] >= self._newest and np.all(x[1:] >= x[:-1]))
        self._newest = float(x[-1])
        low, high = self.reach
        self.reach = min(float(x.min()), low), max(float(x.max()), high)
        whole: Floats | None = table
        level = 0
        while whole is not None:
            if level == len(self._levels):
                self._levels.append(_Level(single=level == 0))
            whole = self._levels[level].extend(whole)
            level += 1

    def _covering(self, x_lo: float, least: int) -> Floats:
        """The finest level that reaches back to ``x_lo``, and what it has not yet gathered."""
        if not self._levels:
            return np.zeros((ROWS, 0))
        depth = 0
        for depth, level in enumerate(self._levels):
            whole = not level.forgot or (self._sorted and level.table[X0, 0] <= x_lo)
            if whole and depth >= least:
                break
        parts = [self._levels[depth].table]
        parts += [level.pending for level in reversed(self._levels[:depth])]
        return np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


class _Level:
    """The newest buckets of one width, and which of them the next width still waits for."""

    def __init__(self, *, single: bool) -> None:
        self._single = single
        self._store = np.empty((ROWS, 64))
        self._end = 0
        self._waiting = 0
        self.forgot = False

    @property
    def table(self) -> Floats:
        return self._store[:, : self._end]

    @property
    def pending(self) -> Floats:
        """Buckets that are not yet part of one of the next level: fewer than FAN."""
        return self._store[:, self._end - self._waiting : self._end]

    def extend(self, table: Floats) -> Floats | None:
        """Keep these (at most KEPT) buckets; returns those of the next level now complete."""
        n = table.shape[1]
        if self._end + n > self._store.shape[1]:
            self._make_room(n)
        self._store[:, self._end : self._end + n] = table
        self._end += n
        self._waiting += n
        whole = self._waiting // FAN * FAN
        if not whole:
            return None
        start = self._end - self._waiting
        self._waiting -= whole
        return _gather(self._store[:, start : start + whole], single=self._single)

    def _make_room(self, n: int) -> None:
        size = self._store.shape[1]
        if size < 2 * KEPT:
            bigger = np.empty((ROWS, min(2 * KEPT, max(2 * size, self._end + n))))
            bigger[:, : self._end] = self.table
            self._store = bigger
        if self._end + n > self._store.shape[1]:
            keep = min(KEPT, self._end)
            self._store[:, :keep] = self._store[:, self._end - keep : self._end].copy()
            self._end, self.forgot = keep, True


def _gather(table: Floats, *, single: bool) -> Floats:
    """Every FAN buckets as one; shape (ROWS, N) to (ROWS, N / FAN); ``single``: they are values."""
    groups = table.reshape(ROWS, -1, FAN)
    if single:
        lower, upper = np.fmin.reduce(groups[LOWER], axis=1), np.fmax.reduce(groups[UPPER], axis=1)
    else:
        lower, upper = _means(groups[LOWER]), _means(groups[UPPER])
    return np.stack(
        [
            groups[X0, :, 0],
            groups[X1, :, -1],
            groups[FIRST, :, 0],
            groups[LAST, :, -1],
            groups[LOW].min(axis=1),
            groups[HIGH].max(axis=1),
            groups[TOTAL].sum(axis=1),
            groups[COUNT].sum(axis=1),
            lower,
            upper,
        ]
    )


def _means(groups: Floats) -> Floats:
    """Means along the last axis, of what is a number; NaN where nothing is."""
    known = ~np.isnan(groups)
    if known.all():
        return np.asarray(groups.mean(axis=1))
    with np.errstate(all="ignore"):
        return np.asarray(np.where(known, groups, 0.0).sum(axis=1) / known.sum(axis=1))


def _flat(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64).reshape(-1)


def _blot(table: Floats, good: NDArray[np.bool_]) -> None:
    """Empty the buckets of single values that are not finite."""
    odd = ~good
    table[FIRST, odd] = table[LAST, odd] = table[LOWER, odd] = table[UPPER, odd] = np.nan
    table[LOW, odd], table[HIGH, odd] = np.inf, -np.inf
    table[TOTAL, odd] = table[COUNT, odd] = 0.0


def buckets_of(x: Floats, y: Floats) -> Buckets:
    """Points as buckets of one value each, in the order of x; both of shape (N,)."""
    good = np.isfinite(x)
    x, y = x[good], y[good]
    if len(x) > 1 and bool(np.any(x[1:] < x[:-1])):
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    table = np.empty((ROWS, len(x)))
    table[: X1 + 1] = x
    table[FIRST : TOTAL + 1] = y
    table[LOWER:] = y
    table[COUNT] = 1.0
    good = np.isfinite(y)
    if not good.all():
        _blot(table, good)
    return Buckets(table)


def _turns(values: Floats) -> bool:
    """Whether values go up and down by turns, as noise does, and no schedule or smooth loss."""
    ways = np.sign(np.diff(values))
    turns = np.count_nonzero(ways[1:] * ways[:-1] < 0)
    return bool(turns >= TURNS * len(values))
