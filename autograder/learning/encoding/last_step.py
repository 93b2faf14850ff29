"""Where a training came to, told again with what goes on after it. Loads no torch."""

from __future__ import annotations

from pathlib import Path

from autograder.learning.progress import Progress, Step


def ended(work: Path, message: str) -> Step:
    """The last step that was told in ``work``, with a message: the bar stays where it is."""
    told = Progress.read(work)
    last = told[-1] if told else Step(0, 0)
    return Step(last.step, last.of, message=message)
