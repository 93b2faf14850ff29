"""Something found in an answer before it is graded."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.domain.grade import Span


@dataclass(frozen=True, slots=True)
class Remark:
    """``span`` is of the clean text, None for the whole answer.

    What ``earns`` nothing is left out of the second reading; what isn't ``shown`` (padding, say)
    needs nobody's eyes.
    """

    kind: str
    reason: str
    span: Span | None = None
    earns: bool = False
    shown: bool = True
