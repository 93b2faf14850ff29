"""Questions in the tables: an edited one is a new version, never a changed row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question, Scale
from autograder.gradebook.tables import QuestionRow, QuestionVersionRow, new_id


def newest() -> ColumnElement[bool]:
    """The condition that picks the newest version of each question."""
    other = QuestionVersionRow.__table__.alias()
    newest_version = (
        select(func.max(other.c.version))
        .where(other.c.question_id == QuestionVersionRow.question_id)
        .correlate(QuestionVersionRow)
        .scalar_subquery()
    )
    return QuestionVersionRow.version == newest_version


def current(session: Session, *conditions: ColumnElement[bool]) -> list[Question]:
    """The questions that meet the conditions as they now stand, in their exam's order."""
    return [question_of(row) for row in session.scalars(_chosen(*conditions))]


def asked(session: Session, exam_id: str) -> list[Question]:
    """The questions of an exam that aren't retired, in order."""
    return current(session, QuestionRow.exam_id == exam_id, ~QuestionRow.retired)


def ever(session: Session, exam_id: str) -> list[Question]:
    """The questions of an exam in all their versions, retired ones too."""
    rows = select(QuestionVersionRow).join(
        QuestionRow, QuestionRow.id == QuestionVersionRow.question_id
    )
    return [question_of(row) for row in session.scalars(rows.where(QuestionRow.exam_id == exam_id))]


def question_of(row: QuestionVersionRow) -> Question:
    """The question that a row holds."""
    return Question(
        id=row.question_id,
        label=row.label,
        text=row.text,
        scale=Scale(row.minimum, row.maximum, row.step),
        reference_answers=row.reference_answers,
        criteria=row.criteria,
        rubric=row.rubric,
        version=row.version,
    )


def put(session: Session, exam_id: str, question: Question) -> Question:
    """Adds a question at the end, or a version to the one of its id. InvalidInput: its label."""
    if not question.label.strip():
        raise InvalidInput("Every question needs a label, such as Q1.")
    here = asked(session, exam_id)
    same = [other for other in here if same_label(other, question) and other.id != question.id]
    if same:
        raise InvalidInput(f"There is already a question {same[0].label}. Use another label.")
    row = session.get(QuestionRow, question.id) if question.id else None
    if row is None or row.exam_id != exam_id:
        row = _new_row(session, exam_id, question.id if row is None else "")
    row.retired = False
    return _add_version(session, row.id, question)


def same_label(one: Question, other: Question) -> bool:
    """Whether two labels are the same to a reader."""
    return label_key(one.label) == label_key(other.label)


def label_key(label: str) -> str:
    """What a label is compared by: not its spaces, nor its capitals."""
    return "".join(label.split()).casefold()


def place(session: Session, question_ids: Sequence[str]) -> None:
    """Puts the questions into this order."""
    for position, question_id in enumerate(question_ids):
        row = session.get_one(QuestionRow, question_id)
        row.position = position


def _chosen(*conditions: ColumnElement[bool]) -> Select[QuestionVersionRow]:
    return (
        select(QuestionVersionRow)
        .join(QuestionRow, QuestionRow.id == QuestionVersionRow.question_id)
        .where(newest(), *conditions)
        .order_by(QuestionRow.position, QuestionRow.id)
    )


def _new_row(session: Session, exam_id: str, question_id: str) -> QuestionRow:
    last = select(func.max(QuestionRow.position)).where(QuestionRow.exam_id == exam_id)
    position = (session.scalar(last) or 0) + 1
    row = QuestionRow(id=question_id or new_id(), exam_id=exam_id, position=position)
    session.add(row)
    session.flush()
    return row


def _add_version(session: Session, question_id: str, question: Question) -> Question:
    before = current(session, QuestionRow.id == question_id)
    if before and _content(before[0]) == _content(question):
        return before[0]
    row = QuestionVersionRow(
        question_id=question_id,
        version=before[0].version + 1 if before else 1,
        at=datetime.now(UTC),
        minimum=float(question.scale.minimum),
        maximum=float(question.scale.maximum),
        step=float(question.scale.step),
        **_words(question),
    )
    session.add(row)
    session.flush()
    return question_of(row)


def _words(question: Question) -> dict[str, object]:
    return {
        "label": question.label.strip(),
        "text": question.text,
        "reference_answers": tuple(question.reference_answers),
        "criteria": tuple(question.criteria),
        "rubric": question.rubric,
    }


def _content(question: Question) -> object:
    return _words(question), question.scale
