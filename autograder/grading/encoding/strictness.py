"""How strict a teacher is with a question, from reviews of answers to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.domain.exam import Scale
from autograder.grading import calibration
from autograder.grading.calibration import Leaning

_PLACES = np.linspace(-3.5, 3.5, 57)
"""Standard deviations at which the strictness is tried."""
_SLIP = 0.02
"""The chance that a mark has nothing to do with the answer: one slip is no strictness."""


def leaning(
    latents: Sequence[float],
    marks: Sequence[float],
    slope: float,
    scale: Scale,
    strictness: float,
) -> Leaning:
    """The mean and deviation of what is added to the logits of all answers to the question.

    Bayes' rule over a normal prior of deviation ``strictness``, by the cumulative logit model:
    ``latents`` are those of the reviewed answers, ``marks`` what the teacher gave them.
    """
    shifts = strictness * _PLACES
    logs = -0.5 * _PLACES**2
    for latent, mark in zip(latents, marks, strict=True):
        own = scale.nearest(mark)
        chances = np.array(
            [
                calibration.mark_chances(latent, slope, scale, Leaning(float(shift), 0.0))[own]
                for shift in shifts
            ]
        )
        logs = logs + np.log((1 - _SLIP) * chances + _SLIP / len(scale.marks))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = float(weights @ shifts)
    return Leaning(mean, float(np.sqrt(weights @ (shifts - mean) ** 2)))
