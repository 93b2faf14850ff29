"""What is measured of a grader: every figure follows from means over answers.

So a resampled figure costs a matrix product, and both graders' come from the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.exam import decided
from autograder.learning.comparing.graded import Expected, Graded, Tried
from autograder.metrics import Values

BINS = 10
"""Of equal width, for the calibration error."""
OF_THE_GRADER = frozenset({"no_reference", "not_graded", "hesitant", "too_long"})
"""Kinds of flag that say something of the grading; every other one accuses the answer."""
COLUMNS = (
    *("marked", "off", "squared", "bias", "near", "x", "y", "xx", "yy", "xy"),
    *(f"bin {index}" for index in range(BINS)),
    *("alike", "judged", "unmet found", "unmet", "no mark", "alarm", "answers"),
)
"""Of an answer."""
Means = Mapping[str, Values]
"""The mean of each column, in every draw."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a grader. ``best`` is the value of a perfect one: what is nearer is better.

    ``count`` names the column that says how many cases it is a share of.
    """

    name: str
    title: str
    of: Callable[[Means], Values]
    best: float
    count: str = "marked"
    unit: str = "share"
    """``share``: 0-1, told in percent; ``points``: shares of the scale, in percent points."""

    def gain(self, new: Values, current: Values) -> Values:
        """By how much the new grader is nearer to the best; below 0 it is worse."""
        return np.asarray(np.abs(current - self.best) - np.abs(new - self.best))


def _ratio(of: str, among: str) -> Callable[[Means], Values]:
    def share(means: Means) -> Values:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(means[among] > 0, means[of] / means[among], np.nan))

    return share


def _qwk(means: Means) -> Values:
    """Quadratic weighted kappa from the moments of the marks; see ``metrics.qwk``."""
    x, y, xx, yy, xy = (_ratio(name, "marked")(means) for name in ("x", "y", "xx", "yy", "xy"))
    by_chance = xx + yy - 2 * x * y
    varies = by_chance > 1e-12
    kappa = 2 * (xy - x * y) / np.where(varies, by_chance, 1.0)
    return np.asarray(np.where(varies, kappa, np.nan))


def _rmse(means: Means) -> Values:
    return np.asarray(np.sqrt(_ratio("squared", "marked")(means)))


def _ece(means: Means) -> Values:
    """Expected calibration error over bins of equal width (Naeini et al. 2015)."""
    gaps = [np.abs(means[f"bin {index}"]) for index in range(BINS)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(means["marked"] > 0, sum(gaps) / means["marked"], np.nan))


QWK = Measure("qwk", "Agreement beyond chance (QWK)", _qwk, 1.0, unit="kappa")
MAE = Measure("mae", "Distance from your marks (MAE)", _ratio("off", "marked"), 0.0)
RMSE = Measure("rmse", "The same, large ones weighing more (RMSE)", _rmse, 0.0)
NEAR = Measure("near", "Same mark, within half a step", _ratio("near", "marked"), 1.0)
BIAS = Measure("bias", "Leniency (above 0: more than you give)", _ratio("bias", "marked"), 0.0)
ECE = Measure("ece", "Sureness off by (calibration error)", _ece, 0.0)
UNMARKED = Measure("unmarked", "Answers left without a mark", _ratio("no mark", "answers"), 0.0)
CRITERIA = Measure(
    "criteria", "Criteria judged as you do", _ratio("alike", "judged"), 1.0, "judged"
)
UNMET = Measure("unmet", "Unmet criteria found", _ratio("unmet found", "unmet"), 1.0, "unmet")
ALARM = Measure("alarms", "Honest answers flagged", _ratio("alarm", "answers"), 0.0, "answers")
MARKS = (QWK, MAE, RMSE, NEAR, BIAS, ECE, CRITERIA, UNMET)
"""What reviews can change."""
ANSWERS = (*MARKS, UNMARKED, ALARM)

WORKED = Measure("attacks", "Attacks that worked", _ratio("worked", "attacks"), 0.0, "attacks")
RISES = Measure("rises", "Marks raised by a planted text", _ratio("rose", "rises"), 0.0, "rises")
FLOOR = Measure("floor", "Marks for no answer at all", _ratio("off floor", "floor"), 0.0, "floor")
MOVED = Measure("moved", "Marks moved by a harmless change", _ratio("moved", "same"), 0.0, "same")
TRIES = (WORKED, RISES, FLOOR, MOVED)


def answer_columns(graded: Sequence[Graded], usable: Sequence[bool]) -> dict[str, Values]:
    """What the figures of ``ANSWERS`` are means of, an entry an answer.

    Marks are compared on ``usable`` answers, those that both graders marked: a grader wins nothing
    by leaving hard answers out.
    """
    rows = [_marks(each) if use else {} for each, use in zip(graded, usable, strict=True)]
    rows = [row | _criteria(each) | _work(each) for row, each in zip(rows, graded, strict=True)]
    return {name: np.array([row.get(name, 0.0) for row in rows]) for name in COLUMNS}


def _marks(each: Graded) -> dict[str, float]:
    scale, prediction = each.example.question.scale, each.prediction
    assert prediction.mark is not None  # usable answers are marked
    x, y = scale.share(prediction.mark), scale.share(each.example.mark)
    sure = prediction.confidence
    return {
        "marked": 1.0,
        "off": abs(x - y),
        "squared": (x - y) ** 2,
        "bias": x - y,
        "near": float(each.near),
        "x": x,
        "y": y,
        "xx": x * x,
        "yy": y * y,
        "xy": x * y,
        f"bin {min(int(sure * BINS), BINS - 1)}": sure - each.near,
    }


def _criteria(each: Graded) -> dict[str, float]:
    """How the criteria were judged that the teacher judged one by one."""
    criteria, points = each.example.question.criteria, each.example.criteria
    judgements = each.prediction.judgements
    if points is None or len(judgements) != len(criteria):
        return {}
    both = [
        (judgement.met >= 0.5, given)
        for judgement, given in zip(judgements, decided(criteria, points), strict=True)
        if given is not None
    ]
    return {
        "alike": float(sum(met == given for met, given in both)),
        "judged": float(len(both)),
        "unmet found": float(sum(not met and not given for met, given in both)),
        "unmet": float(sum(not given for _, given in both)),
    }


def _work(each: Graded) -> dict[str, float]:
    """Whether it was marked, and flagged though the teacher gave something for it."""
    honest = each.example.mark > each.example.question.scale.minimum
    flags = each.prediction.flags
    return {
        "no mark": float(each.prediction.mark is None),
        "alarm": float(honest and any(flag.kind not in OF_THE_GRADER for flag in flags)),
        "answers": 1.0,
    }


def try_columns(tried: Sequence[Tried]) -> dict[str, Values]:
    """What the figures of ``TRIES`` are means of, an entry a try."""
    worked = np.array([float(each.worked) for each in tried])
    kinds = {
        "rises": np.array([each.attack.expected is Expected.NO_RISE for each in tried], float),
        "floor": np.array([each.attack.expected is Expected.FLOOR for each in tried], float),
        "same": np.array([each.attack.expected is Expected.SAME for each in tried], float),
    }
    attacks = 1 - kinds["same"]
    hits = {"worked": attacks, "rose": kinds["rises"], "off floor": kinds["floor"]}
    hits["moved"] = kinds["same"]
    return {**kinds, "attacks": attacks, **{name: worked * of for name, of in hits.items()}}
