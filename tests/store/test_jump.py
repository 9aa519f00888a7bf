"""Nothing is locked: the palette leads to any page, and home remembers where that was."""

import sys

from tests.conftest import Opener

DRILL = (sys.executable, "-P", "-m", "tests.practice")


def test_any_page_is_a_few_letters_away(open_terminal: Opener) -> None:
    terminal = open_terminal(*DRILL, "drill")
    terminal.until("A short one")
    terminal.press("f2")
    terminal.until("Search for commands")
    terminal.press(*"drill: gue")
    terminal.until("Page 10 of 13")
    terminal.press("enter")
    terminal.until("10/13  Guess")
    terminal.until("How does it end?")
    terminal.press("escape")
    terminal.until("Next  Drill, page")
