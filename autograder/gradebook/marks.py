"""The marks: what graders predicted and what people decided. Both are only ever added."""

from __future__ import annotations

import gc
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import Example, Maker, MarkedAnswer, Prediction, Review
from autograder.domain.script import Answer
from autograder.gradebook import answers, questions
from autograder.gradebook.database import Database
from autograder.gradebook.mark_rows import (
    prediction_columns,
    prediction_of,
    review_of,
    review_row,
)
from autograder.gradebook.tables import (
    AnswerRow,
    AnswerTextRow,
    PredictionRow,
    QuestionRow,
    QuestionVersionRow,
    ReviewRow,
    ScriptRow,
)


class Marks:
    """Predictions and reviews of answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, answer_id: str, text_version: int, question: Question, prediction: Prediction
    ) -> None:
        """Keeps what a grader predicted; the same once more, after a kill, changes nothing.

        NotFound: the answer, that version of its text, or that version of the question.
        """
        with self._database.writing() as session:
            text = session.get(AnswerTextRow, (answer_id, text_version))
            version = session.get(QuestionVersionRow, (question.id, question.version))
            if text is None or version is None:
                raise NotFound("The answer or question of this mark is not in the gradebook.")
            row = insert(PredictionRow).values(
                answer_id=answer_id,
                text_version=text_version,
                question_id=question.id,
                question_version=question.version,
                at=datetime.now(UTC),
                **prediction_columns(prediction),
            )
            session.execute(row.on_conflict_do_nothing())

    def review(
        self,
        answer_id: str,
        mark: float,
        reviewer: str,
        comment: str = "",
        criteria: Sequence[float] | None = None,
        seen: int | None = None,
    ) -> Review:
        """Keeps a person's decision: any mark between the ends of the question's scale.

        ``criteria`` are points for each criterion in order; ``seen`` is how many reviews the
        reviewer saw. InvalidInput, NotFound; Conflict: somebody reviewed it meanwhile.
        """
        with self._database.writing() as session:
            marked = _marked_one(session, answer_id)
            question = _check(marked, mark, criteria)
            _refuse_unseen(marked, seen)
            review = Review(
                mark=float(mark),
                reviewer=reviewer,
                at=datetime.now(UTC),
                comment=comment,
                criteria=None if criteria is None else tuple(map(float, criteria)),
            )
            session.add(review_row(marked.answer, question, review))
            return review

    def get(self, answer_id: str) -> MarkedAnswer:
        """The answer of that id with all that was said about its mark. NotFound."""
        with self._database.reading() as session:
            return _marked_one(session, answer_id)

    def of_exam(self, exam_id: str) -> list[MarkedAnswer]:
        """An exam's answers to questions that aren't retired, script by script.

        Without discarded scripts, and without what is placed at no question.
        """
        with self._database.reading() as session:
            return _marked(session, ~ScriptRow.discarded, *_asked(exam_id))

    def of_question(self, question_id: str) -> list[MarkedAnswer]:
        """All answers to a question, without those of discarded scripts."""
        with self._database.reading() as session:
            return _marked(session, ~ScriptRow.discarded, AnswerRow.question_id == question_id)

    def to_grade(
        self, exam_id: str, maker: Maker, question_ids: Sequence[str] | None = None
    ) -> list[MarkedAnswer]:
        """The exam's answers that ``maker`` hasn't graded as they and their questions now stand."""
        chosen = [] if question_ids is None else [AnswerRow.question_id.in_(question_ids)]
        with self._database.reading() as session:
            return _marked(
                session, ~ScriptRow.discarded, *_asked(exam_id), *chosen, ~_graded_by(maker)
            )

    def examples(self, question_id: str, but: str = "") -> list[Example]:
        """The teacher's decisions on answers to a question, but for the answer of id ``but``.

        The newest of each answer, oldest first, with the text as it now stands. Those made on
        another scale than today's would teach the wrong thing and are left out.
        """
        where = (~ScriptRow.discarded, AnswerRow.question_id == question_id, AnswerRow.id != but)
        with self._database.reading() as session:
            texts = {each.id: each.current.text for each in answers.load(session, *where)}
            now = questions.current(session, QuestionRow.id == question_id)
            decided = _decisions(session, question_id)
        return [
            _example(texts[answer_id], review, then, now[0])
            for answer_id, (review, row) in decided.items()
            if answer_id in texts and (then := questions.question_of(row)).scale == now[0].scale
        ]


def _asked(exam_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ScriptRow.exam_id == exam_id,
        AnswerRow.question_id.is_not(None),
        ~QuestionRow.retired,
    )


def _marked(session: Session, *conditions: ColumnElement[bool]) -> list[MarkedAnswer]:
    with _collecting_later():
        found = answers.load(session, *conditions)
        return _with_marks(session, found, answers.chosen(*conditions))


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Puts the garbage collector off: it would walk the words of a whole exam over and over.

    Half of the time to load an exam goes there, and nothing that is loaded holds cycles.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _marked_one(session: Session, answer_id: str) -> MarkedAnswer:
    found = [answers.one(session, answer_id)]
    return _with_marks(session, found, answers.chosen(AnswerRow.id == answer_id))[0]


def _with_marks(session: Session, found: Sequence[Answer], ids: Select[str]) -> list[MarkedAnswer]:
    asked = _questions(session, found)
    predictions = _by_answer(session, PredictionRow, ids)
    reviews = _by_answer(session, ReviewRow, ids)
    return [
        _marked_answer(
            answer,
            asked.get(answer.question_id or ""),
            predictions[answer.id],
            reviews[answer.id],
        )
        for answer in found
    ]


def _questions(session: Session, found: Sequence[Answer]) -> dict[str, Question]:
    wanted = {answer.question_id for answer in found if answer.question_id}
    asked = questions.current(session, QuestionRow.id.in_(wanted))
    return {question.id: question for question in asked}


def _by_answer(
    session: Session, table: type[PredictionRow | ReviewRow], ids: Select[str]
) -> dict[str, list[Row[Any]]]:
    columns = table.__table__.c
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    query = select(*columns).where(columns.answer_id.in_(ids)).order_by(columns.id)
    for row in session.execute(query):
        found[row.answer_id].append(row)
    return found


def _marked_answer(
    answer: Answer,
    question: Question | None,
    predictions: Sequence[Row[Any]],
    reviews: Sequence[Row[Any]],
) -> MarkedAnswer:
    newest = predictions[-1] if predictions else None
    now = answer.current.version, question.version if question else 0
    return MarkedAnswer(
        answer=answer,
        question=question,
        predictions=tuple(map(prediction_of, predictions)),
        reviews=tuple(map(review_of, reviews)),
        outdated=newest is not None and now != (newest.text_version, newest.question_version),
    )


def _graded_by(maker: Maker) -> ColumnElement[bool]:
    """Whether a prediction of that maker goes by the newest text and the newest question."""
    text, question, made = AnswerTextRow, QuestionVersionRow, PredictionRow
    newest_text = select(func.max(text.version)).where(text.answer_id == AnswerRow.id)
    newest_question = select(func.max(question.version)).where(
        question.question_id == AnswerRow.question_id
    )
    return exists().where(
        made.answer_id == AnswerRow.id,
        made.text_version == newest_text.correlate(AnswerRow).scalar_subquery(),
        made.question_version == newest_question.correlate(AnswerRow).scalar_subquery(),
        made.grader == maker.grader,
        made.model == maker.model,
        made.adapter == maker.adapter,
        made.prompt == maker.prompt,
    )


def _check(marked: MarkedAnswer, mark: float, criteria: Sequence[float] | None) -> Question:
    question = marked.question
    if question is None:
        raise InvalidInput("Say first which question this answers, then mark it.")
    scale = question.scale
    if not (math.isfinite(mark) and scale.minimum <= mark <= scale.maximum):
        raise InvalidInput(
            f"{question.label} is marked from {scale.minimum:g} to {scale.maximum:g}: "
            f"{mark:g} is outside of that."
        )
    if criteria is not None and len(criteria) != len(question.criteria):
        raise InvalidInput(
            f"{question.label} now has {len(question.criteria)} criteria. Reload the page and "
            "mark the answer again."
        )
    return question


def _refuse_unseen(marked: MarkedAnswer, seen: int | None) -> None:
    if seen is None or seen == len(marked.reviews):
        return
    newest = marked.reviews[-1] if marked.reviews else None
    what = f"{newest.reviewer} has given it {newest.mark:g}" if newest else "Its reviews changed"
    raise Conflict(f"{what} since you opened this answer. Reload it, then decide again.")


def _decisions(
    session: Session, question_id: str
) -> dict[str, tuple[ReviewRow, QuestionVersionRow]]:
    """The newest review of each answer, oldest first, with the question as it then stood."""
    query = (
        select(ReviewRow, QuestionVersionRow)
        .join(
            QuestionVersionRow,
            (QuestionVersionRow.question_id == ReviewRow.question_id)
            & (QuestionVersionRow.version == ReviewRow.question_version),
        )
        .where(ReviewRow.question_id == question_id)
        .order_by(ReviewRow.id)
    )
    newest: dict[str, tuple[ReviewRow, QuestionVersionRow]] = {}
    for review, version in session.execute(query):
        newest.pop(review.answer_id, None)
        newest[review.answer_id] = review, version
    return newest


def _example(text: str, review: ReviewRow, then: Question, now: Question) -> Example:
    criteria = review.criteria if then.criteria == now.criteria else None
    return Example(text, review.mark, criteria)
