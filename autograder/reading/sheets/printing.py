"""Cover and answer sheets as PDF, for each student of the roster or blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam
from autograder.domain.script import Sheet, Student
from autograder.reading.sheets.layout import PAPERS
from autograder.reading.sheets.payload import LONGEST, exam_mark, written

MOST_SHEETS = 10_000
"""Pages of one file: a thousand students with ten each."""
MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What is to be printed: a set of sheets for each student, and blank sets for anybody."""

    pages: int = 2
    """Answer sheets of a set; with none, a cover sheet goes before the student's own paper."""
    blank: int = 0
    paper: str = "a4"
    cover: bool = False
    boxes: bool = False
    """A labelled box for each question, in the exam's order."""


def print_sheets(exam: Exam, students: Sequence[Student], order: SheetOrder) -> bytes:
    """The sheets as one PDF. InvalidInput: nothing or far too much to print, or no such paper."""
    _check(exam, students, order)
    from autograder.reading.sheets.drawing import Drawing

    drawing = Drawing(exam, students, PAPERS[order.paper])
    for student, copy in _sets(students, order.blank):
        for sheet in sheets_of(exam.id, student, copy, order):
            drawing.add(sheet, student, boxes=order.boxes)
    return drawing.output()


def sheets_of(
    exam_id: str, student: Student | None, copy: str, order: SheetOrder
) -> Iterator[Sheet]:
    """The sheets of one set in their order, a cover sheet (number 0) first where one is wanted."""
    number = student.number if student else ""
    for page in range(0 if order.cover or not order.pages else 1, order.pages + 1):
        sheet = Sheet(exam_mark(exam_id), number, page, order.pages, copy)
        if len(written(sheet)) > LONGEST:
            raise InvalidInput(
                f"The student ID {number} is too long for a code that every scanner can read. "
                "Shorten it on the roster."
            )
        yield sheet


def _sets(students: Sequence[Student], blank: int) -> Iterator[tuple[Student | None, str]]:
    for student in students:
        yield student, ""
    copies: set[str] = set()
    while len(copies) < blank:
        copy = token_hex(3).upper()
        if copy not in copies:
            copies.add(copy)
            yield None, copy


def _check(exam: Exam, students: Sequence[Student], order: SheetOrder) -> None:
    if order.paper not in PAPERS:
        raise InvalidInput(f"There is no paper “{order.paper}”: choose {' or '.join(PAPERS)}.")
    if not 0 <= order.pages <= MOST_PAGES:
        raise InvalidInput(f"A student gets 0 to {MOST_PAGES} answer sheets.")
    if order.blank < 0 or not (students or order.blank):
        raise InvalidInput("There are no students on the roster. Add them, or print blank sheets.")
    if order.boxes and not (exam.questions and order.pages):
        raise InvalidInput("Boxes for the questions need questions, and answer sheets to stand on.")
    if (len(students) + order.blank) * (order.pages + 1) > MOST_SHEETS:
        raise InvalidInput(f"That is more than {MOST_SHEETS} sheets. Print them in parts.")
