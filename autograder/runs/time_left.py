"""How long something goes on, in words."""

from __future__ import annotations

import time
from collections.abc import Callable

SOON, FEW = 8.0, 3
"""Seconds and steps after which the pace so far says something."""
RECENT = 40
"""The steps that the pace is taken from: a machine gets busy and idle again."""


class TimeLeft:
    """Watches steps being done and says how long the rest takes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = [clock()]

    def step(self) -> None:
        """Notes that a step was done."""
        self._ends.append(self._clock())

    def of(self, left: int) -> str:
        """Such as ``about 4 minutes left``; empty while nobody can say."""
        done = len(self._ends) - 1
        if left < 1 or done < FEW or self._clock() - self._ends[0] < SOON:
            return ""
        recent = self._ends[-RECENT - 1 :]
        return in_words(left * (recent[-1] - recent[0]) / (len(recent) - 1))


def in_words(seconds: float) -> str:
    """The time that is left, no more exact than it can be known."""
    minutes = round(seconds / 60)
    if seconds < 50:
        return "less than a minute left"
    if minutes < 2:
        return "about a minute left"
    if minutes < 60:
        return f"about {minutes} minutes left"
    hours, rest = divmod(round(minutes / 5) * 5, 60)
    said = "1 hour" if hours == 1 else f"{hours} hours"
    return f"about {said} and {rest} minutes left" if rest else f"about {said} left"
