"""Probabilities of marks that mean what they say, and what a teacher's reviews change in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp

import numpy as np

from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading import totals

Chances = dict[float, float]
"""Marks or points with their probabilities, which add up to 1."""
_ELEVEN = Scale(0, 1, 0.1)

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def sigmoid(logit: float) -> float:
    """Safe for any logit."""
    return 1 / (1 + exp(-logit)) if logit > -30 else exp(max(logit, -700))


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
    chances = _WEIGHTS @ _by_node(latent, slope, scale.marks, leaning)
    return dict(zip(scale.marks, chances.tolist(), strict=True))


def _by_node(latent: float, slope: float, marks: tuple[float, ...], leaning: Leaning) -> np.ndarray:
    """The chances of the marks given each strictness in _NODES: (nodes, marks)."""
    centres = latent + leaning.shift + leaning.spread * _NODES
    above = _sigmoids(centres[:, None] - slope * (_cuts(marks) - 0.5))
    sure, never = np.ones((len(_NODES), 1)), np.zeros((len(_NODES), 1))
    return -np.diff(np.hstack([sure, above, never]), axis=1)


@lru_cache(maxsize=256)
def _cuts(marks: tuple[float, ...]) -> np.ndarray:
    shares = [(mark - marks[0]) / (marks[-1] - marks[0]) for mark in marks]
    return np.array([(low + high) / 2 for low, high in pairwise(shares)])


def _sigmoids(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -700, 700))))


def latent_for(share: float, slope: float, spread: float) -> float:
    """The latent logit of which ``mean_shares`` are ``share``."""
    latents, shares = _table(slope, round(spread, 2))
    return float(np.interp(share, shares, latents))


@lru_cache(maxsize=512)
def _table(slope: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    latents = np.linspace(-9, 9, 361)
    return latents, mean_shares(latents, slope, spread)


def mean_shares(latents: np.ndarray, slope: float, spread: float) -> np.ndarray:
    """The shares of full marks to expect, on a scale of eleven marks: (n,) to (n,)."""
    centres = latents[:, None, None] + spread * _NODES[None, :, None]
    above = _sigmoids(centres - slope * (_cuts(_ELEVEN.marks) - 0.5)).mean(-1)
    return np.asarray(above @ _WEIGHTS)


def share_variances(latents: np.ndarray, slope: float, marks: tuple[float, ...]) -> np.ndarray:
    """How far the share of full marks varies on these marks where the latent is known: (n,)."""
    above = _sigmoids(latents[:, None] - slope * (_cuts(marks) - 0.5))
    edge = np.ones((len(latents), 1))
    chances = -np.diff(np.hstack([edge, above, 0 * edge]), axis=1)
    shares = (np.array(marks) - marks[0]) / (marks[-1] - marks[0])
    return np.asarray(chances @ shares**2 - (chances @ shares) ** 2)


def point_chances(
    latent: float, slope: float, criterion: Criterion, step: float, leaning: Leaning
) -> Chances:
    """The points that a criterion gets: its ratings', else in steps where it is worth several."""
    by_node = _points_by_node(latent, slope, criterion, step, leaning)
    return {points: float(_WEIGHTS @ chances) for points, chances in by_node.items()}


def _points_by_node(
    latent: float, slope: float, criterion: Criterion, step: float, leaning: Leaning
) -> dict[float, np.ndarray]:
    points = criterion.points(step)
    if len(points) == 1:
        return {0.0: np.ones(len(_NODES))}
    chances = _by_node(latent, slope, points, leaning)
    return {point: chances[:, index] for index, point in enumerate(points)}


def total_chances(
    question: Question, latents: Sequence[float], slope: float, leanings: Sequence[Leaning]
) -> Chances:
    """The marks of the scale, from the latent logit of each criterion.

    Given the teacher's strictness the criteria are independent; it is the same for all of them,
    so it is averaged over last.
    """
    points = [
        _points_by_node(latent, slope, criterion, question.scale.step, leaning)
        for latent, criterion, leaning in zip(latents, question.criteria, leanings, strict=True)
    ]
    total = totals.of_criteria(question, points)
    return {mark: float(np.sum(_WEIGHTS * chances)) for mark, chances in total.items()}
