"""Marks that a teacher gave elsewhere: one line for each student and question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Exam, Question
from autograder.domain.script import Student
from autograder.formats.csv_table import Row, number, read_table
from autograder.gradebook.importers.roster_csv import NUMBERS
from autograder.gradebook.questions import label_key

QUESTIONS = ("question", "questionlabel", "label", "q")
MARKS = ("mark", "marks", "score", "points", "grade")
COMMENTS = ("comment", "comments", "feedback", "remark", "remarks")
MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A mark for the student of number ``student`` at the question labelled ``question``."""

    student: str
    question: str
    mark: float
    comment: str


def read_reviews(path: Path, exam: Exam, students: Sequence[Student]) -> list[GivenMark]:
    """Reads ``student_id,question,mark,comment``; lines without a mark are skipped.

    RefusedFile, naming up to five lines: a student or question that the exam doesn't have, a
    mark outside the question's scale, or two marks for the same answer. All or nothing.
    """
    table = read_table(path)
    for names, what in ((NUMBERS, "student_id"), (QUESTIONS, "question"), (MARKS, "mark")):
        if table.first_of(names) is None:
            raise RefusedFile(path.name, f"its first line names no column “{what}”.")
    reader = _Reader(exam, students, table.first_of(NUMBERS) or "")
    for row in table.rows:
        if row.get(*MARKS):
            reader.read(row)
    if reader.problems:
        raise RefusedFile(path.name, _told(reader.problems))
    return reader.found


class _Reader:
    """Reads line by line and gathers what is wrong with them."""

    def __init__(self, exam: Exam, students: Sequence[Student], column: str) -> None:
        self._questions = {label_key(question.label): question for question in exam.questions}
        self._numbers = {student.number for student in students}
        self._column = column
        self._lines: dict[tuple[str, str], int] = {}
        self.found: list[GivenMark] = []
        self.problems: list[str] = []

    def read(self, row: Row) -> None:
        student, label = row.get(self._column), row.get(*QUESTIONS)
        question = self._questions.get(label_key(label))
        if student not in self._numbers:
            self._wrong(row, f"no student has the ID “{student}”")
        elif question is None:
            self._wrong(row, f"the exam has no question “{label}”")
        elif (first := self._lines.setdefault((student, question.label), row.line)) != row.line:
            self._wrong(row, f"{student} has a mark for {label} in line {first} already")
        else:
            self._take(row, student, question)

    def _take(self, row: Row, student: str, question: Question) -> None:
        text = row.get(*MARKS)
        mark, scale = number(text), question.scale
        if mark is not None and scale.minimum <= mark <= scale.maximum:
            self.found.append(GivenMark(student, question.label, mark, row.get(*COMMENTS)))
            return
        limits = f"{scale.minimum:g} to {scale.maximum:g}"
        self._wrong(row, f"{question.label} is marked {limits}, not “{text}”")

    def _wrong(self, row: Row, problem: str) -> None:
        self.problems.append(f"line {row.line}: {problem}")


def _told(problems: Sequence[str]) -> str:
    more = len(problems) - MOST_PROBLEMS
    told = "; ".join(problems[:MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")
    return f"{told}. Correct the file and try again; nothing was taken from it."
