"""The exams and their questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam, Question
from autograder.gradebook import questions
from autograder.gradebook.database import Database
from autograder.gradebook.tables import ExamRow, QuestionRow, new_id


class Exams:
    """Exams. Nothing here is ever deleted: exams are archived and questions retired."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, title: str, course: str = "") -> Exam:
        """A new exam without questions."""
        return self.save(Exam("", title, course))

    def save(self, exam: Exam) -> Exam:
        """Makes the stored exam what ``exam`` says; without an id, or with a new one, adds it.

        A question is known by its id, else by its label. A changed one becomes a new version, a
        missing one is retired; marks stay. InvalidInput: no title, or two questions of one label.
        """
        _refuse_doubles(exam.questions)
        with self._database.writing() as session:
            row = session.get(ExamRow, exam.id) if exam.id else None
            if row is None:
                row = ExamRow(id=exam.id or new_id(), created=datetime.now(UTC))
                session.add(row)
            row.title, row.course, row.archived = _title(exam.title), exam.course.strip(), False
            session.flush()
            _save_questions(session, row.id, exam.questions)
            return _exam(session, row)

    def all(self) -> list[Exam]:
        """All exams but archived ones, newest first."""
        return self._exams(~ExamRow.archived)

    def archived(self) -> list[Exam]:
        """The archived exams, newest first."""
        return self._exams(ExamRow.archived.is_(True))

    def get(self, exam_id: str) -> Exam:
        """The exam of that id, archived or not. NotFound."""
        with self._database.reading() as session:
            return _exam(session, exam_row(session, exam_id))

    def of_question(self, question_id: str) -> str:
        """The id of the exam that a question belongs to. NotFound."""
        with self._database.reading() as session:
            row = session.get(QuestionRow, question_id)
        if row is None:
            raise NotFound("This question is not in the gradebook. Reload the page.")
        return row.exam_id

    def versions(self, exam_id: str) -> dict[tuple[str, int], Question]:
        """Every version of the exam's questions as it stood, by the question's id and version."""
        with self._database.reading() as session:
            found = questions.ever(session, exam_id)
        return {(question.id, question.version): question for question in found}

    def rename(self, exam_id: str, title: str, course: str) -> Exam:
        """Gives an exam another title and course. NotFound; InvalidInput: no title."""
        with self._database.writing() as session:
            row = exam_row(session, exam_id)
            row.title, row.course = _title(title), course.strip()
            return _exam(session, row)

    def archive(self, exam_id: str) -> None:
        """Takes an exam off the list; all of it is kept. NotFound."""
        with self._database.writing() as session:
            exam_row(session, exam_id).archived = True

    def restore(self, exam_id: str) -> None:
        """Puts an archived exam back on the list. NotFound."""
        with self._database.writing() as session:
            exam_row(session, exam_id).archived = False

    def save_question(self, exam_id: str, question: Question) -> Question:
        """Adds a question at the end, or a version to the one of its id where it changed.

        InvalidInput: no label, or another question has it. NotFound: no such exam.
        """
        with self._database.writing() as session:
            exam_row(session, exam_id)
            return questions.put(session, exam_id, question)

    def retire_question(self, exam_id: str, question_id: str) -> None:
        """Takes a question out of the exam; its answers and marks are kept. NotFound."""
        with self._database.writing() as session:
            _question_row(session, exam_id, question_id).retired = True

    def order_questions(self, exam_id: str, question_ids: Sequence[str]) -> None:
        """Puts the named questions into this order, others behind them. NotFound."""
        with self._database.writing() as session:
            for question_id in question_ids:
                _question_row(session, exam_id, question_id)
            named = list(dict.fromkeys(question_ids))
            others = [q.id for q in questions.asked(session, exam_id) if q.id not in named]
            questions.place(session, named + others)

    def _exams(self, condition: ColumnElement[bool]) -> list[Exam]:
        query = select(ExamRow).where(condition).order_by(ExamRow.created.desc())
        with self._database.reading() as session:
            return [_exam(session, row) for row in session.scalars(query)]


def exam_row(session: Session, exam_id: str) -> ExamRow:
    """The exam's row. NotFound."""
    row = session.get(ExamRow, exam_id)
    if row is None:
        raise NotFound("This exam is not in the gradebook. Choose one from the list.")
    return row


def _question_row(session: Session, exam_id: str, question_id: str) -> QuestionRow:
    row = session.get(QuestionRow, question_id)
    if row is None or row.exam_id != exam_id:
        raise NotFound("This question is not in the exam. Reload the page.")
    return row


def _exam(session: Session, row: ExamRow) -> Exam:
    return Exam(row.id, row.title, row.course, tuple(questions.asked(session, row.id)))


def _title(title: str) -> str:
    if not title.strip():
        raise InvalidInput("Give the exam a title.")
    return title.strip()


def _save_questions(session: Session, exam_id: str, wanted: Sequence[Question]) -> None:
    known = questions.current(session, QuestionRow.exam_id == exam_id)
    asked = {each.id for each in questions.asked(session, exam_id)}
    known.sort(key=lambda question: question.id not in asked)  # labels of asked ones come first
    matched = [_match(each, known) for each in wanted]
    # Retired first, so that a label can pass from one question to another.
    for question_id in asked:
        session.get_one(QuestionRow, question_id).retired = True
    session.flush()
    kept = [questions.put(session, exam_id, question) for question in matched]
    questions.place(session, [question.id for question in kept])


def _match(question: Question, known: Sequence[Question]) -> Question:
    """The question under the id that it has in the gradebook, if it is there."""
    if question.id:
        return question
    same = next((each for each in known if questions.same_label(each, question)), None)
    return question if same is None else replace(question, id=same.id)


def _refuse_doubles(wanted: Sequence[Question]) -> None:
    for index, question in enumerate(wanted):
        if any(questions.same_label(question, other) for other in wanted[:index]):
            raise InvalidInput(f"Two questions are labelled {question.label}. Rename one of them.")
