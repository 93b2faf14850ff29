"""Predictions and reviews as rows and as the domain's own dataclasses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from autograder.domain.exam import Question
from autograder.domain.grade import Maker, Prediction, Review
from autograder.domain.script import Answer
from autograder.gradebook.tables import PredictionRow, ReviewRow


def prediction_columns(prediction: Prediction) -> dict[str, object]:
    """What a prediction says, column by column; when it was made is for the table to say."""
    return {
        "grader": prediction.maker.grader,
        "model": prediction.maker.model,
        "adapter": prediction.maker.adapter,
        "prompt": prediction.maker.prompt,
        "leaned_on": prediction.leaned_on,
        "mark": prediction.mark,
        "confidence": prediction.confidence,
        "distribution": prediction.distribution,
        "judgements": prediction.judgements,
        "flags": prediction.flags,
        "passages": prediction.passages,
        "feedback": prediction.feedback,
    }


def prediction_of(row: PredictionRow | Row[Any]) -> Prediction:
    """The prediction that a row holds."""
    return Prediction(
        mark=row.mark,
        distribution=row.distribution,
        confidence=row.confidence,
        maker=Maker(row.grader, row.model, row.adapter, row.prompt),
        judgements=row.judgements,
        flags=row.flags,
        feedback=row.feedback,
        passages=row.passages,
        leaned_on=row.leaned_on,
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
        at=review.at,
    )


def review_of(row: ReviewRow | Row[Any]) -> Review:
    """The review that a row holds."""
    return Review(
        mark=row.mark,
        reviewer=row.reviewer,
        at=row.at,
        comment=row.comment,
        criteria=row.criteria,
        text_version=row.text_version,
        question_version=row.question_version,
    )
