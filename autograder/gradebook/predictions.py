"""Predictions in the tables: which of them count, and how a batch of them is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, literal, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from autograder.domain.errors import NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import BULK, Maker, Prediction
from autograder.gradebook.mark_rows import citation_id, prediction_columns
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    CitationRow,
    PredictionRow,
    QuestionVersionRow,
    ReviewRow,
)


def load(session: Session, which: ColumnElement[bool]) -> dict[str, list[Row[*tuple[Any, ...]]]]:
    """Rows of predictions with the passages that they cite, oldest first, by answer."""
    columns = PredictionRow.__table__.c
    query = select(*columns, CitationRow.passages).join(
        CitationRow, CitationRow.id == columns.citation
    )
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(query.where(which).order_by(columns.id)):
        found[row.answer_id].append(row)
    return found


def telling(ids: Select[str]) -> ColumnElement[bool]:
    """Picks of each answer's predictions the newest, and the newest before a person looked.

    The others are history: after a hundred reviews there are a hundred of every answer.
    """
    made, looked = PredictionRow, ReviewRow
    newest = select(func.max(made.id)).where(made.answer_id.in_(ids)).group_by(made.answer_id)
    first = (
        select(looked.answer_id, func.min(looked.at).label("at"))
        .where(looked.answer_id.in_(ids), looked.way != BULK)
        .group_by(looked.answer_id)
        .subquery()
    )
    foreseen = (
        select(func.max(made.id))
        .join(first, (first.c.answer_id == made.answer_id) & (made.at < first.c.at))
        .group_by(made.answer_id)
    )
    return made.id.in_(newest.union(foreseen))


def graded_by(maker: Maker, lessons: Mapping[str, str]) -> ColumnElement[bool]:
    """Whether that maker's newest prediction of today's text and question knows all it could.

    ``lessons`` are today's, by question; a reviewed answer needs none.
    """
    text, question, made = AnswerTextRow, QuestionVersionRow, PredictionRow
    newest_text = select(func.max(text.version)).where(text.answer_id == AnswerRow.id)
    newest_question = select(func.max(question.version)).where(
        question.question_id == AnswerRow.question_id
    )
    known = (
        select(made.lesson)
        .where(
            made.answer_id == AnswerRow.id,
            made.text_version == newest_text.correlate(AnswerRow).scalar_subquery(),
            made.question_version == newest_question.correlate(AnswerRow).scalar_subquery(),
            *_made_by(maker),
        )
        .order_by(made.id.desc())
        .limit(1)
        .correlate(AnswerRow)
        .scalar_subquery()
    )
    today = case(dict(lessons), value=AnswerRow.question_id, else_="") if lessons else literal("")
    reviewed = exists().where(ReviewRow.answer_id == AnswerRow.id)
    return func.coalesce(known == today, False) | (reviewed & known.is_not(None))


def _made_by(maker: Maker) -> tuple[ColumnElement[bool], ...]:
    made = PredictionRow
    return (
        made.grader == maker.grader,
        made.model == maker.model,
        made.adapter == maker.adapter,
        made.prompt == maker.prompt,
    )


def record(
    session: Session, question: Question, predicted: Sequence[tuple[str, int, Prediction]]
) -> None:
    """Adds predictions of answers (id, version of the text), but what was said last. NotFound.

    That of a reviewed answer never moves: somebody may have reviewed it while it was graded.
    """
    ids = [answer_id for answer_id, _, _ in predicted]
    known = {(answer_id, version) for answer_id, version in session.execute(_text_versions(ids))}
    if session.get(QuestionVersionRow, (question.id, question.version)) is None or any(
        (answer_id, version) not in known for answer_id, version, _ in predicted
    ):
        raise NotFound("The answer or question of this mark is not in the gradebook.")
    said, reviewed = _said_last(session, ids), _reviewed(session, ids)
    now, rows = datetime.now(UTC), []
    for answer_id, version, prediction in predicted:
        of = version, question.id, question.version
        last = said.get((answer_id, prediction.maker), ())
        now_said = *of, prediction.lesson, citation_id(prediction.passages)
        if last == now_said or (answer_id in reviewed and last[:3] == of):
            continue
        rows.append(
            {
                "answer_id": answer_id,
                "text_version": version,
                "question_id": question.id,
                "question_version": question.version,
                "at": now,
                **prediction_columns(prediction),
            }
        )
    if rows:
        cited = {citation_id(each.passages): each.passages for _, _, each in predicted}
        citations = [{"id": key, "passages": held, "at": now} for key, held in cited.items()]
        session.execute(insert(CitationRow).on_conflict_do_nothing(), citations)
        session.execute(insert(PredictionRow), rows)


def _text_versions(ids: Sequence[str]) -> Select[str, int]:
    text = AnswerTextRow
    return select(text.answer_id, text.version).where(text.answer_id.in_(ids))


def _reviewed(session: Session, ids: Sequence[str]) -> set[str]:
    return set(session.scalars(select(ReviewRow.answer_id).where(ReviewRow.answer_id.in_(ids))))


def _said_last(
    session: Session, ids: Sequence[str]
) -> dict[tuple[str, Maker], tuple[int | str, ...]]:
    """What each maker's newest prediction of each answer is of, what it knew and what it cites."""
    made = PredictionRow
    kinds = made.answer_id, made.grader, made.model, made.adapter, made.prompt
    newest = select(func.max(made.id)).where(made.answer_id.in_(ids)).group_by(*kinds)
    of = made.text_version, made.question_id, made.question_version
    columns = *of, made.lesson, made.citation
    query = select(*kinds, *columns).where(made.id.in_(newest))
    return {
        (row.answer_id, Maker(row.grader, row.model, row.adapter, row.prompt)): (
            row.text_version,
            row.question_id,
            row.question_version,
            row.lesson,
            row.citation,
        )
        for row in session.execute(query)
    }
