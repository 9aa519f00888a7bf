"""A training script under watch: its numbers live, its output beside, what is wrong below."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from engine.watch.follower import Follower, Lost
from tui.screens.ask import ConfirmScreen
from tui.screens.wall_screen import WallScreen
from tui.state.earlier_run import earlier_run, told_apart
from tui.state.watched_script import WatchedScript
from tui.terminal.escape import one_line
from tui.widgets.key_bar import KeyBar
from tui.widgets.numbers import Numbers
from tui.widgets.output import Output
from tui.widgets.picture_wall import PictureWall
from tui.widgets.run_status import duration

STATUS_SECONDS = 0.5
"""Numbers that change faster cannot be read, and cost bytes on the line."""

Part = tuple[str, str]

ASK = [
    "End {title}? It gets what ctrl+c sends.",
    "{title} was asked to end and goes on. Ask again, with SIGTERM?",
    "{title} still goes on. Kill it?",
]


class WatchScreen(WallScreen):
    """Follows one script. Leaving it, however that happens, leaves the script alone.

    Closes with the script's exit status, or with None when it runs on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,ctrl+q", "detach", "Leave", key_display="q", priority=True),
        Binding("ctrl+c", "end", "End it", key_display="ctrl+c", priority=True),
        Binding("full_stop,n", "turn(1)", "Picture", key_display="."),
        Binding("f", "other_finding", "Finding"),
        Binding("a", "flip", "Log axis"),
        Binding("m", "smooth", "Smooth"),
        Binding("o", "overlay", "Before"),
        Binding("y", "copy", "Copy"),
        Binding("comma,p", "turn(-1)", "Picture before", show=False),
    ]

    def __init__(self, follower: Follower) -> None:
        super().__init__()
        self._follower = follower
        self._watched = WatchedScript(follower.record)
        self._back = 0
        """How many findings ago the one is that is shown."""
        self._asked = 0

    def compose(self) -> ComposeResult:
        yield Static(id="watch-head")
        yield Numbers("numbers", gap=3)
        with Horizontal(id="sides"):
            yield PictureWall(large=1, small=4, across=2, shows_still=True)
            with Vertical(id="words"):
                yield Output("Nothing printed yet.")
                yield Static(id="findings")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to follow; the clock in the head goes on by itself."""
        self.set_interval(STATUS_SECONDS, self._paint_head)
        self.paint(now=True)
        self._follow()

    @work
    async def _follow(self) -> None:
        try:
            async for batch in self._follower.batches():
                known = len(self._watched.findings)
                self._watched.hear(batch)
                if len(self._watched.findings) > known:
                    self._back = 0
                    self.refresh_bindings()
                self._painter.soon()
                # A long log must not keep the keyboard waiting.
                await asyncio.sleep(0)
        except Lost:
            self._watched.is_lost = True
        self._watched.record = self._follower.record
        self._painter.now()
        self.refresh_bindings()

    @property
    def _has_ended(self) -> bool:
        return self._watched.record.status is not None or self._watched.is_lost

    # Painting

    def paint(self, *, now: bool = False) -> None:
        """Plots, output and findings; the head has a clock of its own."""
        self.set_class(not self._watched.pictures(), "-no-pictures")
        self.query_one(PictureWall).show(self._watched)
        self.query_one(Output).show(self._watched)
        self._paint_findings()
        if now:
            self._paint_head()

    @on(events.ScreenResume)
    def _uncovered(self) -> None:
        self._painter.now()

    def _paint_findings(self) -> None:
        found = list(self._watched.findings.values())
        panel = self.query_one("#findings", Static)
        panel.display = bool(found)
        if not found:
            return
        at = len(found) - 1 - self._back % len(found)
        one = found[at]
        place = f"{at + 1}/{len(found)} " if len(found) > 1 else ""
        parts: list[Part] = [("▲ ", "$warning"), (place, "$text-muted"), (one.title, "bold")]
        # What to do first: where there is little room the reasons are cut off, not the remedy.
        parts += [("\n→ ", "$warning"), (one.fix, "")] if one.fix else []
        parts += [(f"\nstep {one.step}  {one.says}", "$text-muted")]
        panel.update(Content.assemble(*parts))

    def _paint_head(self) -> None:
        watched = self._watched
        good = watched.end is None or watched.record.status == 0
        ink = "$primary" if watched.end is None else "$success" if good else "$error"
        head: list[Part] = [
            (watched.title, "bold $accent"),
            (f"   {watched.state}", ink),
            (f"   {duration(watched.seconds)}", "$text-muted"),
        ]
        if watched.note:
            head.append((f"   {watched.note}", "$warning"))
        elif watched.verdict:
            head.append((f"   {watched.verdict}", "$text-muted"))
        self.query_one("#watch-head", Static).update(Content.assemble(*head))
        self.query_one(Numbers).show(watched.numbers())

    def on_resize(self, _event: events.Resize) -> None:
        """The script's own terminal has the new size too."""
        self._follower.resize(self.app.size.width, self.app.size.height)

    # Keys

    @work(exclusive=True, group="overlay")
    async def action_overlay(self) -> None:
        """The curves of the run of this script before, behind this one's; again: without."""
        wall = self.query_one(PictureWall)
        if wall.before is not None:
            wall.before, wall.before_is = None, ""
        else:
            record = self._watched.record
            found = await asyncio.to_thread(earlier_run, self._follower.place, record)
            if found is None or not found.series:
                self.notify(f"No run of {self._watched.title} before this one is kept.")
                return
            wall.before, wall.before_is = found.series, told_apart(record, found.record)
        self._painter.soon()

    def action_copy(self) -> None:
        """The command that runs the script so again."""
        command = one_line(self._watched.command)
        self.app.copy_to_clipboard(command)
        self.notify(f"Copied: {command}")

    def action_other_finding(self) -> None:
        """What was found before the one that is shown; after the first, the newest again."""
        self._back += 1
        self._painter.soon()

    def action_detach(self) -> None:
        """Leave the view; the script goes on."""
        self.dismiss(self._watched.record.exit_status if self._has_ended else None)

    @work
    async def action_end(self) -> None:
        """Ask, then end the script; of one that has ended, leave."""
        if self._has_ended:
            self.action_detach()
            return
        words = ASK[min(self._asked, len(ASK) - 1)].format(title=self._watched.title)
        if not await self.app.push_screen_wait(ConfirmScreen(words)):
            return
        if self._follower.stop():
            self._asked += 1
        else:
            self.notify("Nobody hears: whoever keeps the script is out of reach. Try again.")

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """What has ended cannot be ended: the key leaves then, and is not advertised."""
        if action == "end":
            return None if self._has_ended else True
        return action != "other_finding" or len(self._watched.findings) > 1
