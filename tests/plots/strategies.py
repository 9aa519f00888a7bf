"""Anything a run might send, and much that it never should."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.history import Series
from engine.plots import Curve, Glyphs, Options
from engine.views import (
    Bars,
    Code,
    Graph,
    Grid,
    Heatmap,
    Line,
    Mark,
    Network,
    Node,
    Path,
    Progress,
    Scatter,
    Table,
    Text,
    View,
    Walker,
)

ODD = [
    0.0,
    -0.0,
    1e-320,
    1e300,
    -1.7e308,
    1.0,
    1.0 + 1e-12,
    float("nan"),
    float("inf"),
    -float("inf"),
]
VALUES = st.one_of(st.floats(), st.sampled_from(ODD), st.floats(-10, 10))
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["loss", "\x1b[31mred", "a\nb\tc", "漢字かな", "e\u0301\u200b\u202e", "👩‍💻", "\ud800"]
    ),
)
TYPES = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8, np.bool_])


def numbers(largest: int = 40) -> st.SearchStrategy[Any]:
    """Vectors as lists or as arrays of any type."""
    lists = st.lists(VALUES, max_size=largest)
    vectors = TYPES.flatmap(lambda kind: arrays.arrays(kind, st.integers(0, largest)))
    return st.one_of(
        lists, lists.map(np.array), vectors, st.lists(st.floats(-5, 5), max_size=largest)
    )


def tensors(dimensions: int, side: int = 9) -> st.SearchStrategy[Any]:
    """Arrays of up to so many dimensions, empty ones among them."""
    shapes = arrays.array_shapes(min_dims=0, max_dims=dimensions, min_side=0, max_side=side)
    kinds = st.one_of(TYPES, st.just(np.complex128))
    return kinds.flatmap(lambda kind: arrays.arrays(kind, shapes))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """A series of a few or of many values, perhaps with the one before."""

    def series() -> Series:
        made = Series()
        for _ in range(draw(st.integers(0, 3))):
            made.extend(draw(numbers()), draw(numbers()))
        if draw(st.booleans()):
            many = draw(st.integers(1, 9000))
            made.extend(np.arange(many), np.sin(np.arange(many)) * draw(st.floats(-1e6, 1e6)))
        return made

    ghost = series() if draw(st.booleans()) else None
    return Curve(draw(WORDS), series(), ghost)


NODES = st.builds(
    Node,
    st.sampled_from("abcdef"),
    WORDS,
    value=WORDS,
    grad=WORDS,
    kind=st.sampled_from(["leaf", "op", "output", "constant", "?"]),
    active=st.booleans(),
    grad_room=st.integers(-2, 60),
)
EDGES = st.tuples(st.sampled_from("abcdefx"), st.sampled_from("abcdefx"))
ENTRIES = st.one_of(WORDS, VALUES, st.integers(), st.none(), st.booleans())
LIMITS = st.one_of(st.none(), st.tuples(VALUES, VALUES))

CHARTED: st.SearchStrategy[View | Curve] = st.one_of(
    curves(),
    st.builds(
        Scatter, numbers(), numbers(), name=WORDS, group=st.sampled_from(["train", "validation"])
    ),
    st.builds(Line, numbers(600), numbers(600), name=WORDS),
    st.builds(
        Heatmap,
        tensors(3),
        st.tuples(VALUES, VALUES),
        st.tuples(VALUES, VALUES),
        log=st.booleans(),
        floor=VALUES,
        measure=WORDS,
    ),
    st.builds(Path, numbers(), numbers(), name=WORDS),
    st.builds(Mark, VALUES, VALUES, name=WORDS),
    st.builds(Walker, VALUES, VALUES, slope=VALUES, name=WORDS),
)
OTHERS: st.SearchStrategy[View | Curve] = st.one_of(
    st.builds(Bars, st.lists(WORDS, max_size=9), numbers(12), unit=WORDS, log=st.booleans()),
    st.builds(Grid, tensors(5), name=WORDS, note=WORDS),
    st.builds(Grid, numbers(200), name=WORDS),
    st.builds(Graph, st.lists(NODES, max_size=9), st.lists(EDGES, max_size=14), name=WORDS),
    st.builds(
        Network,
        st.lists(st.integers(-1, 40), max_size=5),
        st.lists(tensors(3), max_size=5),
        st.lists(WORDS, max_size=5),
        biases=st.lists(tensors(2), max_size=5),
    ),
    st.builds(
        Table, st.lists(WORDS, max_size=5), st.lists(st.lists(ENTRIES, max_size=6), max_size=9)
    ),
    st.builds(Text, st.text(max_size=200)),
    st.builds(Code, st.text(max_size=200), line=st.integers(-1, 9)),
    st.builds(Progress, VALUES, VALUES, unit=WORDS),
)
CONTENTS = st.one_of(
    st.lists(CHARTED, max_size=4),
    st.lists(OTHERS, max_size=2),
    st.lists(CHARTED | OTHERS, max_size=4),
)
OPTIONS = st.builds(
    Options,
    title=WORDS,
    x_label=WORDS,
    y_label=WORDS,
    x_log=st.booleans(),
    y_log=st.booleans(),
    x_limits=LIMITS,
    y_limits=LIMITS,
    order=st.lists(WORDS, max_size=3).map(tuple),
    smooth=st.booleans(),
    residuals=st.booleans(),
    contour=st.booleans(),
    compact=st.sampled_from([None, True, False]),
)
GLYPHS = st.sampled_from(Glyphs)
SIZES = st.tuples(st.integers(1, 90), st.integers(1, 30))
