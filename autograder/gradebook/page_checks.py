"""Pages whose reading a person found right. Only ever added."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput
from autograder.gradebook import pages
from autograder.gradebook.database import Database
from autograder.gradebook.decision_tables import PageCheckRow
from autograder.gradebook.tables import PageRow, ReadingRow, ScriptRow


class PageChecks:
    """Accepted pages. An acceptance holds until the page is read anew or turned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, page_id: str, author: str) -> None:
        """Says that a page is read right. NotFound; InvalidInput: nothing was read on it yet."""
        with self._database.writing() as session:
            _say(session, page_id, author, accepted=True)

    def reopen(self, page_id: str, author: str) -> None:
        """Says that a page has to be looked at again. NotFound; InvalidInput as for ``accept``."""
        with self._database.writing() as session:
            _say(session, page_id, author, accepted=False)

    def accepted(self, exam_id: str) -> set[str]:
        """The ids of the pages that are accepted as they are read and shown now."""
        last = select(func.max(PageCheckRow.id)).group_by(PageCheckRow.page_id)
        query = (
            select(PageCheckRow.page_id)
            .join(PageRow, PageRow.id == PageCheckRow.page_id)
            .join(ScriptRow, ScriptRow.id == PageRow.script_id)
            .where(PageCheckRow.id.in_(last), PageCheckRow.accepted, ScriptRow.exam_id == exam_id)
            .where(PageCheckRow.reading_id == pages.newest_id())
        )
        with self._database.reading() as session:
            return set(session.scalars(query))


def _say(session: Session, page_id: str, author: str, *, accepted: bool) -> None:
    page = pages.page_row(session, page_id)
    reading = pages.newest(session, page)
    if reading is None:
        raise InvalidInput("This page has not been read yet. Wait until it is.")
    if accepted != _is_accepted(session, page_id, reading):
        row = PageCheckRow(
            page_id=page_id,
            reading_id=reading.id,
            accepted=accepted,
            author=author,
            at=datetime.now(UTC),
        )
        session.add(row)


def _is_accepted(session: Session, page_id: str, reading: ReadingRow) -> bool:
    query = select(PageCheckRow).where(PageCheckRow.page_id == page_id)
    last = session.scalar(query.order_by(PageCheckRow.id.desc()).limit(1))
    return last is not None and last.accepted and last.reading_id == reading.id
