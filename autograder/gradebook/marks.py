"""The marks: what graders predicted and what people decided. Both are only ever added."""

from __future__ import annotations

import gc
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select
from sqlalchemy.orm import Session

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import (
    GROUP,
    OWN,
    Example,
    Maker,
    MarkedAnswer,
    Prediction,
    Review,
    lesson,
)
from autograder.domain.script import Answer
from autograder.gradebook import answer_rows, examples, predictions, questions
from autograder.gradebook.database import Database
from autograder.gradebook.mark_rows import (
    prediction_of,
    review_of,
    review_row,
)
from autograder.gradebook.tables import (
    AnswerRow,
    PredictionRow,
    QuestionRow,
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
        """Keeps what a grader predicted for one answer; see ``record_all``."""
        self.record_all(question, [(answer_id, text_version, prediction)])

    def record_all(
        self, question: Question, predicted: Sequence[tuple[str, int, Prediction]]
    ) -> None:
        """Keeps what a grader predicted for answers (id, version of its text), all or none.

        What its maker said of an answer last, knowing and citing the same, is not said again: so
        nothing changes when a batch is graded once more after a kill. A reviewed answer keeps what
        was said of it as it stands. NotFound: an answer, that version of its text, or that version
        of the question.
        """
        with self._database.writing() as session:
            predictions.record(session, question, predicted)

    def review(
        self,
        answer_id: str,
        mark: float,
        reviewer: str,
        comment: str = "",
        criteria: Sequence[float] | None = None,
        seen: int | None = None,
        way: str = OWN,
    ) -> Review:
        """Keeps a person's decision: any mark between the ends of the question's scale.

        ``criteria`` are points for each criterion in order; ``seen`` is how many reviews the
        reviewer saw. InvalidInput, NotFound; Conflict: somebody reviewed it meanwhile.
        """
        points = None if criteria is None else tuple(map(float, criteria))
        with self._database.writing() as session:
            marked = _marked_one(session, answer_id)
            review = Review(float(mark), reviewer, datetime.now(UTC), comment, points, way)
            _keep(session, marked, review, seen)
            return review

    def review_all(
        self,
        exam_id: str,
        decisions: Sequence[tuple[str, float, int | None]],
        reviewer: str,
        comment: str = "",
        way: str = GROUP,
        criteria: Sequence[float] | None = None,
    ) -> list[str]:
        """Keeps decisions on answers (id, mark, how many reviews were seen), all or none.

        ``criteria`` are the points that each of them gets. Returns the ids of their questions.
        As ``review``; NotFound also: not in that exam.
        """
        chosen = AnswerRow.id.in_([answer_id for answer_id, _, _ in decisions])
        points = None if criteria is None else tuple(map(float, criteria))
        at = datetime.now(UTC)  # the same for all: that it was one decision can be told by it
        with self._database.writing() as session:
            here = {m.answer.id: m for m in _marked(session, chosen, ScriptRow.exam_id == exam_id)}
            for answer_id, mark, seen in decisions:
                if answer_id not in here:
                    raise NotFound("An answer of these is not in the exam. Reload the page.")
                review = Review(float(mark), reviewer, at, comment, points, way)
                _keep(session, here[answer_id], review, seen)
        return sorted({marked.answer.question_id or "" for marked in here.values()})

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
        """The exam's answers that ``maker`` hasn't graded as they and their questions now stand.

        An answer that nobody has reviewed is also due when the teacher has decided something at
        its question since; a reviewed one keeps what was predicted before it was decided.
        """
        chosen = [] if question_ids is None else [AnswerRow.question_id.in_(question_ids)]
        with self._database.reading() as session:
            asked = questions.asked(session, exam_id)
            lessons = {
                each.id: lesson(examples.of_question(session, each.id))
                for each in asked
                if question_ids is None or each.id in question_ids
            }
            due = ~predictions.graded_by(maker, lessons)
            return _marked(session, ~ScriptRow.discarded, *_asked(exam_id), *chosen, due)

    def any_prediction(self, question_id: str) -> bool:
        """Whether a grader has ever predicted a mark at the question."""
        made = exists().where(PredictionRow.question_id == question_id)
        with self._database.reading() as session:
            return bool(session.scalar(select(made)))

    def examples(self, question_id: str, but: str = "") -> list[Example]:
        """The teacher's decisions on a question, but for the one on the answer of id ``but``.

        The newest of each answer, oldest first, with the text as it now stands; then the rulings.
        Those made on another scale than today's, or unseen, are left out.
        """
        with self._database.reading() as session:
            return examples.of_question(session, question_id, but)


def _asked(exam_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ScriptRow.exam_id == exam_id,
        AnswerRow.question_id.is_not(None),
        ~QuestionRow.retired,
    )


def _marked(session: Session, *conditions: ColumnElement[bool]) -> list[MarkedAnswer]:
    with _collecting_later():
        found = answer_rows.load(session, *conditions)
        ids = answer_rows.chosen(*conditions)
        return _with_marks(session, found, ids, predictions.telling(ids))


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
    found = [answer_rows.one(session, answer_id)]
    ids = answer_rows.chosen(AnswerRow.id == answer_id)
    return _with_marks(session, found, ids, PredictionRow.answer_id == answer_id)[0]


def _with_marks(
    session: Session, found: Sequence[Answer], ids: Select[str], counting: ColumnElement[bool]
) -> list[MarkedAnswer]:
    asked = _questions(session, found)
    made = predictions.load(session, counting)
    reviews = _reviews(session, ids)
    return [
        _marked_answer(
            answer,
            asked.get(answer.question_id or ""),
            made[answer.id],
            reviews[answer.id],
        )
        for answer in found
    ]


def _questions(session: Session, found: Sequence[Answer]) -> dict[str, Question]:
    wanted = {answer.question_id for answer in found if answer.question_id}
    asked = questions.current(session, QuestionRow.id.in_(wanted))
    return {question.id: question for question in asked}


def _reviews(session: Session, ids: Select[str]) -> dict[str, list[Row[Any]]]:
    columns = ReviewRow.__table__.c
    query = select(*columns).where(columns.answer_id.in_(ids)).order_by(columns.id)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.answer_id].append(row)
    return found


def _marked_answer(
    answer: Answer,
    question: Question | None,
    made: Sequence[Row[Any]],
    reviews: Sequence[Row[Any]],
) -> MarkedAnswer:
    newest = made[-1] if made else None
    now = answer.current.version, question.version if question else 0
    return MarkedAnswer(
        answer=answer,
        question=question,
        predictions=tuple(map(prediction_of, made)),
        reviews=tuple(map(review_of, reviews)),
        outdated=newest is not None and now != (newest.text_version, newest.question_version),
    )


def _keep(session: Session, marked: MarkedAnswer, review: Review, seen: int | None) -> None:
    question = _check(marked, review.mark, review.criteria)
    _refuse_unseen(marked, seen)
    session.add(review_row(marked.answer, question, review))


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
    raise Conflict(f"{what} since you opened this answer. Look at it, then decide again.")
