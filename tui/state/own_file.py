"""The file an exercise is written in with an external editor, and when that was saved."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from lessons.store import data_folder, private_folder, touch_private

NETWORK = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "9p"),
    *("fuse.sshfs", "fuse.s3fs", "fuse.glusterfs", "glusterfs", "pvfs2", "orangefs", "virtiofs"),
}
"""File systems on which another machine's writes come without a word: there one has to look."""

MOUNTS = Path("/proc/self/mounts")

POLL_MILLISECONDS = 300

LOOK_MILLISECONDS = 2000
"""How often one looks where nobody has said anything: a word may be lost, and the first are."""


class OwnFile:
    """The file an exercise is written in with another editor."""

    def __init__(self, lesson: str, id_: str, folder: Path | None = None) -> None:
        root = folder or data_folder() / "exercises"
        self.path = root / lesson / f"{id_.replace('-', '_')}.py"
        self._stamp = 0
        """When the file had been written as this side knows it, in nanoseconds."""

    @property
    def has_changed(self) -> bool:
        """Whether someone has saved it since it was last written or read here."""
        try:
            return self.path.stat().st_mtime_ns != self._stamp
        except OSError:
            return False

    def newer_than(self, moment: float) -> str | None:
        """The file's text if it was saved after a moment (seconds since 1970).

        Raises:
            OSError, UnicodeDecodeError: it cannot be read.
        """
        try:
            saved = self.path.stat().st_mtime
        except FileNotFoundError:
            return None
        return self.read() if saved > moment else None

    def read(self) -> str:
        """The file's text.

        Raises:
            OSError, UnicodeDecodeError: it cannot be read.
        """
        self._stamp = self.path.stat().st_mtime_ns
        return self.path.read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        """Write the text.

        Raises:
            OSError: it cannot be written.
        """
        private_folder(self.path.parent)
        with suppress(OSError):
            touch_private(self.path)
        self.path.write_text(text, encoding="utf-8")
        self._stamp = self.path.stat().st_mtime_ns

    async def saves(self) -> AsyncGenerator[str | Exception, None]:
        """The text each time someone saves the file; or why it cannot be read.

        Raises:
            OSError: the folder cannot be made.
        """
        from watchfiles import awatch

        folder, name = private_folder(self.path.parent), self.path.name
        async for _ in awatch(
            folder,
            watch_filter=lambda _, path: Path(path).name == name,
            force_polling=True if on_network(folder) else None,
            poll_delay_ms=POLL_MILLISECONDS,
            rust_timeout=LOOK_MILLISECONDS,
            yield_on_timeout=True,
            recursive=False,
        ):
            if self.has_changed:
                try:
                    yield self.read()
                except FileNotFoundError:
                    continue  # some editors put a new file in the place of the old one
                except (OSError, UnicodeDecodeError) as error:
                    yield error


def set_aside(lesson: str) -> None:
    """Move the files of a lesson's exercises out of the way; none is deleted.

    Raises:
        OSError: they cannot be moved.
    """
    folder = data_folder() / "exercises" / lesson
    if folder.exists():
        taken = sum(1 for _ in folder.parent.glob(f"{lesson}.before-*"))
        folder.rename(folder.with_name(f"{lesson}.before-{taken + 1}"))


def on_network(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a folder lies on a file system that does not tell of every write."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    place, kind = "", ""
    real = str(folder.resolve())
    for line in table.splitlines():
        _, point, type_, *_ = [*line.split(" "), "", "", ""]
        point = point.replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(place):
            place, kind = point, type_
    return kind in NETWORK
