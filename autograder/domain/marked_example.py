"""An answer with the marks that a person gave it, as training reads it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question

Points = tuple[float | None, ...]
"""Points for each criterion of the question, in their order; None: nobody said."""


@dataclass(frozen=True, slots=True)
class MarkedExample:
    """An answer that a person marked. ``question`` holds scale, criteria and reference answers.

    InvalidInput: the points don't stand for the question's criteria one by one.
    """

    id: str
    question: Question
    text: str
    mark: float
    criteria: Points | None = None
    exam: str = ""
    """The exam's or data set's name, by which a split by exam goes."""
    where: str = ""
    """Where it was found, for messages: ``marks.csv, line 12`` or ``Quiz 2, Asha Rao, Q1``."""
    comment: str = ""
    """The person's words on the mark."""
    predicted: float | None = None
    """What the machine said before the person looked."""
    predicted_criteria: Points | None = None

    def __post_init__(self) -> None:
        for points in (self.criteria, self.predicted_criteria):
            if points is not None and len(points) != len(self.question.criteria):
                raise InvalidInput(
                    f"{self.where or self.id}: {len(points)} points are given for "
                    f"{len(self.question.criteria)} criteria. Give one for each, or none."
                )


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question and its answer without a mark: what drafting reference answers learns from."""

    id: str
    question: str
    answer: str
    exam: str = ""
    where: str = ""
