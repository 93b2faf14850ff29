"""Which pages of a pile begin a script, by what stands at their heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from autograder.domain.script import Line, Reading
from autograder.reading.headers import fields, is_page_number, is_title
from autograder.reading.labels import PLAIN, Labels

HEAD_LINES = 8
TOP_LINES = 5
"""Lines from the page's top in which the first question's label counts."""
SAME_TITLE = 85
SAME_NAME, SAME_NUMBER = 75, 70
"""Similarity (0-100) from which a name, and the number beside it, are those of the page before."""
LONG_NUMBER = 4
"""Characters from which a number that is the same outweighs a name that isn't."""
ENOUGH = 2.0
OFTEN = 0.5
"""What stands on more than this share of all pages is printed on each, and begins nothing."""
_LOOKALIKES = str.maketrans("oqilzsbg", "00112589")


@dataclass(frozen=True)
class Head:
    """What the head of a page says."""

    who: dict[str, str] = field(default_factory=dict)
    """``name`` and ``number`` as written; empty where the field is there but nothing in it."""
    page: int | None = None
    title: bool = False
    titled: bool = False
    """Its words are those of some exam's title."""
    opens: bool = False
    """The first question's label stands at the top."""
    goes_on: bool = False
    """Another question's does."""


def first_pages(
    readings: Sequence[Reading | None], title: str = "", labels: Sequence[str] = ()
) -> list[bool]:
    """Whether each page of a pile, in its order, is a script's first.

    ``title`` and ``labels`` are the exam's. A name or number counts most: where it changes a
    script begins, where it stays the script goes on. Then the page's number, then the words.
    """
    known = Labels(labels)
    heads = [_head(reading, title, known) for reading in readings]
    weights = _weights(heads)
    begins = _begins(heads, weights)
    if not any(begins[1:]):
        begins = [head.opens or begin for head, begin in zip(heads, begins, strict=True)]
    return begins


@dataclass(frozen=True)
class _Weights:
    title: float
    fields: float


def _weights(heads: Sequence[Head]) -> _Weights:
    """A title or an empty field on most pages is their print, and needs a label beside it."""
    pages = max(1, len(heads))
    titles = sum(head.title for head in heads) / pages
    empty = sum(bool(head.who) and not any(head.who.values()) for head in heads) / pages
    return _Weights(1.0 if titles > OFTEN else ENOUGH, 1.0 if empty > OFTEN else ENOUGH)


def _begins(heads: Sequence[Head], weights: _Weights) -> list[bool]:
    begins: list[bool] = []
    current: dict[str, str] = {}
    for head in heads:
        begin = _begin(head, current, weights)
        begins.append(begin)
        given = {kind: value for kind, value in head.who.items() if value}
        current = given if begin else given | current
    return begins


def _begin(head: Head, current: dict[str, str], weights: _Weights) -> bool:
    alike = _alike(head.who, current)
    if alike is not None:
        return not alike
    if head.page is not None:
        return head.page == 1
    if any(head.who.values()):
        return True
    evidence = weights.title * head.title + 1.0 * (head.titled and not head.title)
    evidence += weights.fields * bool(head.who) + 1.0 * head.opens - 1.0 * head.goes_on
    return evidence >= ENOUGH


def _alike(who: dict[str, str], current: dict[str, str]) -> bool | None:
    """Whether a page is the same student's as the one before; None: there is nothing to compare.

    Numbers of one class are all alike: they tell students apart where they differ, beyond what
    is misread, or where there is no name.
    """
    both = {
        kind: _similarity(who[kind], current[kind]) for kind in who if _given(kind, who, current)
    }
    if not both:
        return None
    number = both.get("number")
    if "name" not in both:
        return number == 100
    if number == 100 and len(_plain(who["number"])) >= LONG_NUMBER:
        return True
    return both["name"] >= SAME_NAME and (number is None or number >= SAME_NUMBER)


def _given(kind: str, who: dict[str, str], current: dict[str, str]) -> bool:
    return bool(_plain(who[kind]) and _plain(current.get(kind, "")))


def _similarity(one: str, other: str) -> float:
    return fuzz.ratio(_plain(one), _plain(other))


def _head(reading: Reading | None, title: str, labels: Labels) -> Head:
    lines = reading.lines if reading else ()
    top = lines[:HEAD_LINES]
    marks = [_opening(line, labels) for line in lines[:TOP_LINES]]
    opening = next((mark for mark in marks if mark is not None), None)
    return Head(
        {kind: value for line in top for kind, value in fields(line.text) if kind},
        next((number for line in (*top, *lines[-2:]) if (number := _number(line.text))), None),
        any(_is_title_of(line.text, title) for line in top),
        any(is_title(line.text) for line in top),
        opening == 0,
        bool(opening),
    )


def _opening(line: Line, labels: Labels) -> int | None:
    marks = [mark for mark in labels.marks(line.text) if mark.weight >= PLAIN]
    return max(marks, key=lambda mark: mark.weight).question if marks else None


def _number(text: str) -> int | None:
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits and is_page_number(text) else None


def _is_title_of(text: str, title: str) -> bool:
    if not title or len(text) < 0.6 * len(title):
        return False
    return fuzz.partial_ratio(text.casefold(), title.casefold()) >= SAME_TITLE


def _plain(text: str) -> str:
    """Letters and digits, those that look alike as one."""
    return re.sub(r"[\W_]+", "", text).casefold().translate(_LOOKALIKES)
