"""Where on a page it says whose it is: to show it to who asks, to cover it for who marks blind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rapidfuzz import fuzz

from autograder.domain.script import Box, Line, Reading, Student
from autograder.reading.clues import HEAD_LINES, SHORT_NUMBER
from autograder.reading.headers import fields
from autograder.reading.misreading import plain
from autograder.reading.naming import together

SAME_NAME = 85
"""Similarity (0-100) from which a part of a line is the student's name: rather too much covered."""
SHORT_NAME = 5
"""Letters: a shorter name stands by chance in many words, and is only covered in its field."""


def name_lines(reading: Reading, student: Student | None = None) -> list[Line]:
    """Lines that say whose page it is: fields at its head, and its student's name anywhere."""
    head = reading.lines[:HEAD_LINES]
    found = [line for line in reading.lines if student and _names(line.text, student)]
    for line, below in zip_longest(head, head[1:]):
        named = [value for kind, value in fields(line.text) if kind]
        if named:
            found.append(line)
        if below is not None and "" in [plain(value) for value in named] and not fields(below.text):
            found.append(below)  # the box below its label
    return [line for line in reading.lines if line in found]


def around(lines: Sequence[Line]) -> Box | None:
    """The box that holds all lines."""
    if not lines:
        return None
    left, top, right, bottom = zip(*(line.box for line in lines), strict=True)
    return min(left), min(top), max(right), max(bottom)


def _names(text: str, student: Student) -> bool:
    written, name, number = plain(text), plain(student.name), together(student.number)
    if len(number) > SHORT_NUMBER and number in together(text):
        return True
    turned = " ".join(reversed(name.split()))
    return (
        len(name) >= SHORT_NAME
        and len(written) >= len(name) * SAME_NAME / 100
        and any(fuzz.partial_ratio(way, written) >= SAME_NAME for way in (name, turned))
    )
