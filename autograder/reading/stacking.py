"""A file's pages become stacks, one a script: by their codes, by count or by their first pages.

Nothing is placed on a guess: a page that may belong to several scripts goes to the loose pages,
with a word why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam
from autograder.domain.script import Reading, Sheet
from autograder.reading.code_owners import Owner, owners
from autograder.reading.completeness import incomplete
from autograder.reading.first_pages import first_pages
from autograder.reading.sheets.payload import is_of, understood

__all__ = ["SeenPage", "StackPlan", "Stacked", "incomplete", "stacks"]

CODES, FIRST, PAGES = "", "first", "pages"
USUAL = 0.6
"""The share of scripts of one length from which on another length is worth a look."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What is known of a page before it has a script."""

    source: str
    sheet: Sheet | None = None
    reading: Reading | None = None
    first: bool | None = None
    """Whether it is a script's first page, where that was found out already."""


@dataclass(frozen=True, slots=True)
class StackPlan:
    """The script that pages go to: that of ``student`` (a number), else the one of ``title``."""

    title: str
    student: str = ""
    loose: bool = False
    problem: str = ""


Stacked = list[tuple[StackPlan, list[int]]]
"""Plans with the indexes of their pages, each page once."""


def stacks(pages: Sequence[SeenPage], title: str, way: str, exam: Exam | None = None) -> Stacked:
    """Which pages of a file are together, cut in an ``Upload.way``.

    ``exam`` tells foreign codes from its own, and how its first pages look. InvalidInput: a way
    that there isn't.
    """
    sheets = [page.sheet or _printed(page.reading) for page in pages]
    strange = [bool(exam and sheet and not is_of(sheet, exam.id)) for sheet in sheets]
    foreign = [at for at, is_strange in enumerate(strange) if is_strange]
    here = [at for at, is_strange in enumerate(strange) if not is_strange]
    if way == CODES:
        stacked, lost = _by_codes(here, pages, sheets, title)
    else:
        stacked, lost = _cut(_starts(here, pages, way, exam), here, sheets, title), []
    return stacked + _loose(pages, foreign, lost)


def _printed(reading: Reading | None) -> Sheet | None:
    """The sheet by the text under its code, where that was read without a slip."""
    lines = reading.lines if reading else ()
    return next((sheet for line in lines if (sheet := understood(line.text))), None)


def _by_codes(
    here: Sequence[int], pages: Sequence[SeenPage], sheets: Sequence[Sheet | None], title: str
) -> tuple[Stacked, list[int]]:
    """The stacks of each student or blank copy, and the pages that may be anybody's."""
    if not any(sheets[at] for at in here):
        return ([(StackPlan(title), list(here))] if here else []), []
    placed = dict(zip(here, owners([sheets[at] for at in here]), strict=True))
    found: dict[Owner, list[int]] = {}
    for at, place in placed.items():
        if place.owner:
            found.setdefault(place.owner, []).append(at)
    stacked: Stacked = []
    for owner, mine in found.items():
        notes = [f"{pages[at].source} {placed[at].why}" for at in mine if placed[at].why]
        plan = StackPlan(_name(owner), owner.student, problem=_said(notes))
        stacked.append((plan, _in_order(mine, sheets)))
    return stacked, [at for at, place in placed.items() if place.owner is None]


def _in_order(mine: Sequence[int], sheets: Sequence[Sheet | None]) -> list[int]:
    """By the printed numbers; a page without a code stays behind the one that it followed."""
    ordered, number = [], 0
    for at in mine:
        sheet = sheets[at]
        number = sheet.number if sheet else number
        ordered.append((number, at))
    return [at for _, at in sorted(ordered)]


def _starts(
    here: Sequence[int], pages: Sequence[SeenPage], way: str, exam: Exam | None
) -> list[int]:
    """The places among ``here`` at which scripts begin."""
    counted = re.fullmatch(rf"{PAGES}:([1-9]\d{{0,3}})", way)
    if counted:
        return list(range(0, len(here), int(counted[1])))
    if way != FIRST:
        raise InvalidInput(f"There is no way “{way}” to split a file into scripts.")
    labels = [question.label for question in exam.questions] if exam else []
    looks = first_pages([pages[at].reading for at in here], exam.title if exam else "", labels)
    known = [pages[at].first for at in here]
    begins = [look if told is None else told for look, told in zip(looks, known, strict=True)]
    return [place for place, begin in enumerate(begins) if begin or place == 0]


def _cut(
    starts: Sequence[int], here: Sequence[int], sheets: Sequence[Sheet | None], title: str
) -> Stacked:
    parts = [list(here[start:end]) for start, end in pairwise([*starts, len(here)])]
    usual, often = Counter(map(len, parts)).most_common(1)[0] if parts else (0, 0)
    told = len(parts) > 2 and often >= USUAL * len(parts)
    digits = len(str(len(parts)))
    stacked: Stacked = []
    for number, part in enumerate(parts, 1):
        name = f"{title} {number:0{digits}d}" if len(parts) > 1 else title
        students = sorted({sheet.student for at in part if (sheet := sheets[at]) and sheet.student})
        problems = [f"It has {_pages(len(part))}, most have {usual}"] * (
            told and len(part) != usual
        )
        problems += [f"Sheets of {_all(students)} lie in it"] if len(students) > 1 else []
        student = students[0] if len(students) == 1 else ""
        stacked.append((StackPlan(name, student, problem=_said(problems)), part))
    return stacked


def _loose(pages: Sequence[SeenPage], foreign: Sequence[int], lost: Sequence[int]) -> Stacked:
    if not (foreign or lost):
        return []
    because = (
        (foreign, "from another exam"),
        (lost, "without a code, and next to several scripts"),
    )
    problems = [
        f"{_all([pages[at].source for at in some])}: {why}" for some, why in because if some
    ]
    return [
        (StackPlan("Loose pages", loose=True, problem=_said(problems)), sorted([*foreign, *lost]))
    ]


def _name(owner: Owner) -> str:
    return owner.student or f"Blank sheets {owner.copy}".strip()


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _all(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _said(sentences: Sequence[str]) -> str:
    return " ".join(f"{sentence}." for sentence in sentences)
