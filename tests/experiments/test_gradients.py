"""Every gradient that is shown equals a finite difference of what it is the gradient of."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from engine.experiments import activations, autograd, models, optimizers, training
from engine.experiments.data import measure, normalised
from engine.experiments.parts import expressions
from engine.views import Graph, Line, Scalars, Table, Walker
from tests.experiments.runs import collect, start


def slope(f: Callable[[float], float], x: float, h: float = 1e-5) -> float:
    """The finite difference of f at x."""
    return (f(x + h) - f(x - h)) / (2 * h)


EXPRESSIONS: dict[str, Callable[[float, float], float]] = {
    "(w * x + b - t) ** 2": lambda w, b: (w * 3 + b - 4) ** 2,
    "tanh(w * x + b)": lambda w, b: math.tanh(w * 3 + b),
    "w * w + w": lambda w, b: w * w + w,
    "relu(w * x) + sigmoid(b)": lambda w, b: max(w * 3, 0) + 1 / (1 + math.exp(-b)),
    "exp(w / x) - sqrt(b * b + 1)": lambda w, b: math.exp(w / 3) - math.sqrt(b * b + 1),
    "sin(w) * cos(b) - log(x)": lambda w, b: math.sin(w) * math.cos(b) - math.log(3),
    "abs(-w) ** 3 + 2 ** b": lambda w, b: abs(w) ** 3 + 2**b,
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize(("w", "b"), [(0.3, -1.0), (-0.7, 0.4)])
def test_backward_arrives_with_the_right_slopes(expression: str, w: float, b: float) -> None:
    f = EXPRESSIONS[expression]
    final = collect("autograd.backward", {"expression": expression, "w": w, "b": b}).final
    expected = {"w_grad": slope(lambda v: f(v, b), w), "b_grad": slope(lambda v: f(w, v), b)}
    for name, value in expected.items():
        assert final.get(name, 0.0) == pytest.approx(value, rel=1e-4, abs=1e-5)


def test_gradients_arrive_one_at_a_time_and_stay() -> None:
    graphs = [view for view in start("autograd.backward", {}) if isinstance(view, Graph)]
    arrived = [sum(bool(node.grad) for node in graph.nodes) for graph in graphs]
    assert arrived == [0, 1, 2, 3, 4, 5, 6]
    assert [sum(node.active for node in graph.nodes) for graph in graphs] == [0] + 6 * [1]
    last = {node.label: node.grad for node in graphs[-1].nodes}
    assert (last["Pow"], last["Sub"], last["Mul"], last["w"], last["b"]) == (
        "1",
        "2",
        "2",
        "6",
        "2",
    )
    assert last["x"] == last["t"] == ""


def test_accumulated_gradient_is_a_sum_of_true_slopes() -> None:
    true = slope(lambda w: (w * 3 - 1 - 4) ** 2, 2.0)
    seen = collect("autograd.accumulate", {"times": 5})
    assert seen.series["grad"] == pytest.approx([true * n for n in range(1, 6)], rel=1e-6)
    assert seen.series["true_slope"] == pytest.approx([true] * 5, rel=1e-6)


@pytest.mark.parametrize("function", autograd.FUNCTIONS)
@pytest.mark.parametrize("x", [0.1, 1.5, 5.0])
def test_formula_autograd_and_difference_agree(function: str, x: float) -> None:
    f, _ = autograd.FUNCTIONS[function]
    final = collect("autograd.check", {"function": function, "x": x}).final
    measured = slope(lambda v: float(f(torch.tensor(v, dtype=torch.float64))), x)
    assert final["formula"] == pytest.approx(measured, rel=1e-6)
    assert final["autograd"] == pytest.approx(measured, rel=1e-6)
    assert final["best_error"] < final["narrowest_error"]


@pytest.mark.parametrize("activation", activations.SHAPES)
@pytest.mark.parametrize("at", [-5.0, -0.9, 0.3, 4.0])
def test_slopes_of_activations(activation: str, at: float) -> None:
    function = getattr(nn, activation)().double()
    measured = slope(lambda v: float(function(torch.tensor(v, dtype=torch.float64))), at)
    views = list(start("activations.shapes", {"activation": activation, "at": at}))
    walker = next(view for view in views if isinstance(view, Walker))
    assert walker.slope == pytest.approx(measured, abs=1e-5)
    line = next(view for view in views if isinstance(view, Line) and view.name == "slope")
    nearest = int((line.x - at).abs().argmin())
    assert float(line.y[nearest]) == pytest.approx(measured, abs=1e-4)


@pytest.mark.parametrize("at", [-3.0, -0.4, 0.7, 2.5])
@pytest.mark.parametrize("loss", models.LOSSES)
def test_pulls_of_losses(loss: str, at: float) -> None:
    views = list(start("models.losses", {"steps": 1}))
    pull = next(v for v in views if isinstance(v, Line) and (v.plot, v.name) == ("pull", loss))
    target = torch.tensor(0.0, dtype=torch.float64)
    f = models.LOSSES[loss]
    measured = slope(lambda v: float(f(torch.tensor(v, dtype=torch.float64), target)), at)
    assert float(pull.y[int((pull.x - at).abs().argmin())]) == pytest.approx(measured, abs=1e-3)


@pytest.mark.parametrize("begin", [-3.5, 1.0, 9.0])
def test_the_slope_under_the_walker(begin: float) -> None:
    final = collect("optimizers.descend", {"start": begin, "steps": 1, "lr": 1e-4})
    f = lambda v: float(optimizers.valley(torch.tensor(v, dtype=torch.float64)))  # noqa: E731
    assert final.series["slope"][0] == pytest.approx(slope(f, begin), rel=1e-5)


def test_gradients_in_the_step_table() -> None:
    """The table after backward, against differences of the batch's loss in float64."""
    rows: dict[str, list[Any]] = {}
    batch: dict[str, float] = {}
    views = iter(start("training.steps", {"batches": 1}))
    looks = 0
    for view in views:
        if isinstance(view, Table) and view.name == "weights":
            rows = {str(row[0]): row for row in view.rows}
        if isinstance(view, Table) and view.name == "batch":
            batch = {str(name): float(str(value)) for name, value in view.rows}
        looks += isinstance(view, Scalars)
        if looks == 8:  # three lines before the loop, five of the batch: backward is done
            break
    torch.manual_seed(0)
    model = models.regressor(activation="Tanh").double()
    x, y = (torch.tensor([[batch[name]]], dtype=torch.float64) for name in ("x", "y"))
    for name, weight in model.named_parameters():

        def loss(value: float, weight: nn.Parameter = weight) -> float:
            before = weight.data.view(-1)[0].item()
            weight.data.view(-1)[0] = value
            result = nn.functional.mse_loss(model(x), y).item()
            weight.data.view(-1)[0] = before
            return result

        _, value, gradient, move = rows[f"{name}[0]"]
        assert gradient == pytest.approx(slope(loss, value), rel=1e-3, abs=1e-4)
        assert move == pytest.approx(-0.01 * gradient)


def test_gradient_sizes_in_a_stack() -> None:
    views = list(start("activations.vanishing", {"layers": 3, "width": 2, "steps": 1}))
    shown = next(v for v in views if isinstance(v, Line) and v.name == "Sigmoid")
    torch.manual_seed(0)
    model = models.regressor(2, "Sigmoid", 3).double()
    x, y = measure()
    inputs, targets = normalised(x).double(), normalised(y).double()
    sizes = []
    for weight in (one for one in model.parameters() if one.dim() > 1):
        flat, squares = weight.data.view(-1), 0.0
        for i, before in enumerate(flat.tolist()):

            def loss(value: float, i: int = i, flat: torch.Tensor = flat) -> float:
                flat[i] = value
                return nn.functional.mse_loss(model(inputs), targets).item()

            squares += slope(loss, before) ** 2
            flat[i] = before
        sizes.append(math.sqrt(squares))
    assert torch.as_tensor(shown.y).tolist() == pytest.approx(sizes, rel=1e-3)


def test_the_graph_drawn_is_the_graph_autograd_made() -> None:
    leaves = autograd.leaves(2.0, "1, 2, 3", -1.0, "4")
    root = expressions.evaluate("mean((w * x + b - t) ** 2) + w * w", leaves)
    drawn = expressions.drawn(root)
    operations = sum(node.kind in ("op", "output") for node in drawn.nodes)
    seen, todo = set(), [root.value.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [before for before, _ in node.next_functions]
    assert operations == sum("Accumulate" not in node.name() for node in seen)
    assert {node.label for node in drawn.nodes if node.kind == "leaf"} == {"w", "b"}
    recorded = {node.id for node in drawn.nodes if node.kind != "constant"}
    uses = sum(before is not None for node in seen for before, _ in node.next_functions)
    assert sum(start in recorded for start, _ in drawn.edges) == uses


def test_what_arrives_on_several_ways_is_shown_as_a_sum() -> None:
    graphs = [view for view in start("autograd.backward", {"expression": "w * w + w"})
              if isinstance(view, Graph)]  # fmt: skip
    leaf = next(node for node in graphs[-1].nodes if node.label == "w")
    assert sorted(leaf.grad.partition(" = ")[0].split(" + ")) == ["1", "2", "2"]
    assert leaf.grad.endswith("= 5")
    assert all(node.grad_room == len(node.grad) for node in graphs[-1].nodes)
    assert not any(node.grad for node in graphs[0].nodes)
    rooms = [[node.grad_room for node in graph.nodes] for graph in graphs]
    assert all(room == rooms[0] for room in rooms)


def test_one_weight_of_each_layer_moves_by_the_last_column() -> None:
    """In `training.steps` the move printed before step is the move step makes."""
    tables: list[dict[str, list[Any]]] = [
        {str(row[0]): row for row in view.rows}
        for view in start("training.steps", {"batches": 1})
        if isinstance(view, Table) and view.name == "weights"
    ]
    before, after = tables[7], tables[8]
    for name, (_, value, _, move) in before.items():
        assert after[name][1] == pytest.approx(value + move, abs=1e-6)


def test_multiplied_out_stack_is_the_stack() -> None:
    model = models.regressor(width=7, layers=6)
    x = torch.linspace(-2, 2, 50).unsqueeze(1)
    slope_of, offset = training.multiply_out(model)
    torch.testing.assert_close(model(x), slope_of * x + offset, atol=1e-6, rtol=1e-5)
