"""A page of the learner's own code: its draft, its file, and which of the two is newer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from tui.state import source_file as source
from tui.state.saving import Saving
from tui.state.source_file import File, UnreadableError

STARTER = """\
# Any PyTorch code: ctrl+r runs it as it is.
# watch(name=number or tensor) shows more; see F1.
import torch
from torch import nn

x = torch.linspace(-3, 3, 64).unsqueeze(1)
y = torch.sin(x) + 0.1 * torch.randn_like(x)

model = nn.Sequential(
    nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1)
)
optimizer = torch.optim.Adam(model.parameters(), 0.01)

for step in range(1000):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    if step % 200 == 0:
        print(step, loss.item())
"""
"""What the page holds when nobody has written on it."""


class ScratchPage:
    """Keeps what is written; writes the file only when told to."""

    def __init__(
        self, saving: Saving, path: Path | None = None, program: str = "", name: str = ""
    ) -> None:
        """A page for a file, for a program of the course with its name, or for neither."""
        self.path = path.resolve() if path else None
        self.program = program
        self.name = name
        self._saving = saving
        self._file: File | None = None
        self._kept = ""
        self._is_open = False

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.path.name if self.path else self.name or "Scratch page"

    @property
    def draft(self) -> str:
        """The draft's name in the store."""
        key = str(self.path) if self.path else self.name
        return f"scratch:{key}" if key else "scratch"

    @property
    def own_name(self) -> str:
        """Its name as a file for another editor."""
        return re.sub(r"\W+", "-", Path(self.title).stem.lower())

    @property
    def job_file(self) -> str:
        """Where the code says it comes from: its neighbours can be imported."""
        return str(self.path) if self.path else ""

    async def open(self) -> tuple[str, str, str]:
        """The text to begin with, one to go back to with undo ("" for none), and a sentence.

        Raises:
            UnreadableError: the file is no text.
        """
        found = await self._saving.read(lambda store: store.drafts.latest(self.draft))
        draft = found.text if found else ""
        self._is_open = True
        if self.path is not None:
            return self._beside_file(draft, found.at if found else 0.0)
        self._kept = draft
        if self.program:
            again = "What you made of it before is one ctrl+z away." if draft else ""
            return self.program, draft if draft != self.program else "", again
        self._kept = draft or STARTER
        return self._kept, "", ""

    def _beside_file(self, draft: str, at: float) -> tuple[str, str, str]:
        path = self.path
        assert path is not None
        if not path.exists():
            self._kept = draft
            return draft, "", f"{path.name} is new: ctrl+s writes it."
        self._file = source.load(path)
        text, changed = self._file.text, path.stat().st_mtime
        if not draft or draft == text:
            return text, "", ""
        if at >= changed:
            when = time.strftime("%H:%M", time.localtime(at))
            return draft, text, f"This is what you wrote until {when}; the file is one ctrl+z away."
        return text, draft, "The file has changed since; what you wrote here is one ctrl+z away."

    def changed(self, text: str) -> None:
        """Keep the text as it is now."""
        if text not in (self.program, self._kept):
            self._kept = text
            self._saving.draft(self.draft, text)

    def is_written(self, text: str, shown: Callable[[str], str] = str) -> bool:
        """Whether the file holds this; ``shown`` says how an editor shows what it holds."""
        return self._file is not None and shown(self._file.text) == text

    def where(self, text: str, shown: Callable[[str], str] = str) -> str:
        """Where this text is, for the head of a screen; nothing before there is one."""
        if not self._is_open:
            return ""
        on_disk = self.is_written(text, shown)
        return "as on disk" if on_disk else "kept here; ctrl+s writes the file"

    @property
    def was_changed_outside(self) -> bool:
        """Whether somebody else has written the file since it was read."""
        if self.path is None or not self.path.exists():
            return False
        if self._file is None:
            return True
        try:
            return source.load(self.path).text != self._file.text
        except UnreadableError:
            return True

    def write(self, text: str, shown: Callable[[str], str] = str) -> str:
        """Write the file; a sentence when that fails, nothing otherwise.

        What an editor only shows otherwise (see `is_written`) stays as it is in the file.
        """
        assert self.path is not None
        if self._file is not None and self.is_written(text, shown):
            text = self._file.text
        try:
            self._file = source.store(self.path, text, self._file or File(text))
        except UnicodeEncodeError as error:
            character = text[error.start]
            return f"{self.path.name} declares {error.encoding}, which has no {character!r}."
        except OSError as error:
            return f"{self.path} cannot be written: {(error.strerror or str(error)).lower()}."
        self._saving.draft(self.draft, text)
        return ""
