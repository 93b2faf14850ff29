"""What a language model proposes for a question, until the teacher takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.domain.grade import Maker, Passage


@dataclass(frozen=True, slots=True)
class Draft:
    """A reference answer as a model drafted it from ``passages``; grading never reads it."""

    question_id: str
    text: str
    maker: Maker
    passages: tuple[Passage, ...]
    at: datetime
