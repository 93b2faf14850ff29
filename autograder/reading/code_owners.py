"""Whose the pages of a file are, by the codes on them and around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.domain.script import Sheet

BETWEEN = "has no code; it lies between pages of this script"
ALONE = "has no code; all others of its file are of this script"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a sheet was printed for: a student's number, or one of the blank copies."""

    student: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a page is, None: nobody knows. ``why`` it is, where its own code doesn't say so."""

    owner: Owner | None
    why: str = ""


def owner_of(sheet: Sheet) -> Owner:
    """Who the sheet was printed for."""
    return Owner(sheet.student, sheet.copy)


def owners(sheets: Sequence[Sheet | None]) -> list[Place]:
    """Whose each page of a file is, in the order in which they were scanned.

    A page without a code is the student's whose cover sheet for own paper lies before it, whose
    sheet it is the back of, or who has the sheets on both sides of it or all sheets of the file.
    """
    before, after = list(_nearest(sheets)), list(_nearest(sheets[::-1]))[::-1]
    all_of = {owner_of(sheet) for sheet in sheets if sheet}
    duplex = _is_duplex(sheets)
    places = []
    for at, sheet in enumerate(sheets):
        last, next_ = before[at], after[at]
        if sheet:
            places.append(Place(owner_of(sheet)))
        elif last and _is_own_paper(last):
            places.append(Place(owner_of(last)))
        elif duplex and at % 2 and (front := sheets[at - 1]):
            places.append(Place(owner_of(front)))
        elif last and next_ and owner_of(last) == owner_of(next_):
            places.append(Place(owner_of(last), BETWEEN))
        elif len(all_of) == 1:
            places.append(Place(next(iter(all_of)), ALONE))
        else:
            places.append(Place(None))
    return places


def _nearest(sheets: Sequence[Sheet | None]) -> Iterator[Sheet | None]:
    """For each page the last sheet up to it."""
    last = None
    for sheet in sheets:
        last = sheet or last
        yield last


def _is_own_paper(sheet: Sheet) -> bool:
    return sheet.number == 0 and sheet.of == 0


def _is_duplex(sheets: Sequence[Sheet | None]) -> bool:
    """Whether every other page is the back of a sheet: most fronts have a code, no back has."""
    fronts, backs = sheets[::2], sheets[1::2]
    coded = sum(sheet is not None for sheet in fronts)
    return not any(backs) and len(backs) > 1 and coded > 0.8 * len(fronts)
