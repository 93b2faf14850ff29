"""What is printed on a sheet around the student's writing, told by its words."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz import fuzz

from autograder.domain.script import Line, Reading
from autograder.reading.headers import fields, is_page_number
from autograder.reading.sheets.payload import MARK

BEGIN = "Write your answers below this line."
SAME = 85
"""Similarity (0-100) from which a line is one that was printed."""
MOST_LINES = 15


def without_head(reading: Reading, title: str) -> Reading:
    """The reading of a sheet without its printed words: ``title``, name, page, code and marks.

    What a student wrote between them stays; the labels of boxes do, for they say whose answers
    stand there. Where the line that ends the head was not read, nothing is taken away but marks.
    """
    ends = [line.box[3] for line in reading.lines[:MOST_LINES] if _ends_head(line.text)]
    end = max(ends, default=0.0)
    kept = [line for line in reading.lines if not _is_mark(line.text)]
    kept = [line for line in kept if _middle(line) > end or not _is_printed(line.text, title)]
    return replace(reading, lines=tuple(kept))


def _ends_head(text: str) -> bool:
    """By the line itself, or by the text of the code that stands beside it."""
    return text.startswith(f"{MARK}:") or fuzz.partial_ratio(text[: len(BEGIN)], BEGIN) >= SAME


def _is_printed(text: str, title: str) -> bool:
    if _ends_head(text) or fields(text) or is_page_number(text):
        return True
    return fuzz.ratio(text.casefold(), title.casefold()) >= SAME


def _is_mark(text: str) -> bool:
    """A corner mark, read as a letter."""
    return bool(text.strip()) and not text.strip(" ■▪◼▮█")


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2
