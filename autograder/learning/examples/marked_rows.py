"""Rows of marked answers become examples: one question with one scale for all rows of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Question, credit
from autograder.domain.marked_example import MarkedExample, Points
from autograder.learning.examples.points import Scheme
from autograder.learning.examples.scales import scale_of
from autograder.learning.examples.written_marks import WrittenMark, read_mark

PERCENT = 100.0
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row as it stands in a file, whatever the form of the file."""

    id: str
    exam: str
    where: str
    question_id: str
    question: str
    scheme: Scheme
    rubric: str
    text: str
    written: WrittenMark
    points: Points | None
    minimum: float = 0.0
    maximum: float | None = None
    comment: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Rows of one key are answers to one question."""
        return self.exam, self.question_id


class MarkedQuestion:
    """A question as all rows of it show it."""

    def __init__(self, rows: Sequence[MarkedRow]) -> None:
        stated = [each for each in map(_stated, rows) if each is not None]
        criteria = _first(each.scheme.criteria for each in rows) or ()
        full = credit(criteria, [max(0.0, each.marks) for each in criteria])
        self.is_guessed = not stated and not full
        maximum = Counter(stated).most_common(1)[0][0] if stated else full or _highest(rows)
        minimum = min(rows[0].minimum, maximum - 1)
        on_it = [mark for row in rows if (mark := _on(row, maximum)) is not None]
        self.question = Question(
            id=rows[0].question_id,
            label=rows[0].question_id[:40],
            text=_first(each.question for each in rows) or "",
            scale=scale_of(maximum, on_it, criteria, minimum),
            reference_answers=_references(rows),
            criteria=criteria,
            rubric=_first(each.rubric for each in rows) or "",
        )

    def example(self, row: MarkedRow) -> MarkedExample:
        """A row's answer. InvalidInput: its mark is off the scale, or on another one."""
        scale = self.question.scale
        mark = _on(row, scale.maximum)
        if mark is None:
            raise InvalidInput(
                f"it is marked out of {row.written.most:g}, most answers to “{self.question.label}”"
                f" out of {scale.maximum:g}"
            )
        if not scale.minimum <= mark <= scale.maximum:
            span = f"{scale.minimum:g} to {scale.maximum:g}"
            raise InvalidInput(f"its mark {mark:g} is off the scale, which goes from {span}")
        fitting = row.points if len(row.points or ()) == len(self.question.criteria) else None
        comment = "\n".join(dict.fromkeys(filter(None, (row.comment, row.written.words))))
        return MarkedExample(
            row.id, self.question, row.text, mark, fitting, row.exam, row.where, comment
        )


def mark_in(cell: str, criteria: Sequence[Criterion], points: Points | None) -> WrittenMark:
    """The mark of a cell, else what all its points come to. InvalidInput: neither is there."""
    try:
        return read_mark(cell)
    except InvalidInput:
        if points is None or not _all_said(criteria, points):
            raise
        given = [each or 0.0 for each in points]
        return WrittenMark(credit(criteria, given), words=cell.strip())


def _all_said(criteria: Sequence[Criterion], points: Points) -> bool:
    """Whether each criterion was judged, of alternatives at least one."""
    pairs = list(zip(criteria, points, strict=True))
    said = {criterion.group for criterion, point in pairs if point is not None}
    return all(
        criterion.group in said if criterion.group else point is not None
        for criterion, point in pairs
    )


def _highest(rows: Sequence[MarkedRow]) -> float:
    """The highest mark given, rounded up: nobody marks out of 4.5."""
    return max(1, math.ceil(max(each.written.mark for each in rows)))


def _stated(row: MarkedRow) -> float | None:
    """The maximum that a row states; a percentage states none where another one is known."""
    return row.maximum or row.written.most


def _on(row: MarkedRow, maximum: float) -> float | None:
    """The row's mark out of ``maximum``; None where it is out of something else."""
    most = row.written.most
    if most in (None, maximum):
        return row.written.mark
    return row.written.mark / PERCENT * maximum if most == PERCENT else None


def _references(rows: Sequence[MarkedRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.scheme.reference for each in rows if each.scheme.reference))


def _first(told: Iterable[Told]) -> Told | None:
    """The first that says something: some files write a question's text on one row only."""
    return next((each for each in told if each), None)
