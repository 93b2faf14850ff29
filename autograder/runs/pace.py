"""How many answers to grade in one go."""

from __future__ import annotations

FEWEST, MOST = 16, 256
"""A kill costs at most one go; a network computes few at a time less well."""
QUICK, SLOW = 0.4, 4.0
"""Seconds: shorter than that, twice as many; longer, half as many."""


class Pace:
    """Finds the number of answers that a grader does in about a second."""

    def __init__(self) -> None:
        self.answers = FEWEST

    def took(self, seconds: float) -> None:
        """Notes how long the last go took."""
        if seconds < QUICK:
            self.answers = min(2 * self.answers, MOST)
        elif seconds > SLOW:
            self.answers = max(self.answers // 2, FEWEST)
