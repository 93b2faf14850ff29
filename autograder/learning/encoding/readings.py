"""Marked answers as a sequence classifier reads them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.domain.exam import Question
from autograder.domain.marked_example import MarkedExample
from autograder.learning.encoding.hard_examples import hard_example
from autograder.learning.encoding.ordinal import between
from autograder.windows import Window, Windows, reference_for

HARD = 0.15
"""The share of answers that are followed by one made of them that only looks good, or bad."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer beside what asks for it. ``share`` of full marks was given, which lies between
    ``low`` and ``high``; ``weight``: how much it counts; ``point``: a criterion, not the whole."""

    windows: tuple[Window, ...]
    share: float
    low: float
    high: float
    question: str
    weight: float = 1.0
    point: bool = False

    @property
    def size(self) -> int:
        """Token ids in all."""
        return sum(len(each.ids) for each in self.windows)


def readings(
    example: MarkedExample, windows: Windows, chance: random.Random | None = None
) -> Iterator[Reading]:
    """The whole answer, and each criterion that was judged; with a ``chance`` hard ones too."""
    question, answer = example.question, example.text
    wanted = reference_for(question, answer)
    marks = question.scale.marks
    share = min(1.0, max(0.0, question.scale.share(example.mark)))
    yield _reading(question, wanted, answer, windows, share, between(marks, example.mark))
    if chance is not None and wanted and chance.random() < HARD:
        text, made = hard_example(question.text, answer, wanted, share, chance)
        mark = question.scale.at(made)
        yield _reading(question, wanted, text, windows, made, between(marks, mark))
    yield from _points(example, windows)


def _points(example: MarkedExample, windows: Windows) -> Iterator[Reading]:
    question = example.question
    judged = [
        (criterion, points)
        for criterion, points in zip(question.criteria, example.criteria or (), strict=False)
        if points is not None and len(criterion.points(question.scale.step)) > 1
    ]
    for criterion, points in judged:
        allowed = criterion.points(question.scale.step)
        share = min(1.0, max(0.0, criterion.share(points)))
        yield _reading(
            question,
            criterion.text,
            example.text,
            windows,
            share,
            between(allowed, points),
            weight=1 / len(judged),
            point=True,
        )


def _reading(
    question: Question,
    wanted: str,
    answer: str,
    windows: Windows,
    share: float,
    reach: tuple[float, float],
    weight: float = 1.0,
    point: bool = False,
) -> Reading:
    shown = windows.of(windows.asked(question.text, wanted), answer)
    return Reading(tuple(shown), share, *reach, question.id, weight, point)


def batches(rows: Sequence[Reading], tokens: int, chance: random.Random) -> Iterator[list[Reading]]:
    """Batches of readings of like length, about so many ``tokens`` each, in random order."""
    sizes = [row.size * chance.uniform(0.9, 1.1) for row in rows]
    groups: list[list[Reading]] = [[]]
    held = 0.0
    for index in sorted(range(len(rows)), key=sizes.__getitem__):
        if groups[-1] and held + rows[index].size > tokens:
            groups.append([])
            held = 0.0
        groups[-1].append(rows[index])
        held += rows[index].size
    chance.shuffle(groups)
    yield from (group for group in groups if group)
