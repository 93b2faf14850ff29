"""Places that the teacher drew on the template: which of them a line of a scan stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from autograder.domain.script import Box, Line, Region
from autograder.reading.registration import Match, Print, find, moved
from autograder.reading.strips import cut, offsets

INSIDE = 0.5
"""Share of a word from which it stands in a region."""
EDGE = 0.4
"""Share of a line from which the teacher should see that it leaves its region."""
ANOTHER = 1.6
"""A page that another template page fits so many times better is taken for that one."""

UNKNOWN = "This page doesn't look like the template, so the places drawn on it don't help here."
TURNED = "This looks like page {} of the template: check that the pages are in order."


@dataclass(frozen=True)
class Place:
    """A region as it lies on one page of a script. An empty question: nothing to grade there."""

    question_id: str
    corners: NDArray[np.float32]
    """4 x 2, in the page's pixels."""

    def share(self, box: Box) -> float:
        """How much of the box (0-1) lies in it."""
        left, top, right, bottom = box
        area = (right - left) * (bottom - top)
        if area <= 0:
            return 0.0
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
        common, _ = cv2.intersectConvexConvex(self.corners, corners)
        return float(common) / area


@dataclass(frozen=True)
class Layout:
    """The places on one page. None where the page isn't known to be the template's."""

    places: tuple[Place, ...] | None
    note: str = ""


def layout(
    regions: Sequence[Region], template: Mapping[int, Print], page: Print, number: int
) -> Layout:
    """Where the regions lie on the page, which is the script's page ``number``.

    ``template`` has the pages that regions were drawn on. Where nothing was drawn for a page its
    lines go by their labels.
    """
    with_regions = {each.page for each in regions}
    matches = {
        each: match
        for each in sorted(with_regions & set(template))
        if (match := find(template[each], page)) is not None
    }
    if not matches:
        return Layout(None, UNKNOWN if number in with_regions else "")
    best = max(matches, key=lambda each: _worth(matches[each], each == number))
    if best != number and number not in with_regions:
        return Layout(None)  # an extra sheet may have the same letterhead
    drawn = [each for each in regions if each.page == best]
    places = tuple(_place(each, matches[best], template[best]) for each in drawn)
    return Layout(places, "" if best == number else TURNED.format(best))


def parts(line: Line, places: Sequence[Place]) -> list[tuple[Place | None, Line]]:
    """The line, cut where it goes from one place to another; None for what is in no place.

    Lines that stand side by side were read as one.
    """
    if not line.words:
        return [(_place_of(line.box, places), line)]
    owners = [_place_of(word.box, places) for word in line.words]
    begins = [at for at in range(1, len(owners)) if owners[at] is not owners[at - 1]]
    if not begins:
        return [(owners[0], line)]
    starts = [start for start, _ in offsets(line)]
    cuts = [0, *(starts[at] for at in begins), len(line.text)]
    found = [cut(line, start, end) for start, end in pairwise(cuts)]
    return list(zip([owners[at] for at in (0, *begins)], found, strict=True))


def over_the_edge(line: Line, place: Place) -> bool:
    """Whether a part of the line that can't be overlooked stands outside the place."""
    return place.share(line.box) < 1 - EDGE


def _worth(match: Match, own: bool) -> float:
    return (match.points + 1) * (ANOTHER if own else 1.0)


def _place(region: Region, match: Match, template: Print) -> Place:
    left, top, right, bottom = region.box
    shares = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    corners = moved(match.transform, shares * (template.width, template.height))
    return Place(region.question_id, corners.astype(np.float32))


def _place_of(box: Box, places: Sequence[Place]) -> Place | None:
    best = max(places, key=lambda place: place.share(box), default=None)
    return best if best is not None and best.share(box) >= INSIDE else None
