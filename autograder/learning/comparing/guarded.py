"""Which figures may not get worse, by how much at most, and what the held-out answers say of it.

This is non-inferiority: a new grader passes a figure only where even the bad end of the 95 %
interval is within the margin. As it must pass every one, checking many doesn't make it easier to
slip through (intersection-union test, Berger 1982).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from autograder.learning.comparing import figures
from autograder.learning.comparing.paired import FEWEST_QUESTIONS
from autograder.metrics import Figure


class Outcome(StrEnum):
    """What is known of one figure."""

    BETTER = "better"
    """All of the interval is above no difference."""
    NO_WORSE = "no worse"
    """All of the interval is within the margin."""
    WORSE = "worse"
    """It isn't all within the margin, and even an interval so wide that all guarded figures'
    hold together is below no difference."""
    UNSURE = "can't tell"
    UNMEASURED = "not measured"
    """Neither grader has it: no answer of the held-out ones could show it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The most by which a figure may get worse, in its own unit, and why so much.

    ``needed``: without it nothing is decided. ``rare``: of things that seldom happen; that none
    happened in n cases leaves up to 3 in n possible (rule of three, Hanley & Lippman-Hand 1983).
    """

    margin: float
    why: str
    needed: bool = False
    rare: bool = False


GUARDS: Mapping[str, Guard] = {
    figures.QWK.name: Guard(
        0.03,
        "a third of the 0.10 by which a machine may fall behind two people's agreement "
        "(Williamson, Xi & Breyer 2012), so that promotions in a row don't use it up",
        needed=True,
    ),
    figures.MAE.name: Guard(
        0.02,
        "on a scale of five marks: one answer in ten a mark further off",
        needed=True,
    ),
    figures.BIAS.name: Guard(
        0.05,
        "0.15 standard deviations of marks (0.33 of the scale), the most by which a machine's mean "
        "may lie off people's (Williamson, Xi & Breyer 2012)",
        needed=True,
    ),
    figures.ECE.name: Guard(
        0.05,
        "what tells a network whose sureness was never checked from a calibrated one "
        "(Guo et al. 2017, table 1)",
        needed=True,
    ),
    figures.UNMARKED.name: Guard(
        0.05, "one answer in twenty more to mark by hand", needed=True, rare=True
    ),
    figures.CRITERIA.name: Guard(0.03, "as for agreement on marks"),
    figures.UNMET.name: Guard(
        0.05, "wider, for unmet criteria are fewer: a grader that passes everything loses far more"
    ),
    figures.ALARM.name: Guard(
        0.05, "one honest answer in twenty more that is looked at with suspicion", rare=True
    ),
    figures.WORKED.name: Guard(
        0.02, "one planted text in fifty more that earns marks", needed=True, rare=True
    ),
    figures.MOVED.name: Guard(
        0.05, "one mark in twenty more that hangs on blanks and capitals", rare=True
    ),
}
"""By a measure's name. The rest is told, not guarded: RMSE and nearness say what MAE says."""


TOGETHER = 1 - 0.05 / 16
"""The level at which the intervals of the 16 guarded figures hold all together (Bonferroni): of
so many figures one is below no difference by chance too often to call a grader worse for it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of both graders on the same answers, and how much nearer to the best the new is."""

    measure: figures.Measure
    terms: str
    """On what terms: knowing none of the teacher's marks, some, or under attack."""
    new: Figure
    current: Figure
    gain: Figure
    """Below 0 the new grader is worse."""
    highest: float
    """The upper end of the gain's interval at the level ``TOGETHER``."""
    cases: int
    """How many cases the figure is over."""
    questions: int
    """How many questions they are of."""

    @property
    def guard(self) -> Guard | None:
        """What it may lose, if it is guarded."""
        return GUARDS.get(self.measure.name)

    @property
    def reach(self) -> tuple[float, float]:
        """The interval of the gain, for rare things at least as wide as the rule of three."""
        low, high = self.gain.low, self.gain.high
        if self.guard and self.guard.rare and self.cases and not isnan(low):
            low = min(low, -3 / self.cases)
        return low, high

    @property
    def outcome(self) -> Outcome:
        """What is known of it; without a guard what it may lose is nothing."""
        if isnan(self.new.value) or isnan(self.current.value):
            return self._without_one()
        low, _ = self.reach
        margin = self.guard.margin if self.guard else 0.0
        if isnan(low) or self.questions < FEWEST_QUESTIONS:
            return Outcome.UNSURE
        if low > 0:
            return Outcome.BETTER
        if low >= -margin - 1e-9:
            return Outcome.NO_WORSE
        return Outcome.WORSE if self.highest < 0 else Outcome.UNSURE

    def _without_one(self) -> Outcome:
        """A figure that the current grader has and the new one hasn't is a loss."""
        if not isnan(self.current.value):
            return Outcome.WORSE
        needed = self.guard is not None and self.guard.needed
        return Outcome.UNSURE if needed else Outcome.UNMEASURED
