"""What a teacher's decisions on a question teach a grader: reviews of answers, and rulings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from autograder.domain.exam import Question, credit
from autograder.domain.grade import BULK, Example, Ruling
from autograder.gradebook import rulings
from autograder.gradebook.questions import question_of
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    QuestionVersionRow,
    ReviewRow,
    ScriptRow,
)


def of_question(session: Session, question_id: str, but: str = "") -> list[Example]:
    """The newest review of each answer but that of id ``but``, oldest first; then the rulings.

    Answers as they now read, without discarded scripts. What was decided on another scale than
    today's would teach the wrong thing and is left out, and so is what was accepted unseen.
    """
    asked = select(QuestionVersionRow).where(QuestionVersionRow.question_id == question_id)
    versions = {row.version: question_of(row) for row in session.scalars(asked)}
    if not versions:
        return []
    now = versions[max(versions)]
    alike = {number: then for number, then in versions.items() if then.scale == now.scale}
    return [*_reviewed(session, now, alike, but), *_ruled(session, now, alike)]


def _reviewed(
    session: Session, now: Question, alike: Mapping[int, Question], but: str
) -> Iterator[Example]:
    newest: dict[str, Row[Any]] = {}
    for row in session.execute(_decided(now.id)):
        newest.pop(row.answer_id, None)
        newest[row.answer_id] = row
    for answer_id, row in newest.items():
        then = alike.get(row.question_version)
        if then is not None and answer_id != but:
            criteria = row.criteria if then.criteria == now.criteria else None
            yield Example(row.text, row.mark, criteria, answer_id)


def _decided(question_id: str) -> Select[*tuple[Any, ...]]:
    text = AnswerTextRow
    version = select(func.max(text.version)).where(text.answer_id == AnswerRow.id)
    newest = version.correlate(AnswerRow).scalar_subquery()
    review = ReviewRow
    return (
        select(review.answer_id, review.mark, review.criteria, review.question_version, text.text)
        .join(AnswerRow, AnswerRow.id == review.answer_id)
        .join(ScriptRow, ScriptRow.id == AnswerRow.script_id)
        .join(text, (text.answer_id == AnswerRow.id) & (text.version == newest))
        .where(review.question_id == question_id, review.way != BULK)
        .where(AnswerRow.question_id == question_id, ~AnswerRow.withdrawn, ~ScriptRow.discarded)
        .order_by(review.id)
    )


def _ruled(session: Session, now: Question, alike: Mapping[int, Question]) -> Iterator[Example]:
    for ruling, version in rulings.standing(session, now.id):
        then = alike.get(version)
        if then is None:
            continue
        criteria = ruling.criteria if then.criteria == now.criteria else None
        if ruling.mark is not None or criteria is not None:
            yield Example(ruling.text, _worth(ruling, now), criteria, ruling.id, ruling=True)


def _worth(ruling: Ruling, question: Question) -> float:
    """The ruling's mark, or what the criteria come to that it speaks of."""
    if ruling.mark is not None:
        return ruling.mark
    points: Sequence[float | None] = ruling.criteria or ()
    return question.mark_for(credit(question.criteria, [each or 0.0 for each in points]))
