"""The lines of a page that say whose it is and what it is, and answer nothing."""

from __future__ import annotations

import re

_END = r"\s*(?P<mark>[.:;#=\-–—_]+|\s)\s*(?P<value>.*)$"
_NUMBER = r"(?:no|num|number|id|#)?"
_NAMES = r"(?:student'?s?\s*|candidate'?s?\s*|full\s*)?name"
_NUMBERS = (
    rf"(?:(?:student|candidate|roll|enrol?l?ment|reg(?:istration|d|n)?|matric(?:ulation)?|"
    rf"seat|exam)[\s.]*{_NUMBER}|usn|id(?:\s*{_NUMBER})|u\.?s\.?n)"
)
_OTHERS = (
    r"(?:date|day|time|duration|class|section|sec|sem(?:ester)?|branch|dept|department|course|"
    r"subject(?:\s*code)?|code|group|batch|year|marks?(?:\s*obtained)?|max(?:imum)?\.?\s*marks|"
    r"total(?:\s*marks)?|score|grade|teacher|instructor|signature|invigilator|e-?mail)"
)
_TITLE = re.compile(
    r"\b(exam|examination|test|quiz|assignment|homework|university|college|school|institute|"
    r"department|internal|assessment|mid-?\s?term|end-?\s?term|semester|answer\s*sheet|"
    r"answer\s*book(?:let)?)\b",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"^\W*(?:(?:page|pg|p)[\s.:]*(?:no)?[\s.:]*\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?"
    r"|\d{1,3}\s*of\s*\d{1,3}|[-–—~]\s*\d{1,3}\s*[-–—~]|p\.?\s*t\.?\s*o\.?)\W*$",
    re.IGNORECASE,
)
LONGEST_TITLE = 8
"""Words: a title is a short line."""
LONGEST_VALUE = 6
"""Words: "Name: ..." with more behind it is a sentence."""


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\W*{words}{_END}", re.IGNORECASE)


_FIELDS = (("name", _pattern(_NAMES)), ("number", _pattern(_NUMBERS)), ("", _pattern(_OTHERS)))
_FIELD_START = re.compile(rf"(?<!\w)(?:{_NAMES}|{_NUMBERS}|{_OTHERS})\s*[.:;#=–—_-]", re.IGNORECASE)


def fields(text: str) -> list[tuple[str, str]]:
    """The fields of a line such as "Name: Asha Rao  Roll No: 17": kind and value of each.

    Kinds are ``name``, ``number`` (the student's) and "" (date, class, marks and the like). An
    empty list means that the line holds more than fields.
    """
    text = text.strip()
    starts = [match.start() for match in _FIELD_START.finditer(text)]
    starts = [0, *(start for start in starts if start)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        field = _field(text[start:end])
        if field is None:
            return []
        found.append(field)
    return found


def is_page_number(text: str) -> bool:
    """Whether the line is a page's number or "P.T.O."."""
    return bool(_PAGE.match(text.strip()))


def is_title(text: str) -> bool:
    """Whether the line could be the title of an exam, by its words."""
    return len(text.split()) <= LONGEST_TITLE and bool(_TITLE.search(text))


def is_header(text: str, first_page: bool) -> bool:
    """Whether the whole line belongs to a page's head; only asked of lines there.

    On later pages, where an answer may go on, only what says whose page it is or holds a number.
    """
    found = fields(text)
    if first_page:
        return bool(found) or is_page_number(text) or is_title(text)
    sure = any(kind for kind, _ in found) or (bool(found) and re.search(r"\d", text))
    return bool(sure) or is_page_number(text)


def _field(part: str) -> tuple[str, str] | None:
    for kind, pattern in _FIELDS:
        match = pattern.match(part + " ")
        if match and len(match["value"].split()) <= LONGEST_VALUE:
            value = match["value"].strip(" \t.:_-–—")
            if match["mark"].strip() or (kind and value and value[0].isupper() | value.isalnum()):
                return kind, value
    return None
