"""From judged criteria to the chances of every mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.domain.exam import Question, Scale, best_of, counted

Chances = Mapping[float, float]
"""Points, or marks, and the probability of each."""


def of_criteria(question: Question, points: Sequence[Chances]) -> Chances:
    """Chances of every mark of the scale, the criteria's ``points`` taken as independent."""
    total: Chances = {0.0: 1.0}
    groups: dict[str, list[Chances]] = {}
    for criterion, chances in zip(question.criteria, points, strict=True):
        if criterion.group:
            groups.setdefault(criterion.group, []).append(chances)
        else:
            total = _sum(total, chances)
    for group, best in best_of(question.criteria).items():
        total = _sum(total, _of_group(groups[group], best))
    marks = dict.fromkeys(question.scale.marks, 0.0)
    for credited, chance in total.items():
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


def _of_group(members: Sequence[Chances], best: int) -> Chances:
    """Chances of what a group comes to. What counts so far is all that the next member can change,
    so the points that count are followed from member to member."""
    held: dict[tuple[float, ...], float] = {(): 1.0}
    for member in members:
        after: dict[tuple[float, ...], float] = {}
        for points, chance in held.items():
            for point, its_chance in member.items():
                kept = counted((*points, point), best)
                after[kept] = after.get(kept, 0.0) + chance * its_chance
        held = after
    result: dict[float, float] = {}
    for points, chance in held.items():
        total = round(sum(points), 6)
        result[total] = result.get(total, 0.0) + chance
    return result


def _sum(one: Chances, other: Chances) -> dict[float, float]:
    result: dict[float, float] = {}
    for a, chance_a in one.items():
        for b, chance_b in other.items():
            value = round(a + b, 6)
            result[value] = result.get(value, 0.0) + chance_a * chance_b
    return result
