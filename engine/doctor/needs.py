"""What a snippet needs of the machine and of the build of PyTorch to raise its error.

Rules name one of these in ``needs``. Conditions look at a `Build`; imports no torch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from engine.process.build import Build

LANGUAGE = "en"

NEEDS: dict[str, Callable[[Build], bool]] = {
    "no-cuda-build": lambda build: build.gpu == "not built",
    "no-driver": lambda build: build.gpu == "no driver",
    "no-device": lambda build: build.gpu == "no device",
    "cuda": lambda build: build.gpu == "ready" and build.platform.startswith("CUDA"),
    "no-cuda": lambda build: build.gpu != "ready",
    "no-accelerator": lambda build: not build.accelerator,
    "no-mps": lambda build: not build.mps,
    "no-named-tensors": lambda build: not build.named_tensors,
    "mps": lambda build: build.mps,
}


def unmet(need: str, build: Build) -> str:
    """Why an error with this need cannot be raised on this build; empty when it can.

    Raises:
        KeyError: there is no such need.
    """
    if not need or NEEDS[need](build):
        return ""
    words = _words()
    named = words["sentences"]["accelerator"].format(name=build.accelerator)
    return words["sentences"]["unmet"].format(
        need=words["needs"][need],
        torch=build.torch,
        here=words["here"][build.gpu].format(platform=build.platform),
        accelerator=named if build.accelerator else "",
    )


@lru_cache
def _words() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name(f"needs.{LANGUAGE}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
