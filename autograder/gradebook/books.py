"""The textbooks and the exams that they go with."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.textbook import Book
from autograder.gradebook.database import Database
from autograder.gradebook.exams import exam_row
from autograder.gradebook.tables import BookRow, ExamBookRow


class Books:
    """Textbooks, each kept once however many exams use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, title: str, pdf: str, pages: int) -> Book:
        """Adds the book whose stored PDF has the sha256 ``pdf``, or gives back the one it is."""
        with self._database.writing() as session:
            row = session.scalar(select(BookRow).where(BookRow.pdf == pdf))
            if row is None:
                row = BookRow(title=title.strip(), pdf=pdf, pages=pages, created=datetime.now(UTC))
                session.add(row)
            row.removed = False
            session.flush()
            return _book(row)

    def all(self) -> list[Book]:
        """All books but removed ones, by title."""
        query = select(BookRow).where(~BookRow.removed).order_by(BookRow.title, BookRow.id)
        with self._database.reading() as session:
            return [_book(row) for row in session.scalars(query)]

    def get(self, book_id: str) -> Book:
        """The book of that id, removed or not: old predictions still show its pages. NotFound."""
        with self._database.reading() as session:
            return _book(_row(session, book_id))

    def attach(self, exam_id: str, book_id: str) -> None:
        """Lets an exam use a book; again changes nothing. NotFound."""
        with self._database.writing() as session:
            exam_row(session, exam_id)
            _row(session, book_id)
            session.merge(ExamBookRow(exam_id=exam_id, book_id=book_id))

    def detach(self, exam_id: str, book_id: str) -> None:
        """Stops an exam from using a book."""
        which = (ExamBookRow.exam_id == exam_id, ExamBookRow.book_id == book_id)
        with self._database.writing() as session:
            session.execute(delete(ExamBookRow).where(*which))

    def of_exam(self, exam_id: str) -> list[Book]:
        """The books that an exam uses, by title."""
        query = (
            select(BookRow)
            .join(ExamBookRow, ExamBookRow.book_id == BookRow.id)
            .where(ExamBookRow.exam_id == exam_id, ~BookRow.removed)
            .order_by(BookRow.title, BookRow.id)
        )
        with self._database.reading() as session:
            return [_book(row) for row in session.scalars(query)]

    def remove(self, book_id: str) -> None:
        """Takes a book off the shelf and from all exams; its PDF is kept. NotFound."""
        with self._database.writing() as session:
            _row(session, book_id).removed = True
            session.execute(delete(ExamBookRow).where(ExamBookRow.book_id == book_id))


def _row(session: Session, book_id: str) -> BookRow:
    row = session.get(BookRow, book_id)
    if row is None:
        raise NotFound("This textbook is not in the gradebook. Add it again.")
    return row


def _book(row: BookRow) -> Book:
    return Book(row.id, row.title, row.pdf, row.pages)
