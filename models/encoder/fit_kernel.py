"""Fits what reviews tell about other answers: the variances of a Gaussian process.

By the marginal likelihood of the teachers' marks of whole questions (Rasmussen & Williams 2006,
ch. 5.4), the weights of the sets being equal.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from scipy.optimize import minimize

from autograder.grading.encoding.adaptation import Kernel, Traits, likeness

START = Kernel(0.15, 0.3, 0.2, 0.15, 0.15, 0.1, 0.1, 1.0, 0.5, 1.5, 0.3)
MOST = 40  # answers of a question
FURTHEST = 2.5  # in the logarithm, from START


@dataclass(frozen=True, eq=False)
class Graded:
    """The answers to one question as they were measured and as the teacher marked them."""

    dataset: str
    traits: Traits
    shares: np.ndarray


def fit(questions: list[Graded]) -> Kernel:
    """The likeliest variances and reaches."""
    names = [each.dataset for each in questions]
    counts = {name: sum(len(q.shares) for q in questions if q.dataset == name) for name in names}

    def surprise(logs: np.ndarray) -> float:
        kernel = Kernel(*(np.exp(logs) * np.array(astuple(START))))
        unlikely = sum(_surprise(kernel, q) / counts[q.dataset] for q in questions)
        return float(unlikely + 0.002 * (logs**2).sum())  # a weak pull keeps idle parts in reach

    bounds = [(-FURTHEST, FURTHEST)] * len(astuple(START))
    found = minimize(surprise, np.zeros(len(bounds)), method="L-BFGS-B", bounds=bounds)
    values = np.exp(found.x) * np.array(astuple(START))
    return Kernel(*(round(float(value), 4) for value in values))


def _surprise(kernel: Kernel, graded: Graded) -> float:
    """Minus the log likelihood, but for its constant."""
    size = len(graded.shares)
    alone = kernel.noise**2 + kernel.stray**2 * graded.traits.variance
    among = likeness(kernel, graded.traits, graded.traits) + np.diag(alone)
    root = np.linalg.cholesky(among + 1e-8 * np.eye(size))
    white = np.linalg.solve(root, graded.shares - graded.traits.expected)
    return float(0.5 * white @ white + np.log(np.diag(root)).sum())
