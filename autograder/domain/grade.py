"""What an answer is worth: what the machine predicts and what a person decides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from autograder.domain.exam import Question
from autograder.domain.script import Answer

Span = tuple[int, int]
"""Start and end (exclusive) of characters in the answer's text."""

OWN: Final = "own"
"""A review's way: the teacher looked at this very answer."""
GROUP: Final = "group"
"""A review's way: decided once for a group of alike answers."""
BULK: Final = "bulk"
"""A review's way: accepted unseen. It teaches no grader and is no agreement."""


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
    """A teacher's decision as an example to the grader: an answer to the same question, its mark.

    A ``ruling`` is no answer of a student but what the teacher wrote once: an answer that says
    ``text`` gets this. Where it speaks of some criteria only, ``mark`` is what those come to.
    """

    text: str
    mark: float
    criteria: tuple[float | None, ...] | None = None
    """The points for each criterion, where given one by one; None: a ruling is silent on it."""
    id: str = ""
    """The reviewed answer's id, or the ruling's."""
    ruling: bool = False


def lesson(examples: Sequence[Example]) -> str:
    """Names what examples teach, in whatever order: 16 hex digits, "" for none."""
    if not examples:
        return ""
    said = "\n".join(sorted(map(_said, examples)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _said(example: Example) -> str:
    points = [None if each is None else float(each) for each in example.criteria or ()]
    return repr((example.id, example.text, float(example.mark), points, example.ruling))


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
    """How many of the teacher's reviews and rulings it went by."""
    leans: tuple[str, ...] = ()
    """The ids of the examples that it leaned on most, at most five, strongest first."""
    lesson: str = ""
    """Names all the examples that were known when it was made; see ``lesson``."""
    at: datetime | None = None
    """When it was recorded; None before that."""
    text_version: int = field(default=0, compare=False)
    question_version: int = field(default=0, compare=False)
    """Of the text and the question that it is of; 0 before it is recorded."""


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on an answer. Reviews are only ever added."""

    mark: float
    reviewer: str
    at: datetime
    comment: str = ""
    criteria: tuple[float, ...] | None = None
    """Points given per criterion, where they were given one by one."""
    way: str = OWN
    """``OWN``, ``GROUP`` or ``BULK``."""
    text_version: int = field(default=0, compare=False)
    question_version: int = field(default=0, compare=False)
    """Of the text and the question that were decided on; 0 before it is recorded."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a teacher decided once for a question: an answer that says ``text`` gets this.

    ``criteria`` has points for each criterion in order, None where it says nothing of one.
    """

    id: str
    question_id: str
    text: str
    mark: float | None
    criteria: tuple[float | None, ...] | None
    author: str
    at: datetime
    withdrawn: bool = False


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
    def foreseen(self) -> Prediction | None:
        """The newest prediction made before a person first looked: agreement is measured on it."""
        looked = next((each.at for each in self.reviews if each.way != BULK), None)
        if looked is None:
            return None
        before = [each for each in self.predictions if each.at is not None and each.at < looked]
        return before[-1] if before else None

    @property
    def review(self) -> Review | None:
        """The newest review."""
        return self.reviews[-1] if self.reviews else None

    @property
    def mark(self) -> float | None:
        """The mark that counts."""
        return final_mark(self.predictions, self.reviews)
