from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.store import Store, open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tocha"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(folder)
    yield opened
    opened.close()
