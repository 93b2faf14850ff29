"""Predictions that no model makes, and which of two predictions is the lower one."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Question
from autograder.domain.grade import Flag, Judgement, Maker, Prediction
from autograder.grading import totals

SURE = 0.98
"""The chance that an answer in which there is nothing gets the lowest mark."""


def no_answer(question: Question, maker: Maker, flags: Sequence[Flag] = ()) -> Prediction:
    """There is no answer: the lowest mark, every criterion unmet."""
    scale = question.scale
    rest = (1 - SURE) / (len(scale.marks) - 1)
    return Prediction(
        mark=scale.minimum,
        distribution=tuple((m, SURE if m == scale.minimum else rest) for m in scale.marks),
        confidence=SURE,
        maker=maker,
        judgements=tuple(Judgement(each.text, 0.0, 0.0) for each in question.criteria),
        flags=tuple(flags),
        feedback="No answer was found.",
    )


def undecided(question: Question, maker: Maker, flags: Sequence[Flag]) -> Prediction:
    """There is an answer but no way to tell its mark: none, and every mark is as likely."""
    marks = question.scale.marks
    even = tuple((mark, 1 / len(marks)) for mark in marks)
    return Prediction(None, even, 0.0, maker, flags=tuple(flags))


def lower(one: Prediction, other: Prediction) -> Prediction:
    """The lower of two: by the mark, then by the mark to expect. No mark is below any mark."""
    return min(one, other, key=_worth)


def _worth(prediction: Prediction) -> tuple[float, float]:
    if prediction.mark is None:
        return float("-inf"), 0.0
    return prediction.mark, totals.mean(dict(prediction.distribution))
