"""Mark schemes with their points inline, and marks given point by point.

``<Point1:2>names the cause<Point1:2>`` is worth 2; ``<Point2_case1:1>`` and ``<Point2_case2:1>``
are alternatives. A teacher's ``2/4 points`` comes with ``<Point1:True>,<Point2:False>``. The form
is that of BiboyQG/LLMarking, where a model's feedback reads ``<Point1:2> *True* (reason)``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion
from autograder.domain.marked_example import Points

_NAME = r"Point\s*\d+(?:_case\s*\d+)?"
_WORTH = r"[+-]?\d+(?:[.,]\d+)?"
_TAG = re.compile(rf"<\s*({_NAME})\s*:\s*({_WORTH})\s*>", re.I)
_POINT = re.compile(
    rf"<\s*({_NAME})\s*:\s*({_WORTH})\s*>(.*?)<\s*\1\s*:\s*{_WORTH}\s*>", re.I | re.S
)
_GIVEN = re.compile(
    rf"<\s*({_NAME})\s*:\s*(?:(true|false)\s*>|({_WORTH})\s*>(?:\s*\*+\s*(true|false)\b)?)", re.I
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A reference answer taken apart: its text without tags, its points by their names."""

    reference: str
    points: Mapping[str, Criterion]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The points in the order in which they stand."""
        return tuple(self.points.values())

    def given(self, feedback: str) -> Points | None:
        """The points that a teacher gave for each criterion; None where nothing is said of any.

        InvalidInput: it speaks of a point that the scheme doesn't have.
        """
        said = {_name(match[1]): match for match in _GIVEN.finditer(feedback)}
        strange = next((name for name in said if name not in self.points), None)
        if strange:
            raise InvalidInput(f"it marks “{strange}”, which the mark scheme doesn't have")
        if not said:
            return None
        return tuple(
            _worth_given(said[name], criterion) if name in said else None
            for name, criterion in self.points.items()
        )


def has_points(text: str) -> bool:
    """Whether a reference answer carries its points inline."""
    return _TAG.search(text) is not None


def read_scheme(text: str) -> Scheme:
    """Takes a reference answer apart. InvalidInput: a point isn't closed, or stands there twice."""
    found = list(_POINT.finditer(text))
    names = [_name(match[1]) for match in found]
    left = _TAG.search(_POINT.sub("", text))
    if left:
        raise InvalidInput(f"“{left[0]}” is not closed: write it before and behind its words")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InvalidInput(f"“{twice}” stands there twice: number the points one by one")
    cases = Counter(_group(name) for name in names)
    points = {
        name: Criterion(
            _words(match[3]), _number(match[2]), _group(name) if cases[_group(name)] > 1 else ""
        )
        for name, match in zip(names, found, strict=True)
    }
    without = re.sub(r"\s+([.,;:])", r"\1", _words(_TAG.sub(" ", text)))
    return Scheme(without if found else text, points)


def _worth_given(match: re.Match[str], criterion: Criterion) -> float:
    said = match[2] or match[4]
    if said:
        return criterion.marks if said.casefold() == "true" else 0.0
    return _number(match[3])


def _name(written: str) -> str:
    point, _, case = re.sub(r"\s", "", written).casefold().partition("_")
    return point.capitalize() + (f"_{case}" if case else "")


def _group(name: str) -> str:
    return name.partition("_")[0]


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _words(text: str) -> str:
    return " ".join(text.split())
