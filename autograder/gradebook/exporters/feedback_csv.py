"""What each student may be told, as CSV: one row a student, for a mail merge or an LMS.

Marks that nobody has confirmed and words that contradict the mark stay out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Exam
from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import Script, Student
from autograder.gradebook.exporters.csv_rows import Cell, encode, plain
from autograder.gradebook.standing import Standing, standings, total

ALL_IN_ONE = "Feedback comments"
"""Moodle's name for the column of its grading worksheet that takes all that is said."""


def export(
    exam: Exam,
    students: Sequence[Student],
    scripts: Sequence[Script],
    marked: Sequence[MarkedAnswer],
    bom: bool,
) -> bytes:
    """A row for each student: by question the mark and what to say, then all of it in one cell."""
    lines = [line for line in standings(exam, students, scripts, marked) if line.student]
    return encode([_header(exam), *(_row(exam, line) for line in lines)], bom)


def feedback_on(answer: MarkedAnswer) -> str:
    """The teacher's comment, else the machine's words where the teacher left its mark as it was."""
    review, predicted = answer.review, answer.predicted
    if review is None:
        return ""
    agreed = predicted is not None and predicted.mark == review.mark and not answer.outdated
    return review.comment or (predicted.feedback if predicted and agreed else "")


def _header(exam: Exam) -> list[Cell]:
    header: list[Cell] = ["Student ID", "Name", "Email", "Section"]
    for question in exam.questions:
        header += [f"{question.label} mark", f"{question.label} feedback"]
    return [*header, "Total", "Maximum", ALL_IN_ONE]


def _row(exam: Exam, line: Standing) -> list[Cell]:
    student = line.student or Student("", "", "")
    row: list[Cell] = [student.number, student.name, student.email, student.section]
    confirmed = [each if each and each.review else None for each in line.answers]
    for answer in confirmed:
        row += [plain(answer.mark), feedback_on(answer)] if answer else [plain(None), ""]
    marks = [answer.mark if answer else None for answer in confirmed]
    maximum = total(question.scale.maximum for question in exam.questions)
    said = [_told(answer) for answer in confirmed if answer]
    return [*row, plain(total(marks)), plain(maximum), "\n".join(said)]


def _told(answer: MarkedAnswer) -> str:
    question = answer.question
    label = f"{question.label}: " if question else ""
    out_of = f" of {plain(question.scale.maximum)}" if question else ""
    return f"{label}{plain(answer.mark)}{out_of}. {feedback_on(answer)}".strip()
