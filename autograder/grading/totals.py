"""From judged criteria to the chances of every mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograder.domain.exam import Question, Scale

Chances = Mapping[float, float]
"""Points, or marks, and the probability of each."""


def of_criteria(question: Question, points: Sequence[Chances]) -> Chances:
    """Chances of every mark of the scale, the criteria's ``points`` taken as independent."""
    alone: Chances = {0.0: 1.0}
    groups: dict[str, Chances] = {}
    for criterion, chances in zip(question.criteria, points, strict=True):
        group = criterion.group
        if not group:
            alone = _combined(alone, chances, lambda one, other: one + other)
        elif group in groups:
            groups[group] = _combined(groups[group], chances, max)
        else:
            groups[group] = chances
    for best in groups.values():
        alone = _combined(alone, best, lambda one, other: one + other)
    marks = dict.fromkeys(question.scale.marks, 0.0)
    for credited, chance in alone.items():
        marks[question.mark_for(credited)] += chance
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


def _combined(
    one: Chances, other: Chances, how: Callable[[float, float], float]
) -> dict[float, float]:
    result: dict[float, float] = {}
    for a, chance_a in one.items():
        for b, chance_b in other.items():
            value = round(how(a, b), 6)
            result[value] = result.get(value, 0.0) + chance_a * chance_b
    return result
