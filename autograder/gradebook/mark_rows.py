"""Predictions and reviews as rows and as the domain's own dataclasses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from autograder.domain.exam import Question
from autograder.domain.grade import Maker, Passage, Prediction, Review
from autograder.domain.script import Answer
from autograder.gradebook.tables import ReviewRow

_PASSAGES = TypeAdapter(tuple[Passage, ...])


def prediction_columns(prediction: Prediction) -> dict[str, object]:
    """What a prediction says, column by column; when it was made is for the table to say."""
    return {
        "grader": prediction.maker.grader,
        "model": prediction.maker.model,
        "adapter": prediction.maker.adapter,
        "prompt": prediction.maker.prompt,
        "lesson": prediction.lesson,
        "leaned_on": prediction.leaned_on,
        "leans": prediction.leans,
        "mark": prediction.mark,
        "confidence": prediction.confidence,
        "distribution": prediction.distribution,
        "judgements": prediction.judgements,
        "flags": prediction.flags,
        "citation": citation_id(prediction.passages),
        "feedback": prediction.feedback,
    }


def citation_id(passages: Sequence[Passage]) -> str:
    """What passages are kept under: the sha256 of their JSON."""
    return hashlib.sha256(_PASSAGES.dump_json(tuple(passages))).hexdigest()


def prediction_of(row: Row[Any]) -> Prediction:
    """The prediction that a row of predictions beside its citation holds."""
    return Prediction(
        mark=row.mark,
        distribution=row.distribution,
        confidence=row.confidence,
        maker=Maker(row.grader, row.model, row.adapter, row.prompt),
        judgements=row.judgements,
        flags=row.flags,
        feedback=row.feedback,
        passages=row.passages,
        lesson=row.lesson,
        leaned_on=row.leaned_on,
        leans=row.leans,
        at=row.at,
        text_version=row.text_version,
        question_version=row.question_version,
    )


def review_row(answer: Answer, question: Question, review: Review) -> ReviewRow:
    """The row of a review of an answer and a question as they now stand."""
    return ReviewRow(
        answer_id=answer.id,
        text_version=answer.current.version,
        question_id=question.id,
        question_version=question.version,
        mark=review.mark,
        reviewer=review.reviewer,
        comment=review.comment,
        criteria=review.criteria,
        way=review.way,
        at=review.at,
    )


def review_of(row: Row[Any]) -> Review:
    """The review that a row holds."""
    return Review(
        mark=row.mark,
        reviewer=row.reviewer,
        at=row.at,
        comment=row.comment,
        criteria=row.criteria,
        way=row.way,
        text_version=row.text_version,
        question_version=row.question_version,
    )
