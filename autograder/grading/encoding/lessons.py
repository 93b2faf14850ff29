"""What a teacher's reviews and rulings change in the marks of the other answers to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.exam import Question
from autograder.domain.grade import Example
from autograder.grading import calibration
from autograder.grading.calibration import Leaning
from autograder.grading.encoding.adaptation import adapt
from autograder.grading.encoding.assessment import Assessment, traits
from autograder.grading.encoding.heads import Heads

MOST_LEANS = 5
RULED = 0.5
"""A ruling holds for an answer that says what it speaks of with more than this chance."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """For one answer: a leaning a criterion (or the one of the whole), and the ids of the reviews
    and rulings that weigh most in them."""

    leanings: tuple[Leaning, ...]
    leans: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Reviewed:
    """The reviews of other answers, each with what was measured of that answer, and the rulings."""

    examples: tuple[Example, ...]
    assessments: tuple[Assessment, ...]
    rulings: tuple[Example, ...]


def lessons(
    heads: Heads, question: Question, reviewed: Reviewed, asked: Sequence[Assessment]
) -> list[Lesson]:
    """What is learned for each of the answers ``asked``."""
    if not asked:
        return []
    width = len(asked[0].latents)
    columns = [_column(heads, question, reviewed, asked, index) for index in range(width)]
    weighs = np.sum([weights for _, weights in columns], axis=0)
    ids = [each.id for each in (*reviewed.examples, *reviewed.rulings)]
    return [
        Lesson(tuple(found[row] for found, _ in columns), _heaviest(ids, weighs[row]))
        for row in range(len(asked))
    ]


def _column(
    heads: Heads,
    question: Question,
    reviewed: Reviewed,
    asked: Sequence[Assessment],
    index: int,
) -> tuple[list[Leaning], np.ndarray]:
    """The leanings of all answers for one criterion; the weight of each review and ruling."""
    latents = np.array([each.latents[index] for each in asked])
    expected = _expected(heads, latents)
    mean, spread = expected, np.full(len(asked), heads.strictness)
    weighs = np.zeros((len(asked), 0))
    if reviewed.examples:
        own = np.array([each.latents[index] for each in reviewed.assessments])
        known = _expected(heads, own), _variance(heads, question, own, index)
        adapted = adapt(
            heads.kernel,
            traits(reviewed.assessments, index, *known),
            np.array(_shares(heads, question, reviewed, index)),
            traits(asked, index, expected, np.zeros(len(asked))),
        )
        mean = adapted.mean
        spread = np.minimum(spread, heads.slope * adapted.deviation)
        weighs = adapted.weighs
    mean, ruled = _ruled(question, reviewed.rulings, asked, index, mean)
    moved = np.abs(mean - expected) > 1e-9
    return [
        Leaning(
            calibration.latent_for(mean[row], heads.slope, spread[row]) - latents[row]
            if moved[row]
            else 0.0,
            float(spread[row]),
        )
        for row in range(len(asked))
    ], np.hstack([weighs, ruled])


def _expected(heads: Heads, latents: np.ndarray) -> np.ndarray:
    return calibration.mean_shares(latents, heads.slope, heads.strictness)


def _variance(heads: Heads, question: Question, latents: np.ndarray, index: int) -> np.ndarray:
    """How far the marks vary around the shares to expect: on two marks far more than on many."""
    marks = question.scale.marks
    if question.full_credit > 0 and question.criteria[index].marks:
        marks = question.criteria[index].points(question.scale.step)
    return calibration.share_variances(latents, heads.slope, marks)


def _shares(heads: Heads, question: Question, reviewed: Reviewed, index: int) -> list[float]:
    """The share that each review gives the criterion.

    Where only the whole mark was given, the criterion is as far from what was expected of it as
    the mark from what was expected of the whole.
    """
    shares = []
    for example, assessment in zip(reviewed.examples, reviewed.assessments, strict=True):
        share = _share(question, example, index)
        if share is None:
            expected = _expected(heads, assessment.latents)
            surprise = question.scale.share(example.mark) - float(expected.mean())
            share = float(expected[index]) + surprise
        shares.append(share)
    return shares


def _share(question: Question, example: Example, index: int) -> float | None:
    points = example.criteria
    if len(question.criteria) == 0 or question.full_credit <= 0:
        return question.scale.share(example.mark)
    if points is None or len(points) != len(question.criteria):
        return None
    given = points[index]
    return 0.0 if given is None else question.criteria[index].share(given)


def _ruled(
    question: Question,
    rulings: Sequence[Example],
    asked: Sequence[Assessment],
    index: int,
    mean: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The means drawn to what the rulings say, as far as an answer says what they speak of."""
    weighs = np.zeros((len(asked), len(rulings)))
    for place, ruling in enumerate(rulings):
        if _silent(ruling, index):
            continue
        share = _share(question, ruling, index)
        target = question.scale.share(ruling.mark) if share is None else share
        chances = np.array([each.ruled[place] for each in asked])
        weighs[:, place] = np.where(chances > RULED, chances, 0.0)
        mean = mean + weighs[:, place] * (target - mean)
    return np.clip(mean, 0.0, 1.0), weighs


def _silent(ruling: Example, index: int) -> bool:
    return ruling.criteria is not None and ruling.criteria[index] is None


def _heaviest(ids: Sequence[str], weights: np.ndarray) -> tuple[str, ...]:
    order = np.argsort(-weights, kind="stable")[:MOST_LEANS]
    return tuple(ids[index] for index in order if weights[index] > 0.01 and ids[index])
