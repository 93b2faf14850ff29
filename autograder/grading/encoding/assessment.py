"""All that is measured of an answer before the teacher's reviews have a say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.exam import Question
from autograder.domain.grade import Flag, Span
from autograder.grading.encoding.adaptation import Traits
from autograder.grading.encoding.features import Said, Wanted
from autograder.grading.encoding.heads import Heads
from autograder.grading.encoding.judge import Judge, Measured, Reference

WHOLE = 0.3
"""How far the criteria lean towards how well the whole answer meets the reference answer."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the answers to a question are measured by, made ready once for all of them.

    ``doubt`` is the weight of not knowing, where only the textbook says what is right.
    """

    question: Question
    criteria: tuple[Wanted, ...]
    references: tuple[Reference, ...]
    rulings: tuple[Wanted, ...] = ()
    flags: tuple[Flag, ...] = ()
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion, or a point of the reference answer: its latent logit and where it is made."""

    text: str
    latent: float
    evidence: Span | None


@dataclass(frozen=True, eq=False)
class Assessment:
    """An answer as measured. Of ``latents``, ``features`` and ``vectors`` there is a row for each
    criterion, or the one of the whole answer; ``words`` are the stems of its words and their
    pairs; ``ruled`` are the chances that it says what a ruling speaks of."""

    wording: np.ndarray
    words: frozenset[str]
    latents: np.ndarray
    features: np.ndarray
    vectors: np.ndarray
    points: tuple[Point, ...]
    ruled: np.ndarray


def assess(judge: Judge, heads: Heads, basis: Basis, text: str) -> Assessment:
    """Measures the answer ``text`` by the basis."""
    said = judge.said(text)
    measured = judge.measure(said, basis.references, heads) if basis.references else None
    if basis.criteria:
        return _by_criteria(judge, heads, basis, said, measured)
    if measured is None:
        raise ValueError("without criteria there must be a reference answer")
    shift = heads.all_or_nothing if len(basis.question.scale.marks) == 2 else 0.0
    shift += heads.several if shift and len(basis.references) > 1 else 0.0
    points = zip(measured.reference.points, judge.points(said, measured, heads), strict=True)
    told = np.concatenate([measured.whole.features, measured.summary])
    return Assessment(
        wording=said.vector.copy(),  # a view would keep all sentences' vectors
        words=said.in_pairs,
        latents=np.array([measured.latent + shift]),
        features=heads.whole_scale(told[None]),
        vectors=measured.whole.vector[None],
        points=tuple(Point(each.text, latent, said.evidence(each)) for each, latent in points),
        ruled=_ruled(judge, heads, basis, said),
    )


def _by_criteria(
    judge: Judge, heads: Heads, basis: Basis, said: Said, measured: Measured | None
) -> Assessment:
    matches = [judge.match(said, wanted) for wanted in basis.criteria]
    latents = np.array([heads.of_point(match.features) for match in matches])
    if measured is not None:
        latents += WHOLE * (measured.latent - float(latents.mean()))
    points = zip(basis.criteria, latents.tolist(), strict=True)
    return Assessment(
        wording=said.vector.copy(),  # a view would keep all sentences' vectors
        words=said.in_pairs,
        latents=latents,
        features=heads.point_scale(np.stack([match.features for match in matches])),
        vectors=np.stack([match.vector for match in matches]),
        points=tuple(Point(each.text, latent, said.evidence(each)) for each, latent in points),
        ruled=_ruled(judge, heads, basis, said),
    )


def _ruled(judge: Judge, heads: Heads, basis: Basis, said: Said) -> np.ndarray:
    logits = [heads.of_point(judge.match(said, each).features) for each in basis.rulings]
    return np.asarray(1 / (1 + np.exp(-np.array(logits))))


def traits(
    assessments: Sequence[Assessment], column: int, expected: np.ndarray, variance: np.ndarray
) -> Traits:
    """What the answers are alike in, for the criterion ``column``."""
    return Traits(
        wording=np.stack([each.wording for each in assessments]),
        features=np.stack([each.features[column] for each in assessments]),
        pair=np.stack([each.vectors[column] for each in assessments]),
        words=tuple(each.words for each in assessments),
        expected=expected,
        variance=variance,
    )
