"""The data folder: where it is, and that nobody else may read it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import platformdirs

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600

REPORTS = "reports"
"""The folder in it for reports of Tocha's own faults."""


def data_folder() -> Path:
    """Where everything is kept: ``TOCHA_HOME``, else the platform's user data folder."""
    chosen = os.environ.get("TOCHA_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_data_path("tocha", appauthor=False)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter; one that is there already is left as it is.

    Raises:
        OSError: it cannot be made.
    """
    # Outermost first: what mkdir makes on the way has other rights.
    for folder in reversed([path, *path.parents]):
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            with suppress(OSError):  # mkdir obeys the umask, which may take even from the owner
                folder.chmod(PRIVATE_FOLDER)
    return path


def touch_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless there is one.

    SQLite gives its journal the permissions of the file it belongs to.

    Raises:
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
