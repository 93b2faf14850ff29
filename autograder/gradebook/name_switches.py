"""Blind marking: whether the students' names are shown. Every switch is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.name_switch import NameSwitch
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import NameSwitchRow
from autograder.gradebook.exams import exam_row


class NameSwitches:
    """The names of an exam's students, hidden in Marking until somebody shows them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def show(self, exam_id: str, shown: bool, author: str) -> None:
        """Shows the names or hides them; what is so already isn't logged. NotFound."""
        with self._database.writing() as session:
            exam_row(session, exam_id)
            if shown != _shown(session, exam_id):
                now = datetime.now(UTC)
                session.add(NameSwitchRow(exam_id=exam_id, shown=shown, author=author, at=now))

    def shown(self, exam_id: str) -> bool:
        """Whether the names are shown now."""
        with self._database.reading() as session:
            return _shown(session, exam_id)

    def history(self, exam_id: str) -> list[NameSwitch]:
        """Who showed or hid the names and when, oldest first."""
        query = select(NameSwitchRow).where(NameSwitchRow.exam_id == exam_id)
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(NameSwitchRow.id))
            return [NameSwitch(row.shown, row.author, row.at) for row in rows]


def _shown(session: Session, exam_id: str) -> bool:
    query = select(NameSwitchRow.shown).where(NameSwitchRow.exam_id == exam_id)
    return bool(session.scalar(query.order_by(NameSwitchRow.id.desc()).limit(1)))
