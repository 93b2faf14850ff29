"""Rulings: what a teacher decides once for a question. Only ever added, and withdrawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import Ruling
from autograder.gradebook import questions
from autograder.gradebook.database import Database
from autograder.gradebook.tables import (
    QuestionRow,
    RulingRow,
    RulingWithdrawalRow,
    new_id,
)

MOST_CHARACTERS = 2000

GONE = exists().where(RulingWithdrawalRow.ruling_id == RulingRow.id)


class Rulings:
    """What answers to a question get, as its teacher ruled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        question_id: str,
        text: str,
        author: str,
        mark: float | None = None,
        criteria: Sequence[float | None] | None = None,
    ) -> Ruling:
        """Rules that an answer that says ``text`` gets ``mark``, or those points per criterion.

        None among the points: it says nothing of that criterion. The same ruling again is the
        one that stands. NotFound; InvalidInput: what is missing, or outside of the scale.
        """
        points = None if criteria is None else tuple(criteria)
        with self._database.writing() as session:
            question = _question(session, question_id)
            _check(question, text, mark, points)
            for ruling, _ in standing(session, question_id):
                if (ruling.text, ruling.mark, ruling.criteria) == (text.strip(), mark, points):
                    return ruling
            row = RulingRow(
                id=new_id(),
                question_id=question_id,
                question_version=question.version,
                text=text.strip(),
                mark=mark,
                criteria=points,
                author=author,
                at=datetime.now(UTC),
            )
            session.add(row)
            return _ruling(row, withdrawn=False)

    def of_question(self, question_id: str) -> list[Ruling]:
        """The question's rulings that stand, oldest first."""
        with self._database.reading() as session:
            return [ruling for ruling, _ in standing(session, question_id)]

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """What those of ``ids`` say that are rulings, withdrawn or not."""
        with self._database.reading() as session:
            return {row.id: row.text for row in _rows(session, RulingRow.id.in_(ids))}

    def withdraw(self, ruling_id: str, author: str) -> Ruling:
        """Takes a ruling back; one that was withdrawn stays so. NotFound."""
        with self._database.writing() as session:
            if not _one(session, ruling_id).withdrawn:
                now = datetime.now(UTC)
                session.add(RulingWithdrawalRow(ruling_id=ruling_id, author=author, at=now))
                session.flush()
            return _one(session, ruling_id)


def standing(session: Session, question_id: str) -> list[tuple[Ruling, int]]:
    """A question's rulings that stand, oldest first, with the question's version of each."""
    found = _rows(session, RulingRow.question_id == question_id, ~GONE)
    return [(_ruling(row, withdrawn=False), row.question_version) for row in found]


def _rows(session: Session, *conditions: ColumnElement[bool]) -> Sequence[RulingRow]:
    order = RulingRow.at, RulingRow.id
    return session.scalars(select(RulingRow).where(*conditions).order_by(*order)).all()


def _one(session: Session, ruling_id: str) -> Ruling:
    row = session.get(RulingRow, ruling_id)
    if row is None:
        raise NotFound("This ruling is not in the gradebook. Reload the page.")
    return _ruling(row, session.get(RulingWithdrawalRow, ruling_id) is not None)


def _ruling(row: RulingRow, withdrawn: bool) -> Ruling:
    return Ruling(
        id=row.id,
        question_id=row.question_id,
        text=row.text,
        mark=row.mark,
        criteria=row.criteria,
        author=row.author,
        at=row.at,
        withdrawn=withdrawn,
    )


def _question(session: Session, question_id: str) -> Question:
    found = questions.current(session, QuestionRow.id == question_id)
    if not found:
        raise NotFound("This question is not in the gradebook. Reload the page.")
    return found[0]


def _check(
    question: Question,
    text: str,
    mark: float | None,
    criteria: tuple[float | None, ...] | None,
) -> None:
    if not text.strip():
        raise InvalidInput("Write what such an answer says, then what it gets.")
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"Say it in at most {MOST_CHARACTERS} characters.")
    if mark is None and (criteria is None or all(each is None for each in criteria)):
        raise InvalidInput("Say what such an answer gets: a mark, or which criteria it meets.")
    scale = question.scale
    if mark is not None and not (math.isfinite(mark) and scale.minimum <= mark <= scale.maximum):
        raise InvalidInput(
            f"{question.label} is marked from {scale.minimum:g} to {scale.maximum:g}: "
            f"{mark:g} is outside of that."
        )
    if criteria is not None and len(criteria) != len(question.criteria):
        raise InvalidInput(
            f"{question.label} now has {len(question.criteria)} criteria. Reload the page and "
            "write the ruling again."
        )
