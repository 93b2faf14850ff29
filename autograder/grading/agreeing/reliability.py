"""How likely a predicted mark is the teacher's, learnt from the marks that the teacher gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Self

import numpy as np

from autograder.domain.grade import BULK, GROUP, Maker, MarkedAnswer, Prediction, Review

DRAWS = 512
"""Draws from what is known: enough for a 5 % bound that moves by less than a percent."""
_SUREST, _LEAST_SURE = 0.995, 0.02  # own confidences beyond these say nothing more

# What is believed before any review, on a grid that covers it. Ease and slope are around the
# grader's own confidence taken at its word; spread is how far questions differ in ease.
_EASE = np.linspace(-6, 6, 49)
_CENTRE = np.linspace(-2.4, 2.4, 25)
_SPREAD = np.array([0.2, 0.5, 1.0])
_SLOPE = np.exp(np.linspace(-0.9, 0.6, 6))
_LAPSE = np.array([0.0, 0.01, 0.03, 0.06, 0.1, 0.2])
_PRIOR = (
    np.exp(-0.5 * (_CENTRE / 0.8) ** 2)[:, None, None, None]
    * np.array([0.3, 0.5, 0.2])[None, :, None, None]
    * np.exp(-0.5 * (np.log(_SLOPE) / 0.4) ** 2)[None, None, :, None]
    * np.array([0.2, 0.22, 0.25, 0.18, 0.1, 0.05])[None, None, None, :]
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A predicted mark that a person has judged since, without having been moved by it."""

    maker: Maker
    question_id: str
    confidence: float
    agreed: bool


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Draws of what holds for a grader; each array has ``DRAWS`` values."""

    centre: np.ndarray
    spread: np.ndarray
    slope: np.ndarray
    lapse: np.ndarray
    ease: dict[str, np.ndarray]
    """By question that has reviews."""

    def ease_of(self, question_id: str) -> np.ndarray:
        """The question's own, or as questions of this grader go where it has no reviews."""
        if question_id in self.ease:
            return self.ease[question_id]
        return self.centre + self.spread * _chance(question_id).standard_normal(DRAWS)


class Reliability:
    """The probability that a predicted mark is the teacher's, per grader and per question.

    P(agree) = (1 - lapse) sigmoid(ease + slope logit(confidence)). That is Platt's scaling (1999)
    of the grader's own confidence, with the lapse rate of Wichmann & Hill (2001): a line through
    what was seen of doubtful answers would promise too much about sure ones. A question's ease is
    drawn around the grader's (multilevel logistic regression, Gelman & Hill 2007, ch. 14). The
    posterior is summed over a grid and kept as draws, so that every bound follows from it.

    It conditions on the confidence, so it doesn't matter that doubtful answers are reviewed more
    often; what else a marker picks answers by is for the random check to find.
    """

    def __init__(self, pairs: Iterable[Pair]) -> None:
        by_maker: dict[Maker, list[Pair]] = defaultdict(list)
        for pair in pairs:
            by_maker[pair.maker].append(pair)
        self._by_maker = {maker: _learn(some) for maker, some in by_maker.items()}

    @classmethod
    def of(cls, marked: Sequence[MarkedAnswer]) -> Self:
        """From an exam's answers: what was foreseen against what was decided."""
        return cls(pairs_of(marked))

    def agreement(self, marked: MarkedAnswer) -> float:
        """The probability (0-1) that the newest predicted mark is the teacher's, 0 without one."""
        return float(self.draws([marked.predicted], [marked]).mean())

    def draws(
        self, predictions: Sequence[Prediction | None], marked: Sequence[MarkedAnswer]
    ) -> np.ndarray:
        """(DRAWS, n): that probability for each prediction of each answer, draw by draw."""
        found = np.zeros((DRAWS, len(marked)))
        places: dict[tuple[Maker, str], list[int]] = defaultdict(list)
        for place, (prediction, each) in enumerate(zip(predictions, marked, strict=True)):
            if prediction and prediction.mark is not None:
                places[prediction.maker, each.answer.question_id or ""].append(place)
        for (maker, question_id), some in places.items():
            sure = [asked.confidence for i in some if (asked := predictions[i])]
            found[:, some] = self._agreement(maker, question_id, sure)
        return found

    def _agreement(self, maker: Maker, question_id: str, sure: Sequence[float]) -> np.ndarray:
        known = self._by_maker.get(maker) or _learnt_nothing()
        latent = known.ease_of(question_id)[:, None] + known.slope[:, None] * _logits(sure)
        return np.asarray((1 - known.lapse[:, None]) / (1 + np.exp(-latent)))


def pairs_of(marked: Iterable[MarkedAnswer]) -> list[Pair]:
    """What was foreseen and then decided by a person who looked; a group counts once.

    Alike answers of a group stand or fall together: counted one by one they would look like far
    more evidence than one decision is.
    """
    found: dict[tuple[object, ...], Pair] = {}
    for each in marked:
        foreseen, review = each.foreseen, decision(each)
        if review is None or foreseen is None or foreseen.mark is None or each.question is None:
            continue
        if foreseen.question_version != review.question_version:
            continue  # another mark scheme: neither was wrong
        right = agreed(each, foreseen.mark, review.mark)
        pair = Pair(foreseen.maker, each.question.id, foreseen.confidence, right)
        alone = each.answer.id if review.way != GROUP else ""
        found.setdefault((each.question.id, alone or (review.at, review.reviewer), right), pair)
    return list(found.values())


def decision(marked: MarkedAnswer) -> Review | None:
    """The newest review by somebody who looked at the answer or at its group."""
    return next((each for each in reversed(marked.reviews) if each.way != BULK), None)


def agreed(marked: MarkedAnswer, predicted: float, given: float) -> bool:
    """Whether two marks are within half a step of the question's scale."""
    step = marked.question.scale.step if marked.question else 0.0
    return abs(predicted - given) <= step / 2 + 1e-9


@cache
def _learnt_nothing() -> _Learnt:
    return _learn(())


def _learn(pairs: Sequence[Pair]) -> _Learnt:
    seen = _by_question(pairs)
    likelihoods = {question: _likelihood(some) for question, some in seen.items()}
    apart = (_EASE - _CENTRE[:, None, None]) / _SPREAD[:, None]
    around = np.exp(-0.5 * apart**2)
    around /= around.sum(-1, keepdims=True)  # (centre, spread, ease)
    log_posterior = np.log(_PRIOR)
    for likelihood in likelihoods.values():
        most = likelihood.max(0)
        marginal = np.tensordot(around, np.exp(likelihood - most), axes=1)
        log_posterior = log_posterior + np.log(marginal + 1e-300) + most
    centre, spread, slope, lapse = _drawn(log_posterior)
    ease = {
        question: _EASE[_pick(around[centre, spread] * _scaled(each, slope, lapse), question)]
        for question, each in likelihoods.items()
    }
    return _Learnt(_CENTRE[centre], _SPREAD[spread], _SLOPE[slope], _LAPSE[lapse], ease)


def _by_question(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.question_id].append(pair)
    return found


def _likelihood(pairs: Sequence[Pair]) -> np.ndarray:
    """The log likelihood of a question's pairs, (ease, slope, lapse)."""
    rounded = np.round(_logits([pair.confidence for pair in pairs]), 1)
    right = np.array([pair.agreed for pair in pairs], dtype=float)
    points, place = np.unique(rounded, return_inverse=True)
    yes, no = (np.bincount(place, weights, len(points)) for weights in (right, 1 - right))
    latent = _EASE[:, None, None] + _SLOPE[:, None] * points
    chance = (1 - _LAPSE[:, None]) / (1 + np.exp(-latent[:, :, None, :]))
    return np.asarray(np.log(chance) @ yes + np.log1p(-chance) @ no)


def _drawn(log_posterior: np.ndarray) -> tuple[np.ndarray, ...]:
    """Indexes of draws from the grid, evenly over its mass (systematic resampling, Kitagawa)."""
    mass = np.exp(log_posterior - log_posterior.max()).ravel().cumsum()
    evenly = (np.arange(DRAWS) + 0.5) / DRAWS * mass[-1]
    return np.unravel_index(np.searchsorted(mass, evenly), log_posterior.shape)


def _scaled(likelihood: np.ndarray, slope: np.ndarray, lapse: np.ndarray) -> np.ndarray:
    chosen = likelihood[:, slope, lapse].T
    return np.asarray(np.exp(chosen - chosen.max(1, keepdims=True)))


def _pick(weights: np.ndarray, question_id: str) -> np.ndarray:
    """An index from each row of weights, the same ones every time for a question."""
    mass = weights.cumsum(1)
    drawn = _chance(question_id).random(len(weights)) * mass[:, -1]
    return np.asarray((mass < drawn[:, None]).sum(1))


def _chance(question_id: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(question_id.encode()).digest()[:8]))


def _logits(sure: Sequence[float]) -> np.ndarray:
    kept = np.clip(np.asarray(sure, dtype=float), _LEAST_SURE, _SUREST)
    return np.asarray(np.log(kept / (1 - kept)))
