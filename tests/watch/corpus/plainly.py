"""A script without a watcher, in a warm process."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType


def main(file: str) -> None:
    """Run it as ``__main__``."""
    main_module = ModuleType("__main__")
    main_module.__dict__.update(__file__=file, __builtins__=__builtins__)
    sys.modules["__main__"] = main_module
    sys.argv = [file]
    sys.path.insert(0, str(Path(file).resolve().parent))
    exec(compile(Path(file).read_bytes(), file, "exec", dont_inherit=True), main_module.__dict__)


if __name__ == "__main__":
    main(sys.argv[1])
