"""What the network of the embedded grader is taught by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """``made`` 0-1: how far ``answer`` makes ``point``; ``kind``, where known, says how it fails.

    ``kind`` is 1 (about something else) or 2 (contradicts it); 0 where only ``made`` is known.
    """

    answer: str
    point: str
    made: float
    kind: int = 0
