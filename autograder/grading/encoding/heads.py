"""Fitted heads: features in, a latent logit out (made by ``models/encoder/fit_heads.py``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Question
from autograder.grading.encoding.adaptation import Kernel

NETWORK = 2
"""The network's logits stand last among the features of a pair: that the point is made, and that it
is contradicted. The heads go by the first alone; reviews may tell what the second means."""


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head: logit = weights . features + bias."""

    weights: np.ndarray
    bias: float

    def logit(self, features: np.ndarray) -> float:
        """Of one vector of features."""
        return float(features @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Scaling:
    """Brings features to mean 0 and deviation 1, as they have over the answers of the fit."""

    mean: np.ndarray
    deviation: np.ndarray

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Of (n, k) features."""
        return np.asarray((features - self.mean) / self.deviation)


@dataclass(frozen=True, slots=True)
class Heads:
    """Two heads over plain features, and two that weigh their logits with the network's.

    ``met`` judges one point, ``mark`` a whole answer; ``slope`` is that of the marks.
    ``all_or_nothing`` is added to the logit of ``mark`` on a scale of two marks: where there is no
    partial credit, teachers ask for more; ``several`` goes with it where there are several
    reference answers: the best match of many is better by chance. ``strictness`` is how far
    teachers differ before the first review, a standard deviation of the logit; ``kernel`` is what
    reviews tell after it, with features of points and of whole answers brought to one scale.
    ``common`` is what the text encoder's vectors of all words share. ``taught`` are the heads for
    questions whose marked answers the network learned from: of those it knows far more.
    """

    plain_met: Head
    plain_mark: Head
    met: Head
    mark: Head
    slope: float
    all_or_nothing: float
    several: float
    strictness: float
    kernel: Kernel
    point_scale: Scaling
    whole_scale: Scaling
    common: np.ndarray
    taught: Taught | None = None

    def of(self, question: Question) -> Heads:
        """The heads that its answers are judged by."""
        if self.taught is None or fingerprint(question) not in self.taught.questions:
            return self
        return self.taught.heads

    def of_point(self, features: np.ndarray) -> float:
        """The logit of a point being made, from the features of a pair."""
        plain = self.plain_met.logit(features[:-NETWORK])
        return self.met.logit(np.array([plain, features[-NETWORK]]))

    def of_whole(self, whole: np.ndarray, points: Sequence[np.ndarray]) -> np.ndarray:
        """What ``mark`` goes by: features of the pair with the whole reference, and with its
        points (the whole itself where it has but one)."""
        plain = [self.plain_met.logit(each[:-NETWORK]) for each in points]
        logit = self.plain_mark.logit(plain_mark_features(whole[:-NETWORK], plain))
        return np.array([logit, whole[-NETWORK]])


@dataclass(frozen=True, slots=True)
class Taught:
    """Heads for certain questions alone, by their fingerprints."""

    questions: frozenset[str]
    heads: Heads


def fingerprint(question: Question) -> str:
    """Names a question by all that its answers are read beside, whatever exam it stands in."""
    wanted = [each.text for each in question.criteria]
    told = json.dumps([question.text, question.reference_answers, wanted])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def plain_mark_features(whole: np.ndarray, latents: Sequence[float]) -> np.ndarray:
    """Plain features of the whole reference and a summary of the logits of its points."""
    soft = 1 / (1 + np.exp(-np.array(latents)))
    return np.concatenate([whole, [soft.mean(), soft.min(), soft.max(), np.mean(latents)]])


def load(file: Path) -> Heads:
    """Reads ``heads.json``. EngineUnavailable where it is missing or damaged."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        found, taught = _heads(stored), stored.get("taught")
        if taught is None:
            return found
        own = Taught(frozenset(taught["questions"]), _heads({**stored, **taught["heads"]}))
        return replace(found, taught=own)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(
            f"The embedded grader's file {file} can't be read. Restore that folder from the "
            "AutoGrader download."
        ) from error


def _heads(stored: Mapping[str, Any]) -> Heads:
    return Heads(
        plain_met=_head(stored["plain_met"]),
        plain_mark=_head(stored["plain_mark"]),
        met=_head(stored["met"]),
        mark=_head(stored["mark"]),
        slope=float(stored["slope"]),
        all_or_nothing=float(stored["all_or_nothing"]),
        several=float(stored["several"]),
        strictness=float(stored["strictness"]),
        kernel=Kernel(**stored["kernel"]),
        point_scale=_scaling(stored["point_scale"]),
        whole_scale=_scaling(stored["whole_scale"]),
        common=np.array(stored["common"], dtype=np.float32),
    )


def _head(stored: dict[str, Any]) -> Head:
    return Head(np.array(stored["weights"], dtype=float), float(stored["bias"]))


def _scaling(stored: dict[str, Any]) -> Scaling:
    return Scaling(np.array(stored["mean"]), np.array(stored["deviation"]))
