"""How many examples a property is tried on: a quarter of them day by day, all when asked for.

``python -m pytest tests/plots --hypothesis-profile thorough`` tries all of them.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings

THOROUGH = 400
"""The profile's own number of examples, by which it is known; without a profile it is 100."""

LEAST = 20


def examples(many: int, **others: Any) -> settings:
    """``many`` examples with the profile "thorough", else a quarter of them."""
    share = settings().max_examples / THOROUGH
    return settings(deadline=None, max_examples=max(round(many * share), LEAST), **others)
