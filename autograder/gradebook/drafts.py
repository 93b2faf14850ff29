"""Reference answers that were drafted and wait for the teacher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.draft import Draft
from autograder.domain.errors import NotFound
from autograder.domain.grade import Maker, Passage
from autograder.gradebook.database import Database
from autograder.gradebook.tables import DraftRow, QuestionRow

NOTHING = ""
"""The text of a row that says: there was a draft, and the teacher didn't want it."""


class Drafts:
    """Drafts are only ever added; the newest of a question is the one that is shown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, question_id: str, text: str, maker: Maker, passages: Sequence[Passage] = ()
    ) -> Draft:
        """Keeps a draft. NotFound: no such question."""
        with self._database.writing() as session:
            return _draft(_add(session, question_id, text, maker, tuple(passages)))

    def newest(self, question_id: str) -> Draft | None:
        """The question's newest draft; None where there is none, or it was dropped."""
        query = select(DraftRow).where(DraftRow.question_id == question_id)
        with self._database.reading() as session:
            row = session.scalar(query.order_by(DraftRow.id.desc()).limit(1))
            return _draft(row) if row is not None and row.text != NOTHING else None

    def drop(self, question_id: str) -> None:
        """Shows the question's draft no more. NotFound: no such question."""
        with self._database.writing() as session:
            _add(session, question_id, NOTHING, Maker(""), ())


def _add(
    session: Session, question_id: str, text: str, maker: Maker, passages: tuple[Passage, ...]
) -> DraftRow:
    if session.get(QuestionRow, question_id) is None:
        raise NotFound("This question is not in the gradebook. Reload the page.")
    row = DraftRow(
        question_id=question_id,
        text=text,
        grader=maker.grader,
        model=maker.model,
        adapter=maker.adapter,
        prompt=maker.prompt,
        passages=passages,
        at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row


def _draft(row: DraftRow) -> Draft:
    maker = Maker(row.grader, row.model, row.adapter, row.prompt)
    return Draft(row.question_id, row.text, maker, row.passages, row.at)
