"""Probabilities of marks that mean what they say, and what a teacher's reviews change in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

import numpy as np

from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading import totals

Chances = dict[float, float]
"""Marks or points with their probabilities, which add up to 1."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def sigmoid(logit: float) -> float:
    """Safe for any logit."""
    return 1 / (1 + exp(-logit)) if logit > -30 else exp(max(logit, -700))


def logit(probability: float) -> float:
    """Of a probability kept off 0 and 1."""
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return log(kept / (1 - kept))


@dataclass(frozen=True, slots=True)
class Leaning:
    """What the reviews say about a latent logit: its ``shift``, and the ``spread`` left in it."""

    shift: float
    spread: float


def mark_chances(latent: float, slope: float, scale: Scale, leaning: Leaning) -> Chances:
    """The marks of a scale by the cumulative logit model with one slope (McCullagh 1980).

    P(share > t) = sigmoid(latent - slope (t - 1/2)) at the shares t half-way between two marks,
    averaged over what isn't known about the teacher's strictness.
    """
    marks = scale.marks
    between = [(scale.share(low) + scale.share(high)) / 2 for low, high in pairwise(marks)]
    above = [_above(latent, slope, share, leaning) for share in between]
    edges = [1.0, *above, 0.0]
    return {mark: edges[index] - edges[index + 1] for index, mark in enumerate(marks)}


def _above(latent: float, slope: float, share: float, leaning: Leaning) -> float:
    centre = latent + leaning.shift - slope * (share - 0.5)
    return float(
        sum(w * sigmoid(centre + leaning.spread * x) for x, w in zip(_NODES, _WEIGHTS, strict=True))
    )


def mean(chances: Chances) -> float:
    """The mark to expect."""
    return sum(mark * chance for mark, chance in chances.items())


def mean_share(latent: float, slope: float, leaning: Leaning) -> float:
    """The share of full marks to expect, on a scale of eleven marks."""
    return mean(mark_chances(latent, slope, Scale(0, 1, 0.1), leaning))


def point_chances(
    latent: float, slope: float, criterion: Criterion, step: float, leaning: Leaning
) -> Chances:
    """The points that a criterion gets: all or nothing, in steps where it is worth several."""
    worth = abs(criterion.marks)
    if worth < 1e-9:
        return {0.0: 1.0}
    scale = Scale(0, worth, min(step, worth))
    found = mark_chances(latent, slope, scale, leaning)
    sign = 1 if criterion.marks > 0 else -1
    return {round(sign * mark, 6): chance for mark, chance in found.items()}


def total_chances(
    question: Question, latents: Sequence[float], slope: float, leanings: Sequence[Leaning]
) -> Chances:
    """The marks of the scale, from the latent logit of each criterion.

    Given the teacher's strictness the criteria are independent; it is the same for all of them,
    so it is averaged over last.
    """
    total = dict.fromkeys(question.scale.marks, 0.0)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        fixed = [Leaning(each.shift + each.spread * float(node), 0.0) for each in leanings]
        points = [
            point_chances(latent, slope, criterion, question.scale.step, leaning)
            for latent, criterion, leaning in zip(latents, question.criteria, fixed, strict=True)
        ]
        for mark, chance in totals.of_criteria(question, points).items():
            total[mark] += float(weight) * chance
    return total


@dataclass(frozen=True, slots=True)
class Strictness:
    """What is known about teachers before any review of a question.

    In units of the latent logit: ``question`` is how far teachers' strictness differs between
    questions, ``alike`` how far it differs between kinds of answers within one, ``noise`` how far
    one mark strays. A Gaussian process with these variances (Rasmussen & Williams 2006, ch. 2).
    """

    question: float
    alike: float
    noise: float
    reach: float = 0.25
    """How fast likeness fades: the distance (1 - cosine) at which it has fallen to 1/e."""

    @property
    def unknown(self) -> Leaning:
        """Without reviews."""
        return Leaning(0.0, self.question)

    def leaning(
        self, vector: np.ndarray, examples: np.ndarray, residuals: Sequence[float]
    ) -> Leaning:
        """What reviews say about an answer: (d,) and (n, d) unit vectors, n residuals."""
        if not len(residuals):
            return self.unknown
        among = self._likeness(examples, examples) + self.noise**2 * np.eye(len(residuals))
        towards = self._likeness(vector[None, :], examples)[0]
        solved = np.linalg.solve(among, np.column_stack([np.array(residuals), towards]))
        shift = float(towards @ solved[:, 0])
        left = self.question**2 + self.alike**2 - float(towards @ solved[:, 1])
        return Leaning(shift, min(self.question, max(left, 0.0) ** 0.5))

    def _likeness(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        distance = np.clip(1 - one @ other.T, 0.0, 2.0)
        return np.asarray(self.question**2 + self.alike**2 * np.exp(-distance / self.reach))
