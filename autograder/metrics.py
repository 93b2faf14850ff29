"""How far predicted marks agree with a teacher's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Values = np.ndarray


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric with its 95 % interval; ``value`` is NaN where it can't be computed."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


def qwk(given: Values, predicted: Values) -> float:
    """Quadratic weighted kappa (Cohen 1968) of two equal-length arrays of marks in equal steps.

    By their moments (Fleiss & Cohen 1973), so that what one step is doesn't matter. 1 is perfect,
    0 is chance; NaN where both are one and the same constant.
    """
    given, predicted = np.asarray(given, dtype=float), np.asarray(predicted, dtype=float)
    apart = given.mean() - predicted.mean()
    by_chance = given.var() + predicted.var() + apart**2
    if by_chance < 1e-12:
        return float("nan")
    together = np.mean((given - given.mean()) * (predicted - predicted.mean()))
    return float(2 * together / by_chance)


def pearson(given: Values, predicted: Values) -> float:
    """Pearson's r; NaN where one side doesn't vary."""
    if len(given) < 2 or np.std(given) < 1e-12 or np.std(predicted) < 1e-12:
        return float("nan")
    return float(np.corrcoef(given, predicted)[0, 1])


def rmse(given: Values, predicted: Values) -> float:
    """Root mean square error."""
    return float(np.sqrt(np.mean((np.asarray(given) - np.asarray(predicted)) ** 2)))


def mae(given: Values, predicted: Values) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(np.asarray(given) - np.asarray(predicted))))


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Answers about which a grader was about as sure: how sure, and how often rightly."""

    low: float
    high: float
    answers: int
    confidence: float
    right: float


def confidence_bins(confidence: Values, right: Values, bins: int = 10) -> list[ConfidenceBin]:
    """The points of a reliability diagram: bins of equal width (0-1) that aren't empty."""
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    bucket = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        ConfidenceBin(
            low=float(index / bins),
            high=float((index + 1) / bins),
            answers=int(own.sum()),
            confidence=float(confidence[own].mean()),
            right=float(right[own].mean()),
        )
        for index in np.unique(bucket)
        if (own := bucket == index).any()
    ]


def calibration_error(confidence: Values, right: Values, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Naeini et al. 2015)."""
    found = confidence_bins(confidence, right, bins)
    gaps = sum(abs(each.confidence - each.right) * each.answers for each in found)
    return gaps / len(confidence)


def acceptable_share(confidence: Values, right: Values, agreement: float = 0.95) -> float:
    """The largest share of answers, surest first, of which at least ``agreement`` are right.

    Equal confidences stand or fall together.
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    surest = confidence[order]
    ends = np.append(surest[1:] < surest[:-1], True)
    good = np.flatnonzero(ends & (running >= agreement))
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


@dataclass(frozen=True, slots=True)
class Decisions:
    """Agreement on criteria: accuracy, and precision and recall of both classes."""

    accuracy: float
    met_precision: float
    met_recall: float
    unmet_precision: float
    unmet_recall: float


def decisions(given: Values, predicted: Values) -> Decisions:
    """Compares two arrays of booleans; NaN where a class doesn't occur."""
    given, predicted = np.asarray(given, dtype=bool), np.asarray(predicted, dtype=bool)
    return Decisions(
        accuracy=_share(given == predicted, np.ones_like(given)),
        met_precision=_share(given, predicted),
        met_recall=_share(predicted, given),
        unmet_precision=_share(~given, ~predicted),
        unmet_recall=_share(~predicted, ~given),
    )


def _share(hits: Values, among: Values) -> float:
    return float(hits[among].mean()) if among.any() else float("nan")


def wilson(hits: float, among: float) -> Figure:
    """A share with its 95 % score interval (Wilson 1927); honest for few and for all or none."""
    if not among:
        return Figure(float("nan"))
    share, z = hits / among, 1.959964
    middle = (share + z**2 / (2 * among)) / (1 + z**2 / among)
    reach = z / (1 + z**2 / among) * np.sqrt(share * (1 - share) / among + (z / (2 * among)) ** 2)
    return Figure(
        share, max(0.0, float(middle - reach)), min(1.0, max(share, float(middle + reach)))
    )


def resampled_means(
    values: Values, groups: Sequence[str], draws: int = 400, seed: int = 0
) -> Values:
    """Means of the columns of ``values`` (n, k) in bootstrap samples of whole groups: (draws, k).

    What ``bootstrap`` does, for metrics that follow from means: all draws at once.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.zeros((len(names), values.shape[1] + 1))
    np.add.at(sums, member, np.column_stack([values, np.ones(len(values))]))
    chance = np.random.default_rng(seed)
    often = chance.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    totals = often @ sums
    return np.asarray(totals[:, :-1] / totals[:, -1:])


def bootstrap(
    metric: Callable[[Values], float], groups: Sequence[str], draws: int = 400, seed: int = 0
) -> Figure:
    """A metric of row indexes with its 95 % percentile interval, whole groups drawn anew.

    Answers to one question are alike, so questions are drawn, not answers (cluster bootstrap,
    Field & Welsh 2007). With fewer than three questions answers are drawn: too narrow, but said so
    by the number of questions beside it.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    rows = [np.flatnonzero(member == index) for index in range(len(names))]
    if len(rows) < 3:
        rows = [np.array([index]) for index in range(len(member))]
    chance = np.random.default_rng(seed)
    whole = np.arange(len(member))
    found = []
    for _ in range(draws):
        drawn = chance.integers(0, len(rows), len(rows))
        found.append(metric(np.concatenate([rows[index] for index in drawn])))
    kept = np.array(found)[~np.isnan(found)]
    low, high = np.percentile(kept, [2.5, 97.5]) if len(kept) else (np.nan, np.nan)
    return Figure(metric(whole), float(low), float(high))
