"""The figures of agreement as CSV: one figure a line, with its interval and what it is of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from math import isnan

from autograder.formats.formulas import guard
from autograder.grading.agreeing.agreement import Agreement
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder.metrics import Figure

HEADER = ("Of", "Question", "Criterion", "Markers", "Measure", "Value", "Low", "High", "Answers")
Cell = str | float | int
Line = tuple[Cell, ...]


def export(found: ExamAgreement) -> bytes:
    """UTF-8 with the mark that Excel needs, lines ended by CR LF (RFC 4180).

    Text stands in quotes and is guarded against formulas; a figure that can't be had is empty.
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows(map(_guarded, [HEADER, *_lines(found)]))
    return file.getvalue().encode("utf-8-sig", errors="replace")


def _lines(found: ExamAgreement) -> Iterator[Line]:
    if found.pooled.answers:
        yield from _figures(("exam", "", "", ""), found.pooled)
        error, answers = found.calibration_error, found.pooled.answers
        yield from [_line(("exam", "", "", ""), "calibration_error", error, answers)]
    for question in found.questions:
        own = found.by_question[question.id]
        yield from _figures(("question", question.label, "", ""), own)
    for each in found.criteria:
        about = ("criterion", each.question.label, each.criterion.text, "")
        yield _line(about, "judged_alike", each.same, each.answers)
        yield _line(about, "machine_only", Figure(len(each.machine_only)), each.answers)
        yield _line(about, "teacher_only", Figure(len(each.teacher_only)), each.answers)
    for point in found.confidence:
        sure = f"sure {point.low:.0%} to {point.high:.0%}"
        yield _line(
            ("confidence", "", sure, ""), "confidence", Figure(point.confidence), point.answers
        )
        yield _line(("confidence", "", sure, ""), "right", Figure(point.right), point.answers)
    for pair in found.markers:
        yield from _figures(("markers", "", "", f"{pair.first} and {pair.second}"), pair.agreement)


def _figures(about: tuple[str, str, str, str], own: Agreement) -> Iterator[Line]:
    for field in fields(own):
        value = getattr(own, field.name)
        if isinstance(value, Figure):
            yield _line(about, field.name, value, own.answers)


def _line(about: tuple[str, str, str, str], measure: str, figure: Figure, answers: int) -> Line:
    values = (_number(each) for each in (figure.value, figure.low, figure.high))
    return (*about, measure, *values, answers)


def _number(value: float) -> Cell:
    return "" if isnan(value) else round(value, 4)


def _guarded(line: Line) -> list[Cell]:
    return [guard(cell) if isinstance(cell, str) else cell for cell in line]
