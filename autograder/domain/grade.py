"""What an answer is worth: what the machine predicts and what a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.domain.exam import Question
from autograder.domain.script import Answer

Span = tuple[int, int]
"""Start and end (exclusive) of characters in the answer's text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a textbook page. ``page`` is the PDF page, counted from 1."""

    book_id: str
    book: str
    page: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """One criterion judged: the probability that it is met, its points, the evidence for it."""

    criterion: str
    met: float
    marks: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person should look at. A flag never changes a mark."""

    kind: str
    reason: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """What made a prediction, exactly enough to make it again."""

    grader: str
    model: str = ""
    adapter: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A teacher's review as an example to the grader: an answer to the same question, its mark."""

    text: str
    mark: float
    criteria: tuple[float, ...] | None = None
    """The points that the teacher gave each criterion, where given one by one."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a grader expects a teacher to give. ``mark`` is None where it can't tell: never a zero.

    ``distribution`` holds every mark of the scale with its probability (they add up to 1);
    ``confidence`` is the probability that ``mark`` is the teacher's. ``judgements`` follow the
    question's criteria, or the points of the reference answer where it has none.
    """

    mark: float | None
    distribution: tuple[tuple[float, float], ...]
    confidence: float
    maker: Maker
    judgements: tuple[Judgement, ...] = ()
    flags: tuple[Flag, ...] = ()
    feedback: str = ""
    passages: tuple[Passage, ...] = ()
    leaned_on: int = 0
    """How many of the teacher's reviews it went by."""
    at: datetime | None = None
    """When it was recorded; None before that."""


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on an answer. Reviews are only ever added."""

    mark: float
    reviewer: str
    at: datetime
    comment: str = ""
    criteria: tuple[float, ...] | None = None
    """Points given per criterion, where they were given one by one."""


def final_mark(predictions: Sequence[Prediction], reviews: Sequence[Review]) -> float | None:
    """The mark that counts: the newest review's, else the newest prediction's, else None.

    Both sequences are oldest first. A prediction, however new, never comes before a review.
    """
    if reviews:
        return reviews[-1].mark
    return predictions[-1].mark if predictions else None


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """An answer with its question and everything that was ever said about its mark."""

    answer: Answer
    question: Question | None
    predictions: tuple[Prediction, ...] = ()
    reviews: tuple[Review, ...] = ()
    outdated: bool = False
    """The newest prediction is of an older text or an older version of the question."""

    @property
    def predicted(self) -> Prediction | None:
        """The newest prediction."""
        return self.predictions[-1] if self.predictions else None

    @property
    def review(self) -> Review | None:
        """The newest review."""
        return self.reviews[-1] if self.reviews else None

    @property
    def mark(self) -> float | None:
        """The mark that counts."""
        return final_mark(self.predictions, self.reviews)
