"""The client of the engine: starts the server, sends commands, receives events, restarts."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from enum import Enum
from typing import Any

from engine.process.framing import Lines
from engine.process.limits import in_the_way
from engine.process.outbox import Outbox
from engine.process.own_path import ours_first
from engine.process.protocol import (
    VERSION,
    AnyCommand,
    AnyEvent,
    AnyJob,
    Pause,
    Ready,
    Refused,
    Resume,
    RunDied,
    RunEnded,
    Start,
    Step,
    Stop,
    TooLongError,
    Turn,
    Walk,
    decode_event,
    encode,
)
from engine.process.stops import Walking

READ_BYTES = 1 << 18
"""Read at once; the event loop sees to the keyboard in between."""

MOST_RESTARTS, WITHIN_SECONDS = 5, 60.0
"""A server that dies more often than this is not started again before as many seconds are over."""

GOODBYE_SECONDS = 1.0
"""How long the server may take to end its runs and itself."""


class State(Enum):
    """What the engine is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


def server_environment() -> dict[str, str]:
    """One thread in the server, whatever the numeric libraries would like; a run may ask for more.

    Forking a process that has helper threads is not safe.
    """
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **one}


def default_way() -> str:
    """ "fork" where that is safe, "spawn" elsewhere; ``TOCHA_RUNS`` overrides it."""
    return os.environ.get("TOCHA_RUNS") or ("fork" if sys.platform == "linux" else "spawn")


class Engine:
    """A server process and the runs in it. Needs a running asyncio loop.

    Args:
        on_event: called on the loop with every event of a run that has not ended.
        on_state: called on the loop when `state` changes.
    """

    def __init__(
        self,
        on_event: Callable[[AnyEvent], None],
        on_state: Callable[[State], None] = lambda _: None,
        way: str = "",
    ) -> None:
        self.state = State.STOPPED
        self.torch_version = ""
        self.stderr: deque[str] = deque(maxlen=50)
        """What the server wrote where nobody looks: the reason when it does not start."""
        self._on_event = on_event
        self._on_state = on_state
        self._way = way or default_way()
        self._alive: set[int] = set()
        self._next_run = 1
        self._deaths: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._channel: socket.socket | None = None
        self._outbox: Outbox | None = None
        self._unsent: list[bytes] = []
        """Commands given while there was no server to send them to."""
        self._lines = Lines()
        self._spare: deque[socket.socket] = deque()
        """Channels to servers that are there when the one that serves has died."""
        self._server = 0
        self._stood_by = False
        """Whether the server has been there before it was needed."""
        self._gave_up = 0.0
        """When it was left alone, having died too often; 0 where it was not."""
        self._process: asyncio.subprocess.Process | None = None
        self._last_words: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the server; returns before it is ready. Runs asked for meanwhile wait in line."""
        pairs = [socket.socketpair() for _ in range(self._channels())]
        self._spare = deque(ours for ours, _ in pairs)
        self._stood_by = False
        self._connect()
        theirs = [end.fileno() for _, end in pairs]
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "engine.process.server",
                *(",".join(map(str, theirs)), str(os.getpid()), self._way),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=theirs,
                start_new_session=True,
                env=ours_first(server_environment()),
            )
        finally:
            for _, end in pairs:
                end.close()
        self._last_words = self._keep(self._drain_stderr(self._process))
        if self.state is State.STOPPED:
            # Closed while it was being started: whoever closed could not know it.
            self._kill(self._process)
            await self._last_words

    def _channels(self) -> int:
        """One to the first server, and one to each that a fork can put in its place."""
        return 1 + MOST_RESTARTS if self._way == "fork" else 1

    def _connect(self) -> None:
        """Talk to the next server; what was asked for meanwhile is sent."""
        ours = self._spare.popleft()
        ours.setblocking(False)
        self._channel, self._outbox, self._lines = ours, Outbox(ours.fileno()), Lines()
        for command in self._unsent:
            self._outbox.add(command)
        self._unsent.clear()
        self._push()
        self._change(State.STARTING)
        asyncio.get_running_loop().add_reader(ours, self._read)

    def _has_another(self) -> bool:
        """Whether another server stands by: its channel is open at the other end."""
        if not self._spare:
            return False
        self._spare[0].setblocking(False)
        try:
            return bool(self._spare[0].recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    @property
    def pid(self) -> int | None:
        """The process id of the server; before it is ready, of who starts it."""
        return self._server or self.guardian

    @property
    def guardian(self) -> int | None:
        """The process id of who stands by to replace the server."""
        return self._process.pid if self._process else None

    def run(self, job: AnyJob, **wishes: Any) -> int:
        """Ask for a run; its number. Whatever becomes of it, a last event comes.

        ``wishes`` are fields of `Start`: seed, fps, paused, pace.
        """
        run_id, self._next_run = self._next_run, self._next_run + 1
        self._alive.add(run_id)
        if self._may_try_again():
            self._change(State.STARTING)
            self._keep(self.start())
        if self.state is State.FAILED:
            asyncio.get_running_loop().call_soon(self._report_dead, self._take_alive())
            return run_id
        try:
            self._send(Start(run_id, job=job, **wishes))
        except TooLongError as error:
            self._alive.discard(run_id)
            died = RunDied(run_id, reason=f"cannot be: its code is too long to be sent ({error})")
            asyncio.get_running_loop().call_soon(self._on_event, died)
        return run_id

    def stop(self, run_id: int) -> None:
        """End a run; `RunStopped` or `RunDied` follows within a fraction of a second."""
        self._send(Stop(run_id))

    def pause(self, run_id: int) -> None:
        """Hold a run before its next step."""
        self._send(Pause(run_id))

    def resume(self, run_id: int) -> None:
        """Let a held run go on."""
        self._send(Resume(run_id))

    def step(self, run_id: int, *, view: bool = False) -> None:
        """One step of a run, or with ``view`` its next view alone; then hold it."""
        self._send(Step(run_id, view=view))

    def walk(self, run_id: int, to: Walking) -> None:
        """Let a run under the microscope go so far."""
        self._send(Walk(run_id, to=to))

    def turn(self, run_id: int, name: str, value: Any) -> None:
        """Give a live knob of a run another value."""
        self._send(Turn(run_id, name=name, value=value))

    async def close(self) -> None:
        """End the server and every run; nothing of it is alive afterwards."""
        was_starting = self.state is State.STARTING and not self._server
        self._hang_up()
        self._forget_spare()
        self._change(State.STOPPED)
        process, self._process = self._process, None
        if process is None:
            return
        if was_starting:
            # It hears nothing while it imports torch, and has nothing to end.
            self._kill(process)
        try:
            await asyncio.wait_for(process.wait(), GOODBYE_SECONDS)
        except TimeoutError:
            self._kill(process)
            await process.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    def _kill(process: asyncio.subprocess.Process) -> None:
        """End it and the server it has forked; it may have ended in this very moment."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def _send(self, command: AnyCommand) -> None:
        if self._outbox is None:
            self._unsent.append(encode(command))
            return
        self._outbox.add(encode(command))
        self._push()

    def _push(self) -> None:
        """Write what fits, and the rest when there is room."""
        assert self._outbox is not None
        assert self._channel is not None
        loop = asyncio.get_running_loop()
        if self._outbox.pump():
            loop.remove_writer(self._channel)
        else:
            loop.add_writer(self._channel, self._push)

    def _read(self) -> None:
        assert self._channel is not None
        try:
            data = self._channel.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        for line in self._lines.feed(data):
            event = decode_event(line)
            if event is not None:
                self._hear(event)
        if not data:
            self._lost()

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, Ready):
            self.torch_version, self._server = event.torch, event.pid
            self._change(State.READY if event.version == VERSION else State.FAILED)
        if isinstance(event, RunEnded) or (isinstance(event, Refused) and event.run_id):
            if event.run_id not in self._alive:
                return
            self._alive.discard(event.run_id)
        elif event.run_id and event.run_id not in self._alive:
            return
        self._on_event(event)

    def _may_try_again(self) -> bool:
        """Whether the server was left alone for long enough; then its deaths are forgotten."""
        if not self._gave_up or time.monotonic() - self._gave_up < WITHIN_SECONDS:
            return False
        self._gave_up = 0.0
        self._deaths.clear()
        return True

    def _lost(self) -> None:
        """The server has died."""
        # One that stood by and never served has gone with the one before: that is no other death.
        is_another = bool(self._server) or not self._stood_by
        self._hang_up()
        self._keep(self._recover(self._take_alive(), is_another=is_another))

    async def _recover(self, lost: set[int], *, is_another: bool) -> None:
        """Say of every run that it is lost, then start another server, but not for ever."""
        has_another = self._has_another()
        if not has_another and self._last_words is not None:
            await asyncio.wait([self._last_words], timeout=GOODBYE_SECONDS)
        if self.state is State.STOPPED:
            return
        now = time.monotonic()
        most = len(self._deaths) == MOST_RESTARTS and now - self._deaths[0] < WITHIN_SECONDS
        if is_another:
            self._deaths.append(now)
        if is_another and most:
            self._gave_up = now
            self._forget_spare()
            self._change(State.FAILED)
            self._report_dead(lost | self._take_alive())
            return
        self._report_dead(lost)
        if has_another:
            self._stood_by = True
            self._connect()
        else:
            self._forget_spare()
            await self.start()

    def _take_alive(self) -> set[int]:
        alive, self._alive = self._alive, set()
        return alive

    def _report_dead(self, lost: set[int]) -> None:
        """Say of these runs that they have ended, and why."""
        limits = in_the_way(self.stderr)
        reason = "ended with the engine, which died" + (f": {limits}" if limits else "")
        if self.state is State.FAILED:
            why = next((line for line in reversed(self.stderr) if line), "and does not say why")
            why += f"; {limits}" if limits else ""
            reason = f"cannot be: the engine does not start ({why})"
            if self._gave_up and self.torch_version:
                reason = (f"cannot be: the engine died {MOST_RESTARTS + 1} times within a minute; "
                          "a minute later it can be tried again")  # fmt: skip
        for run_id in sorted(lost):
            self._on_event(RunDied(run_id, reason=reason))

    def _forget_spare(self) -> None:
        while self._spare:
            self._spare.pop().close()

    def _hang_up(self) -> None:
        self._server = 0
        channel, self._channel, self._outbox = self._channel, None, None
        if channel is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(channel)
            loop.remove_writer(channel)
            channel.close()

    def _change(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._on_state(state)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _drain_stderr(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with suppress(ValueError):
            while line := await process.stderr.readline():
                self.stderr.append(line.decode("utf-8", "replace").rstrip())
        await process.wait()
