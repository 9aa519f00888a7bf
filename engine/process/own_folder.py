"""A folder of one's own where everybody may write."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def own_folder(folder: Path) -> Path:
    """Make a folder in a place where everybody may write, or take the one there is if it is ours.

    Raises:
        OSError: it cannot be made.
        PermissionError: someone else owns it or may enter it, or it is a link.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not is_own(folder):
        raise PermissionError(f"{folder} belongs to someone else, or others may enter it")
    return folder


def is_own(folder: Path) -> bool:
    """Whether it is a folder, no link to one, that is ours and that nobody else may enter.

    Raises:
        OSError: there is nothing.
    """
    found = folder.lstat()
    is_ours = found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)
    return is_ours and not found.st_mode & 0o077
