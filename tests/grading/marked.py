"""Answers that a machine and people marked, minute by minute, without a gradebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import (
    OWN,
    Judgement,
    Maker,
    MarkedAnswer,
    Prediction,
    Review,
)
from autograder.domain.script import Answer

QUESTION = Question("q", "Q1", "Why?", Scale(0, 4))
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def predicted(
    mark: float | None,
    minute: int = 0,
    confidence: float = 0.5,
    met: Sequence[float] = (),
    question: Question = QUESTION,
    text: int = 1,
) -> Prediction:
    judgements = tuple(
        Judgement(criterion.text, chance, 0)
        for criterion, chance in zip(question.criteria, met, strict=bool(met))
    )
    return Prediction(
        mark=mark,
        distribution=(),
        confidence=confidence,
        maker=Maker("encoder"),
        judgements=judgements,
        at=at(minute),
        text_version=text,
        question_version=question.version,
    )


def reviewed(
    mark: float,
    minute: int = 5,
    reviewer: str = "Ada",
    points: Sequence[float] | None = None,
    way: str = OWN,
    question: Question = QUESTION,
    text: int = 1,
) -> Review:
    return Review(
        mark=mark,
        reviewer=reviewer,
        at=at(minute),
        criteria=None if points is None else tuple(points),
        way=way,
        text_version=text,
        question_version=question.version,
    )


def answer(
    number: int, *said: Prediction | Review, question: Question | None = QUESTION
) -> MarkedAnswer:
    """An answer as it stands after all that was ``said`` of it."""
    return MarkedAnswer(
        Answer(f"a{number}", f"s{number}", question.id if question else None, ()),
        question,
        tuple(each for each in said if isinstance(each, Prediction)),
        tuple(each for each in said if isinstance(each, Review)),
    )


def both(pairs: Sequence[tuple[float, float]], question: Question = QUESTION) -> list[MarkedAnswer]:
    """Answers with the machine's mark and then the teacher's."""
    return [
        answer(
            number,
            predicted(machine, question=question),
            reviewed(teacher, question=question),
            question=question,
        )
        for number, (machine, teacher) in enumerate(pairs)
    ]


def scheme(*criteria: Criterion, version: int = 1, question_id: str = "q") -> Question:
    return Question(
        question_id, "Q1", "Why?", Scale(0, 4), criteria=tuple(criteria), version=version
    )
