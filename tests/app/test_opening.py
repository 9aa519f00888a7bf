"""The app opens in a real terminal."""

from tests.conftest import Opener


def test_it_opens_on_home_and_leaves(open_terminal: Opener) -> None:
    terminal = open_terminal()
    terminal.until("Training")
    terminal.press("q")
    assert terminal.exit_status() == 0
    assert terminal.left_alive() == []
