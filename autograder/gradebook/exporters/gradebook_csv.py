"""The gradebook as CSV: one row a student, what the machine said and what counts told apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from autograder.domain.exam import Exam
from autograder.domain.grade import BULK, MarkedAnswer
from autograder.domain.script import Script, Student
from autograder.gradebook.formulas import guard
from autograder.gradebook.standing import Standing, standings, total

Cell = str | float | int
BLANK = ""
"""A mark that there isn't; never 0."""
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
    """The gradebook in UTF-8, lines ended by CR LF (RFC 4180); ``bom`` is what Excel needs.

    Text stands in quotes and is guarded against formulas, numbers stand bare and plain.
    """
    rows = [_row(exam, line) for line in standings(exam, students, scripts, marked)]
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([[_cell(cell) for cell in row] for row in [_header(exam), *rows]])
    return file.getvalue().encode("utf-8-sig" if bom else "utf-8", errors="replace")


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
        row += [_mark(machine), _mark(final), *said]
    maximum = total(question.scale.maximum for question in exam.questions)
    row += [_mark(total(line.machine)), _mark(total(line.final)), _mark(maximum)]
    return [*row, "; ".join(line.warnings)]


def _mark(mark: float | None) -> Cell:
    """Two decimals at most, without zeros at the end."""
    if mark is None:
        return BLANK
    rounded = round(mark, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _cell(cell: Cell) -> Cell:
    return guard(cell) if isinstance(cell, str) else cell
