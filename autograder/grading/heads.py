"""Fitted heads: features in, a latent logit out (made by ``models/encoder/fit_heads.py``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.grading.calibration import Strictness


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head: logit = weights . features + bias."""

    weights: np.ndarray
    bias: float

    def logit(self, features: np.ndarray) -> float:
        """Of one vector of features."""
        return float(features @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Heads:
    """``met`` judges one point, ``mark`` a whole answer; ``slope`` is that of the marks.

    ``all_or_nothing`` is added to the logit of ``mark`` on a scale of two marks: where there is no
    partial credit, teachers ask for more.
    """

    met: Head
    mark: Head
    slope: float
    all_or_nothing: float
    strictness: Strictness
    network: bool
    """Whether the cross-encoder's logit is the last of the features of a pair."""


def mark_features(whole: np.ndarray, latents: list[float]) -> np.ndarray:
    """The features of ``mark``: those of the whole reference and a summary of its points."""
    soft = 1 / (1 + np.exp(-np.array(latents)))
    return np.concatenate([whole, [soft.mean(), soft.min(), soft.max(), np.mean(latents)]])


def load(file: Path) -> Heads:
    """Reads ``heads.json``. EngineUnavailable where it is missing or damaged."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return Heads(
            met=_head(stored["met"]),
            mark=_head(stored["mark"]),
            slope=float(stored["slope"]),
            all_or_nothing=float(stored["all_or_nothing"]),
            strictness=Strictness(**stored["strictness"]),
            network=bool(stored["network"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(
            f"The embedded grader's file {file} can't be read. Restore that folder from the "
            "AutoGrader download."
        ) from error


def _head(stored: dict[str, Any]) -> Head:
    return Head(np.array(stored["weights"], dtype=float), float(stored["bias"]))
