"""Whose script this is, by its title and the head of its first page; only when that is certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from autograder.domain.script import Reading, Student
from autograder.reading.headers import fields

HEAD_LINES = 10
SAME_NAME = 85
"""Similarity (0-100) of a written name to the roster's from which it is that student's."""
AHEAD = 12
"""By how much the next best name must be less similar, unless this one is exactly right."""
SHORT_NUMBER = 3
"""Shorter numbers must stand alone: the 7 of "scan 7" is no student's."""
LONG_NUMBER = 6
"""Characters from which on one misread one is forgiven, if no other number is near."""
_LOOKALIKES = str.maketrans("oqilzsbg|", "001125861")


def identify(title: str, first_page: Reading | None, roster: Sequence[Student]) -> Student | None:
    """The student of the roster, or None where the clues are missing, doubtful or contradictory.

    Clues are a number or name in the script's title and in lines such as "Roll No: 17" or "Name:
    Asha Rao" at the head of the first page.
    """
    clues = [_by_number(title, roster), _by_name(title, roster)]
    lines = first_page.lines[:HEAD_LINES] if first_page else ()
    for kind, value in (field for line in lines for field in fields(line.text)):
        if kind == "number":
            clues.append(_by_written_number(value, roster))
        elif kind == "name":
            clues.append(_by_name(value, roster))
    found = {student.id: student for student in clues if student is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _by_number(text: str, roster: Sequence[Student]) -> Student | None:
    """The student whose number stands in ``text`` exactly, leading zeros and all."""
    whole = _plain(text)
    written = {_plain(part) for part in _parts(text)}
    written = {part for part in written if len(part) >= SHORT_NUMBER or part == whole} - {""}
    return _only([student for student in roster if _plain(student.number) in written])


def _by_written_number(value: str, roster: Sequence[Student]) -> Student | None:
    """The student whose number this is as OCR may have read it."""
    exact = _by_number(value, roster)
    if exact:
        return exact
    read = _plain(value).translate(_LOOKALIKES)
    numbers = [(_plain(student.number).translate(_LOOKALIKES), student) for student in roster]
    alike = [student for number, student in numbers if number == read]
    if alike:
        return _only(alike)
    near = [student for number, student in numbers if Levenshtein.distance(number, read) <= 2]
    close = [student for number, student in numbers if Levenshtein.distance(number, read) == 1]
    return _only(close) if len(near) == 1 and len(read) >= LONG_NUMBER else None


def _by_name(text: str, roster: Sequence[Student]) -> Student | None:
    """The student whose name this is, or the only one with that exact first or last name."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    written = " ".join(words)
    if len(written) < 4:
        return None
    scores = sorted(
        ((fuzz.token_sort_ratio(written, student.name.casefold()), student) for student in roster),
        key=lambda pair: -pair[0],
    )
    if scores and scores[0][0] >= SAME_NAME:
        next_best = scores[1][0] if len(scores) > 1 else 0.0
        clear = scores[0][0] - next_best >= (1 if scores[0][0] == 100 else AHEAD)
        return scores[0][1] if clear else None
    if len(words) > 1:
        return None
    return _only([student for student in roster if written in student.name.casefold().split()])


def _parts(text: str) -> Iterator[str]:
    """The text, its words, and neighbouring words together: "18 CS 042" holds "18CS042"."""
    words = re.findall(r"[^\W_]+", text)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 4) + 1):
            yield "".join(words[start:end])


def _plain(number: str) -> str:
    return re.sub(r"[\W_]+", "", number).casefold()


def _only(students: Sequence[Student]) -> Student | None:
    return students[0] if len(students) == 1 else None
