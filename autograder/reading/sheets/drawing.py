"""The sheets' look: what stands on the paper, drawn by fpdf2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fpdf import FPDF

from autograder.domain.exam import Exam
from autograder.domain.script import Sheet, Student
from autograder.reading.sheets import fonts
from autograder.reading.sheets.codes import drawing
from autograder.reading.sheets.head import BEGIN
from autograder.reading.sheets.layout import (
    CODE,
    HEAD,
    SIDE,
    TOP,
    Box,
    Paper,
    shared_out,
    stacked,
)
from autograder.reading.sheets.payload import written

TITLE, LARGE, TEXT, SMALL, TINY = 15.0, 24.0, 11.0, 8.0, 6.5  # points
SMALLEST = 6.0
GRAY = 110
SHARPNESS = 8
"""Pixels of the picture a module of the code; viewers that smooth pictures leave it crisp."""
OWN_PAPER = "This student's own pages follow, up to the next cover sheet."
NAME, NUMBER = "Name:", "Student ID:"


class Drawing:
    """A PDF that grows by a sheet a page."""

    def __init__(self, exam: Exam, students: Sequence[Student], paper: Paper) -> None:
        self._exam = exam
        self._paper = paper
        names = [each for student in students for each in (student.name, student.number)]
        labels = [question.label for question in exam.questions]
        self._fonts = fonts.needed([exam.title, exam.course, *labels, *names])
        self._pdf = self._empty()

    def add(self, sheet: Sheet, student: Student | None, boxes: bool) -> None:
        """Adds the page of one sheet; ``student`` is None on a blank one."""
        self._pdf.add_page()
        for left, top, width, height in self._paper.marks:
            self._pdf.rect(left, top, width, height, style="F")
        self._code(sheet)
        if sheet.number:
            self._answer_sheet(sheet, student, boxes)
        else:
            self._cover(sheet, student)

    def output(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _empty(self) -> FPDF:
        pdf = FPDF(format=(self._paper.width, self._paper.height))
        pdf.set_auto_page_break(False)
        pdf.set_title(self._exam.title)
        pdf.set_line_width(0.25)
        for file in self._fonts:
            pdf.add_font(file.stem, "", file)
        pdf.set_fallback_fonts([file.stem for file in self._fonts[1:]])
        return pdf

    def _code(self, sheet: Sheet) -> None:
        code = drawing(sheet, SHARPNESS)
        self._pdf.image(code, *self._paper.code(code.width // SHARPNESS))
        label = (SIDE, TOP + CODE + 4.2, self._paper.width - 2 * SIDE, 3.5)
        self._write(label, written(sheet), TINY, align="R", gray=GRAY)

    def _answer_sheet(self, sheet: Sheet, student: Student | None, boxes: bool) -> None:
        width = self._paper.beside_code
        self._write((SIDE, TOP, width, 8), self._exam.title, TITLE)
        self._who(student, TOP + 10, TEXT)
        page = f"Page {sheet.number} of {sheet.of}"
        self._write((SIDE, TOP + 29, width, 5), page, TEXT)
        self._write((SIDE, HEAD - 6, width, 4), BEGIN, SMALL, gray=GRAY)
        self._pdf.rect(*self._paper.answers)
        if boxes:
            for label, box in self._boxes(sheet):
                self._pdf.rect(*box)
                self._write((box[0] + 2, box[1] + 1.5, box[2] - 4, 6), label, TEXT)

    def _boxes(self, sheet: Sheet) -> Iterator[tuple[str, Box]]:
        here = shared_out(len(self._exam.questions), sheet.of)[sheet.number - 1]
        labels = [self._exam.questions[index].label for index in here]
        yield from zip(labels, stacked(self._paper.answers, len(labels)), strict=True)

    def _cover(self, sheet: Sheet, student: Student | None) -> None:
        width = self._paper.width - 2 * SIDE
        beside = self._paper.beside_code
        self._write((SIDE, TOP, beside, 6), "Cover sheet", TEXT, gray=GRAY)
        self._write((SIDE, TOP + 8, beside, 12), self._exam.title, LARGE)
        self._write((SIDE, TOP + 20, beside, 7), self._exam.course, TEXT)
        self._who(student, 70, TITLE)
        many = f"{sheet.of} answer sheets follow." if sheet.of > 1 else "1 answer sheet follows."
        follows = many if sheet.of else OWN_PAPER
        self._write((SIDE, 104, width, 7), follows, TEXT, gray=GRAY)

    def _who(self, student: Student | None, top: float, size: float) -> None:
        """Name and number; on blank sheets a box to write each in."""
        room = self._paper.beside_code if top < TOP + CODE else self._paper.width - 2 * SIDE
        height = size * 0.8
        lines = (
            (NAME, student.name if student else ""),
            (NUMBER, student.number if student else ""),
        )
        for row, (label, value) in enumerate(lines):
            box = (SIDE, top + row * (height + 0.6), room, height)
            if student is None:
                self._pdf.rect(*box)
                self._write((SIDE + 2, *box[1:]), label, SMALL, gray=GRAY)
            else:
                self._write(box, f"{label} {value}", size)

    def _write(self, box: Box, text: str, size: float, align: str = "L", gray: int = 0) -> None:
        """One line of text, made smaller and at last cut off where the box is too narrow."""
        left, top, width, height = box
        text = fonts.printable(text, self._fonts)
        pdf = self._pdf
        pdf.set_text_shaping(not text.isascii())  # slow, and for other scripts than English
        pdf.set_font(self._fonts[0].stem, "", size)
        wide = pdf.get_string_width(text)
        if wide > width:
            pdf.set_font_size(max(SMALLEST, size * width / wide))
        while text and pdf.get_string_width(text) > width + 0.1:
            text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
        pdf.set_text_color(gray)
        pdf.set_xy(left - pdf.c_margin if align == "L" else left, top)
        pdf.cell(width + 2 * pdf.c_margin, height, text, align=align)
