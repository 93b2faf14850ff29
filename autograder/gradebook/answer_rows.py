"""The rows of answers: found, written, and read back as answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.script import Answer, AnswerText, PlacedLine
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    QuestionRow,
    ReviewRow,
    ScriptRow,
)

Part = tuple[str, Sequence[PlacedLine]]
"""Some text and the lines of the scan that it stands on."""


def load(session: Session, *conditions: ColumnElement[bool]) -> list[Answer]:
    """The answers that meet the conditions and still hold something, in question order."""
    return every(session, ~AnswerRow.withdrawn, *conditions)


def standing(session: Session, script_id: str) -> list[Answer]:
    """A script's answers in the order of the questions, unplaced ones last."""
    return load(session, AnswerRow.script_id == script_id)


def chosen(*conditions: ColumnElement[bool]) -> Select[str]:
    """The query for the ids of the answers that meet conditions on them, scripts and questions."""
    return (
        select(AnswerRow.id)
        .join(ScriptRow, ScriptRow.id == AnswerRow.script_id)
        .outerjoin(QuestionRow, QuestionRow.id == AnswerRow.question_id)
        .where(*conditions)
    )


def one(session: Session, answer_id: str) -> Answer:
    """The answer of that id. NotFound."""
    session.flush()
    found = every(session, AnswerRow.id == answer_id)
    if not found:
        raise NotFound("This answer is not in the gradebook. Reload the page.")
    return found[0]


def every(session: Session, *conditions: ColumnElement[bool]) -> list[Answer]:
    """The answers that meet the conditions, even if nothing of them is left."""
    ids = chosen(*conditions)
    order = (
        ScriptRow.created,
        ScriptRow.id,
        QuestionRow.position.nulls_last(),
        AnswerRow.created,
        AnswerRow.id,
    )
    texts: dict[str, list[AnswerText]] = defaultdict(list)
    table = AnswerTextRow.__table__.c
    rows = session.execute(
        select(*table).where(table.answer_id.in_(ids)).order_by(table.answer_id, table.version)
    )
    for row in rows:
        texts[row.answer_id].append(
            AnswerText(row.version, row.text, row.author, row.by_person, row.at, row.lines)
        )
    return [
        Answer(row.id, row.script_id, row.question_id, tuple(texts[row.id]), row.note)
        for row in session.scalars(ids.with_only_columns(AnswerRow).order_by(*order))
    ]


def write(
    session: Session,
    answer_id: str,
    text: str,
    author: str,
    lines: Sequence[PlacedLine],
    *,
    by_person: bool,
) -> None:
    """Adds a version of an answer's text."""
    newest = select(func.max(AnswerTextRow.version)).where(AnswerTextRow.answer_id == answer_id)
    row = AnswerTextRow(
        answer_id=answer_id,
        version=(session.scalar(newest) or 0) + 1,
        text=text,
        author=author,
        by_person=by_person,
        lines=tuple(lines),
        at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()


def new(session: Session, script_id: str, question_id: str | None, note: str) -> AnswerRow:
    """A new answer's row, without any text yet."""
    row = AnswerRow(
        script_id=script_id, question_id=question_id, note=note, created=datetime.now(UTC)
    )
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, answer_id: str) -> None:
    """Hides an answer of which nothing is left, unless a person has marked it."""
    if not marked(session, [answer_id]):
        session.get_one(AnswerRow, answer_id).withdrawn = True


def marked(session: Session, answer_ids: Sequence[str]) -> set[str]:
    """Those of the answers that a person has marked."""
    return set(
        session.scalars(select(ReviewRow.answer_id).where(ReviewRow.answer_id.in_(answer_ids)))
    )


def stacked(*parts: Part) -> Part:
    """The parts one below the other; an empty line of the scan keeps its place in the text."""
    text = "\n".join(text for text, lines in parts if text or lines)
    return text, [placed for _, lines in parts for placed in lines]
