"""The cumulative logit with a strictness of its own for every question, fitted to marks.

P(share > t) = sigmoid(latent + strictness_q - slope (t - 1/2)) (McCullagh 1980, "Regression models
for ordinal data"), the strictness of a question being normal around 0 (Hedeker & Gibbons 1994).
It is what grading turns latent logits into chances of marks by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())
SLIP = 0.01
"""The chance that a mark has nothing to do with the answer: one slip must not bend the fit."""
LOG_SPREAD = 0.5
"""How far the slope and the strictness may lie from what was known, in the logarithm."""


@dataclass(frozen=True, eq=False)
class Marks:
    """n marked answers: ``features`` (n, k), what is ``given`` of the latent (n,), the shares
    between which lies what earns the mark, ``low`` and ``high`` (n,), and the number of each
    answer's ``question`` (n,)."""

    features: np.ndarray
    given: np.ndarray
    low: np.ndarray
    high: np.ndarray
    question: np.ndarray


@dataclass(frozen=True, eq=False)
class Ordinal:
    """``weights`` (k,) of the features, the ``slope``, and the ``strictness``: how far questions
    differ, a standard deviation of the logit."""

    weights: np.ndarray
    slope: float
    strictness: float


def fit(marks: Marks, known: Ordinal, spread: np.ndarray, least: np.ndarray) -> Ordinal:
    """The likeliest weights beside what was ``known``, from which they differ by ``spread`` (k,).

    No weight falls below ``least`` (k,): what speaks for an answer can't be made to speak against
    it by a few odd marks. With few marks all stays as it was known.
    """
    start = np.concatenate([known.weights, np.zeros(2)])
    apart = np.concatenate([spread, [LOG_SPREAD, LOG_SPREAD]])

    def unlikely(values: np.ndarray) -> float:
        prior = 0.5 * float((((values - start) / apart) ** 2).sum())
        return prior - _log_likelihood(marks, _ordinal(values, known))

    bounds = [(low, None) for low in least] + [(-3.0, 3.0)] * 2
    found = minimize(unlikely, start, method="L-BFGS-B", bounds=bounds)
    return _ordinal(found.x, known)


def _ordinal(values: np.ndarray, known: Ordinal) -> Ordinal:
    slope, strictness = np.exp(values[-2:]) * (known.slope, max(known.strictness, 0.05))
    return Ordinal(values[:-2], float(slope), float(strictness))


def _log_likelihood(marks: Marks, ordinal: Ordinal) -> float:
    """Summed over questions, each averaged over how strict its marking may be."""
    latent = marks.features @ ordinal.weights + marks.given
    at = latent[:, None] + ordinal.strictness * _NODES
    above = _sigmoids(at - ordinal.slope * (marks.low - 0.5)[:, None])
    beyond = _sigmoids(at - ordinal.slope * (marks.high - 0.5)[:, None])
    logs = np.log((1 - SLIP) * (above - beyond) + SLIP * 0.1)
    summed = np.zeros((int(marks.question.max()) + 1, len(_NODES)))
    np.add.at(summed, marks.question, logs)
    return float(np.logaddexp.reduce(summed + _LOG_WEIGHTS, axis=1).sum())


def between(marks: Sequence[float], mark: float) -> tuple[float, float]:
    """The shares half-way to the mark below and above; -inf and inf at the ends of the scale.

    A mark that isn't on the scale counts as the nearest that is.
    """
    low, high = marks[0], marks[-1]
    shares = [(each - low) / (high - low) for each in marks]
    place = min(range(len(marks)), key=lambda index: abs(marks[index] - mark))
    below = (shares[place - 1] + shares[place]) / 2 if place else -np.inf
    above = (shares[place] + shares[place + 1]) / 2 if place < len(marks) - 1 else np.inf
    return below, above


def _sigmoids(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60.0, 60.0))))
