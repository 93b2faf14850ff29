"""From judged criteria to the chances of every mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.domain.exam import Question, Scale, best_of, counted

Chances = Mapping[float, float]
"""Points, or marks, and the probability of each."""
Chance = float | np.ndarray
"""A probability, or an array of them, each under another assumption about the teacher."""


def of_criteria(question: Question, points: Sequence[Mapping[float, Chance]]) -> dict[float, Any]:
    """Chances of every mark of the scale, the criteria's ``points`` taken as independent.

    They are numbers, or arrays of one shape, as those of ``points`` are.
    """
    total: Mapping[float, Chance] = {0.0: 1.0}
    groups: dict[str, list[Mapping[float, Chance]]] = {}
    for criterion, chances in zip(question.criteria, points, strict=True):
        if criterion.group:
            groups.setdefault(criterion.group, []).append(chances)
        else:
            total = _sum(total, chances)
    for group, best in best_of(question.criteria).items():
        total = _sum(total, _of_group(groups[group], best))
    marks: dict[float, Chance] = dict.fromkeys(question.scale.marks, 0.0)
    for credited, chance in total.items():
        mark = question.mark_for(credited)
        marks[mark] = marks[mark] + chance
    return marks


def of_levels(scale: Scale, levels: Chances) -> Chances:
    """Chances of every mark from those of some points of the scale, each mark near its own."""
    nearest = {mark: min(levels, key=lambda level: abs(level - mark)) for mark in scale.marks}
    shared_by = {level: list(nearest.values()).count(level) for level in levels}
    return {mark: levels[level] / shared_by[level] for mark, level in nearest.items()}


def median(chances: Chances) -> float:
    """The mark that is as likely too low as too high; unlike the mean it never lies where no
    chance is."""
    passed = 0.0
    for mark, chance in sorted(chances.items()):
        passed += chance
        if passed >= 0.5 - 1e-9:
            return mark
    return max(chances)


def expected(scale: Scale, chances: Chances) -> float:
    """The mark nearest to the one to expect, which strays least; the lowest where that is
    likelier than all others together, so that nothing is earned by hope."""
    if chances[scale.minimum] >= 0.5:
        return scale.minimum
    return scale.nearest(mean(chances))


def mean(chances: Chances) -> float:
    """The mark to expect."""
    return sum(mark * chance for mark, chance in chances.items())


def _of_group(members: Sequence[Mapping[float, Chance]], best: int) -> dict[float, Chance]:
    """Chances of what a group comes to. What counts so far is all that the next member can change,
    so the points that count are followed from member to member."""
    held: dict[tuple[float, ...], Chance] = {(): 1.0}
    for member in members:
        after: dict[tuple[float, ...], Chance] = {}
        for points, chance in held.items():
            for point, its_chance in member.items():
                kept = counted((*points, point), best)
                after[kept] = after.get(kept, 0.0) + chance * its_chance
        held = after
    result: dict[float, Chance] = {}
    for points, chance in held.items():
        total = round(sum(points), 6)
        result[total] = result.get(total, 0.0) + chance
    return result


def _sum(one: Mapping[float, Chance], other: Mapping[float, Chance]) -> dict[float, Chance]:
    result: dict[float, Chance] = {}
    for a, chance_a in one.items():
        for b, chance_b in other.items():
            value = round(a + b, 6)
            result[value] = result.get(value, 0.0) + chance_a * chance_b
    return result
