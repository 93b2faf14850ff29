"""Whose script it is, as people and the machine said it. Only ever added."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.script import Identification
from autograder.gradebook.decision_tables import IdentificationRow
from autograder.gradebook.tables import ScriptRow, StudentRow

LOOSE = "Loose pages belong to nobody. Move the page to a script of its own first."
NOBODY = ""


def assign(
    session: Session,
    script: ScriptRow,
    student_id: str | None,
    certainty: float | None,
    author: str,
) -> None:
    """Says whose script it is; a guess (one with a certainty) yields to what a person said."""
    student = _student(session, script, student_id)
    number = student.number if student else NOBODY
    said = history(session, script.id)
    if certainty is not None and _is_settled(said, number):
        return
    now = (script.student_id, script.certainty)
    if said and now == (student_id or None, certainty):
        return
    script.student_id, script.certainty = student_id or None, certainty
    _add(session, script, number, certainty, author)


def confirm(session: Session, script: ScriptRow, author: str) -> None:
    """Says that the script's student is right. InvalidInput: it has none."""
    if script.student_id is None:
        raise InvalidInput("Nobody is assigned to this script yet. Choose its student.")
    assign(session, script, script.student_id, None, author)


def history(session: Session, script_id: str) -> list[Identification]:
    """All that was said of a script, oldest first."""
    query = select(IdentificationRow).where(IdentificationRow.script_id == script_id)
    return [
        Identification(row.number, row.certainty, row.author, row.at)
        for row in session.scalars(query.order_by(IdentificationRow.id))
    ]


def _is_settled(said: list[Identification], number: str) -> bool:
    """Whether a person has named a student, or has taken this one away."""
    by_people = [at for at, each in enumerate(said) if each.certainty is None]
    if not by_people:
        return False
    last = by_people[-1]
    before = {each.number for each in said[:last]}
    return said[last].number != NOBODY or number in before


def _student(session: Session, script: ScriptRow, student_id: str | None) -> StudentRow | None:
    if not student_id:
        return None
    if script.loose:
        raise InvalidInput(LOOSE)
    student = session.get(StudentRow, student_id)
    if student is None or student.exam_id != script.exam_id:
        raise NotFound("This student is not on the exam's roster. Reload the page.")
    return student


def _add(
    session: Session, script: ScriptRow, number: str, certainty: float | None, author: str
) -> None:
    row = IdentificationRow(
        script_id=script.id,
        number=number,
        certainty=certainty,
        author=author,
        at=datetime.now(UTC),
    )
    session.add(row)
