"""The paired bootstrap: what chance alone makes of the difference of two graders.

Both graders' columns stand side by side, so every draw holds the same answers for both, and what
is hard about an answer cancels out. Answers to one question are alike, so whole questions are
drawn. Drawing answers anew within each as well would count the spread within questions twice
(Davison & Hinkley 1997, section 3.8): measured, intervals 1.5 times as wide that hold 99 to 100
times of 100. Of fewer than ``FEWEST_QUESTIONS`` the answers are drawn instead: such an interval
holds for just these questions, and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from autograder.metrics import Values

DRAWS = 2000
FEWEST_QUESTIONS = 5
"""Fewer say next to nothing of the next ones, however wide the interval is made."""
LEVEL = 0.95
"""Of an interval."""


def resampled(
    columns: Values, questions: Sequence[str], draws: int = DRAWS, seed: int = 0
) -> Values:
    """Means of ``columns`` (n, k): (1 + draws, k), the first row of the answers as they are.

    The rest of as many questions as there are, drawn with replacement, each with all its answers;
    of answers one by one where questions are too few. The same for the same seed and order.
    """
    columns = np.asarray(columns, dtype=float)
    member = _groups(questions)
    count = int(member.max()) + 1
    sums = np.zeros((count, columns.shape[1] + 1))
    np.add.at(sums, member, np.column_stack([columns, np.ones(len(columns))]))
    chance = np.random.default_rng(seed)
    often = chance.multinomial(count, np.full(count, 1 / count), size=draws)
    totals = np.concatenate([np.ones((1, count)), often]) @ sums
    return np.asarray(totals[:, :-1] / totals[:, -1:])


def _groups(questions: Sequence[str]) -> Values:
    names, member = np.unique(np.asarray(questions), return_inverse=True)
    return member if len(names) >= FEWEST_QUESTIONS else np.arange(len(member))


def interval(drawn: Values, questions: Sequence[str], level: float = LEVEL) -> tuple[float, float]:
    """The interval of a figure from its draws, widened for the number of questions.

    The percentile interval is too narrow where there are few clusters; this is Hesterberg's
    expanded percentile interval (2015, "What Teachers Should Know About the Bootstrap", section
    5.2): the tail is Phi(-sqrt(n / (n - 1)) t(n - 1)). NaN for a single case, and where the
    figure can't be had in most draws.
    """
    kept = drawn[~np.isnan(drawn)]
    count = int(_groups(questions).max()) + 1
    if count < 2 or len(kept) <= len(drawn) / 2:
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [_tail(count, level), 1 - _tail(count, level)])
    return float(low), float(high)


def _tail(count: int, level: float) -> float:
    from scipy.special import stdtrit

    wide = float(stdtrit(count - 1, (1 + level) / 2))
    return NormalDist().cdf(-wide * (count / (count - 1)) ** 0.5)
