"""The watchers of a script: a Unix socket they come to, and each one's place in the log."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.process.framing import Lines
from engine.process.protocol import Stop, decode_command
from engine.watch.event_loop import READ, WRITE, EventLoop
from engine.watch.log import Log

READ_BYTES = 1 << 18


class Watcher:
    """A connection, and how far in the log it has come."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.at: int | None = None
        """None until it has said from where it wants the log."""
        self.lines = Lines()
        self.speaks = False


class From(msgspec.Struct):
    """The first line of a watcher: where in the log to begin, in bytes."""

    start: int = 0
    joins: bool = False
    """It is no watcher but a process of the script, and has something to say."""


class Size(msgspec.Struct):
    """Another size of a watcher's terminal."""

    columns: int
    rows: int


class Watchers:
    """Everyone who watches; the log on disk is the only queue.

    ``stop`` is called when one of them asks for the script's end, ``hear`` with each line that
    another process of the script has to say, ``resize`` with columns and rows of a terminal.
    """

    def __init__(
        self,
        path: str,
        log: Log,
        loop: EventLoop,
        stop: Callable[[], None],
        hear: Callable[[bytes], None],
        resize: Callable[[int, int], None],
    ) -> None:
        self._path = Path(path)
        self._log = log
        self._loop = loop
        self._stop = stop
        self._hear_line = hear
        self._resize = resize
        self._all: set[Watcher] = set()

    def listen(self) -> None:
        """Open the socket.

        Raises:
            OSError: it cannot be opened.
        """
        self._server = socket.socket(socket.AF_UNIX)
        with suppress(FileNotFoundError):
            self._path.unlink()
        self._server.bind(str(self._path))
        self._server.listen(16)
        self._server.setblocking(False)
        self._loop.add(self._server.fileno(), self._welcome)

    def forsake(self) -> None:
        """Close the socket in a process that has inherited it: newcomers are the other's."""
        self._server.close()

    def listen_again(self) -> None:
        """Open another socket where someone has removed the file: no newcomer would find us."""
        if self._path.exists():
            return
        self._loop.remove(self._server.fileno())
        self._server.close()
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self.listen()

    @property
    def are_waiting(self) -> bool:
        """Whether some have not read the log to its end."""
        return any(
            not each.speaks and (each.at is None or each.at < self._log.end) for each in self._all
        )

    def serve(self) -> None:
        """Send each one what it lacks, as much as it takes."""
        for watcher in list(self._all):
            self._serve(watcher)

    def close(self) -> None:
        """Part from all, and remove the socket."""
        self._server.close()
        with suppress(OSError):
            self._path.unlink()
        for watcher in self._all:
            watcher.connection.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            connection, _ = self._server.accept()
            watcher = Watcher(connection)
            self._all.add(watcher)
            self._loop.add(connection.fileno(), lambda: self._hear(watcher))

    def _hear(self, watcher: Watcher) -> None:
        try:
            data = watcher.connection.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._part(watcher)
        for line in watcher.lines.feed(data):
            self._obey(watcher, line)

    def _obey(self, watcher: Watcher, line: bytes) -> None:
        with suppress(msgspec.DecodeError):
            if watcher.speaks:
                self._hear_line(line)
            elif watcher.at is None:
                wish = msgspec.json.decode(line, type=From)
                watcher.speaks = wish.joins
                watcher.at = self._log.end if wish.joins else max(0, wish.start)
            elif line.startswith(b'{"columns"'):
                size = msgspec.json.decode(line, type=Size)
                self._resize(size.columns, size.rows)
            elif isinstance(decode_command(line), Stop):
                self._stop()

    def _serve(self, watcher: Watcher) -> None:
        while not watcher.speaks and watcher.at is not None and watcher.at < self._log.end:
            try:
                watcher.at += watcher.connection.send(self._log.read(watcher.at, READ_BYTES))
            except BlockingIOError:
                self._wait_for(watcher, READ | WRITE)
                return
            except OSError:
                self._part(watcher)
                return
        self._wait_for(watcher, READ)

    def _wait_for(self, watcher: Watcher, when: int) -> None:
        if watcher in self._all:
            fd = watcher.connection.fileno()
            self._loop.change(fd, when, lambda: self._hear(watcher))

    def _part(self, watcher: Watcher) -> None:
        if watcher in self._all:
            self._all.discard(watcher)
            self._loop.remove(watcher.connection.fileno())
            watcher.connection.close()
