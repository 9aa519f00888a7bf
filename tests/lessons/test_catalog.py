import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lessons.format import catalog, schema, source
from tests.environment import ROOT


def test_lessons_come_in_reading_order() -> None:
    orders = [lesson.order for lesson in catalog.lessons()]
    assert orders == sorted(set(orders))


def test_an_unknown_lesson_names_the_known_ones() -> None:
    with pytest.raises(catalog.Unknown, match="training"):
        catalog.lesson("trainings")


@pytest.mark.parametrize("name", ["training", "training.fi", "fit"])
def test_an_unknown_experiment_names_known_ones(name: str) -> None:
    with pytest.raises(catalog.Unknown, match="fit"):
        catalog.experiment(name)


def test_a_topic_without_its_module_is_told_where_that_belongs() -> None:
    with pytest.raises(LookupError, match=r"no topic ninth: .* engine/experiments/ninth\.py"):
        source.module("ninth")


def test_an_experiment_without_its_function_names_those_there_are(tmp_path: Path) -> None:
    folder = shutil.copytree(catalog.lesson("training").folder, tmp_path / "training")
    manifest = folder / "lesson.toml"
    manifest.write_text(manifest.read_text().replace('id = "collapse"', 'id = "colapse"'))
    with pytest.raises(ValueError, match=r"training has no experiment colapse; .*collapse"):
        _ = schema.read(folder).experiments


def test_source_is_the_exact_text_of_the_function() -> None:
    experiment = catalog.experiment("training.fit")
    assert experiment.source.startswith("def fit(")
    assert experiment.source in experiment.module_source
    assert experiment.module_source.splitlines()[experiment.line - 1] == "def fit("


def test_defaults_come_from_the_signature() -> None:
    defaults = catalog.experiment("training.fit").defaults
    assert (defaults["lr"], defaults["activation"]) == (0.001, "none")


def test_lessons_are_read_without_torch() -> None:
    code = (
        "import sys\n"
        "from lessons.format import catalog\n"
        "for lesson in catalog.lessons():\n"
        "    assert lesson.pages and [one.source for one in lesson.experiments]\n"
        "heavy = {'torch', 'numpy', 'engine.experiments.training'}\n"
        "assert not heavy & sys.modules.keys(), 'imported'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_eight_lessons_are_here() -> None:
    """And in this order; others may come among them or after them."""
    eight = [
        "tensors",
        "devices",
        "autograd",
        "optimizers",
        "data",
        "models",
        "training",
        "activations",
    ]
    assert [lesson.slug for lesson in catalog.lessons() if lesson.slug in eight] == eight


def test_every_lesson_folder_is_found() -> None:
    folders = {file.parent.name for file in (ROOT / "lessons").glob("*/lesson.toml")}
    assert {lesson.slug for lesson in catalog.lessons()} == folders
