"""The gradebook as CSV: one row a student, what the machine said and what counts told apart."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Exam
from autograder.domain.grade import BULK, MarkedAnswer
from autograder.domain.script import Script, Student
from autograder.gradebook.exporters.csv_rows import BLANK, Cell, encode, plain
from autograder.gradebook.standing import Standing, standings, total

NOBODY = BLANK, BLANK
UNSEEN = {BULK: "Accepted unseen."}
"""What stands in the place of a comment by the way in which the mark was given."""


def export(
    exam: Exam,
    students: Sequence[Student],
    scripts: Sequence[Script],
    marked: Sequence[MarkedAnswer],
    bom: bool,
) -> bytes:
    """The gradebook, a row for each student and each script that nobody was found for."""
    lines = standings(exam, students, scripts, marked)
    return encode([_header(exam), *(_row(exam, line) for line in lines)], bom)


def _header(exam: Exam) -> list[Cell]:
    header: list[Cell] = ["Student ID", "Name", "Email", "Section", "Script"]
    for question in exam.questions:
        header += [f"{question.label} {what}" for what in ("machine", "final")]
        header += [f"{question.label} {what}" for what in ("reviewer", "comment")]
    return [*header, "Total machine", "Total final", "Maximum", "Warnings"]


def _row(exam: Exam, line: Standing) -> list[Cell]:
    student = line.student or Student("", "", "")
    titles = "; ".join(script.title for script in line.scripts)
    row: list[Cell] = [student.number, student.name, student.email, student.section, titles]
    for machine, final, answer in zip(line.machine, line.final, line.answers, strict=True):
        review = answer.review if answer else None
        said = (review.reviewer, review.comment or UNSEEN.get(review.way, "")) if review else NOBODY
        row += [plain(machine), plain(final), *said]
    maximum = total(question.scale.maximum for question in exam.questions)
    row += [plain(total(line.machine)), plain(total(line.final)), plain(maximum)]
    return [*row, "; ".join(line.warnings)]
