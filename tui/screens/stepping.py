"""A screen whose run goes in steps, one press each, and can be looked at step by step again."""

from __future__ import annotations

from engine.process.protocol import AnyEvent
from lessons.format.schema import Experiment, Value
from tui.screens.run_screen import RunScreen
from tui.state.live_run import LiveRun
from tui.state.run_trail import Trail

BACK, FORWARD = "stop_back", "stop_forward"


class SteppingScreen(RunScreen[LiveRun]):
    """Goes back through the stops of its run, and forward again, without asking the run."""

    _trail: Trail | None = None

    @property
    def trail(self) -> Trail:
        """What the run has shown, stop by stop."""
        if self._trail is None:
            self._trail = Trail()
        return self._trail

    @property
    def looked_at(self) -> LiveRun | None:
        """The run as it stands, or as it was at the stop that one went back to."""
        return self.trail.looked_at(self.run)

    def run_experiment(
        self,
        experiment: Experiment,
        knobs: dict[str, Value],
        *,
        seed: int = 0,
        paused: bool = False,
    ) -> LiveRun:
        """Ask for it; one that is made to be taken in steps is held at its first picture."""
        run = super().run_experiment(experiment, knobs, seed=seed, paused=paused)
        if paused and experiment.stepwise:
            self.runs.engine.step(run.run_id)
        return run

    def event_received(self, event: AnyEvent) -> None:
        """Remember it, and show the keys that do something now."""
        could = self.trail.can_go_back
        self.trail.hear(event)
        if self.trail.can_go_back != could:
            self.refresh_bindings()

    def action_stop_back(self) -> None:
        """The stop before."""
        self._go(-1)

    def action_stop_forward(self) -> None:
        """The stop after it, up to how the run stands now."""
        self._go(1)

    def _go(self, by: int) -> None:
        self.trail.go(by)
        self.paint_now()
        self.say(f"{self.trail.place.capitalize()}: ← back, → forward, s on from the last.")

    def action_step(self) -> None:
        """One step, from where the run is."""
        self.trail.go_to_now()
        super().action_step()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a way back after the second stop, and forward while one is back."""
        is_of_run = self.run is not None and self.run.run_id == self.trail.run_id
        if action == BACK:
            return is_of_run and self.trail.can_go_back
        if action == FORWARD:
            return is_of_run and self.trail.is_past
        return super().check_action(action, parameters)
