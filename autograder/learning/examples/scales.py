"""The scale that marks were given on, where a file only says how many there were at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.domain.exam import Criterion, Scale

STEPS = (1.0, 0.5, 0.25, 0.1)
"""The steps that teachers mark in, the coarsest first."""
MOST_STEPS = 1000
"""On one scale, however high its maximum is."""
FEW = 10
"""A maximum up to this is marked in halves where the marks show no step of their own."""


def scale_of(
    maximum: float,
    marks: Iterable[float],
    criteria: Sequence[Criterion] = (),
    minimum: float = 0.0,
) -> Scale:
    """``minimum`` to ``maximum`` in the coarsest step on which all marks and criteria stand."""
    shown = [*(mark - minimum for mark in marks), *(abs(each.marks) for each in criteria)]
    wide = maximum - minimum
    for step in STEPS:
        if wide / step <= MOST_STEPS and step <= wide and _fits(step, [*shown, wide]):
            return Scale(minimum, maximum, step)
    return Scale(minimum, maximum, _usual(wide))


def _fits(step: float, values: Iterable[float]) -> bool:
    return all(abs(value / step - round(value / step)) < 1e-6 for value in values)


def _usual(wide: float) -> float:
    """Means of several markers stand on no step: near enough is what a person could give."""
    if wide <= 1:
        return wide / 10
    if wide > MOST_STEPS:
        return wide / MOST_STEPS
    return 0.5 if wide <= FEW else 1.0
