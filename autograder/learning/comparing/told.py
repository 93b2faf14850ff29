"""A comparison as plain values, for other programs to read."""

from __future__ import annotations

from math import isnan
from typing import Any

from autograder.learning.comparing import words
from autograder.learning.comparing.comparison import Beside, Comparison
from autograder.learning.comparing.each_question import each_question
from autograder.learning.comparing.graded import Graded
from autograder.learning.comparing.guarded import Compared
from autograder.metrics import Figure


def as_json(found: Comparison) -> dict[str, Any]:
    """Everything that the report shows, and both graders' marks of every answer; NaN is null."""
    return {
        "verdict": str(found.verdict),
        "promotes": found.promotes,
        "reasons": list(words.reasons(found)),
        "answers": len({each.new.key[:3] for each in found.answers}),
        "questions": found.questions,
        "figures": [_figure(each) for each in found.figures],
        "planted": [
            {"family": each.name, "tried": each.tried, "new": each.new, "current": each.current}
            for each in found.families
        ],
        "by_question": [
            {"question": each.label, "answers": each.answers, "mae": each.off, "bias": each.bias}
            for each in each_question(found.answers)
        ],
        "marks": [_marks(each) for each in found.answers],
    }


def _figure(each: Compared) -> dict[str, Any]:
    return {
        "name": each.measure.name,
        "title": each.measure.title,
        "terms": each.terms,
        "new": _interval(each.new),
        "current": _interval(each.current),
        "gain": _interval(each.gain),
        "reach": [_number(end) for end in each.reach],
        "cases": each.cases,
        "margin": each.guard.margin if each.guard else None,
        "outcome": str(each.outcome),
    }


def _marks(each: Beside) -> dict[str, Any]:
    example = each.new.example
    return {
        "exam": example.exam,
        "question": example.question.id,
        "id": example.id,
        "known": each.new.known,
        "given": example.mark,
        "new": _mark(each.new),
        "current": _mark(each.current),
    }


def _mark(graded: Graded) -> dict[str, Any]:
    prediction = graded.prediction
    return {
        "mark": prediction.mark,
        "confidence": _number(prediction.confidence),
        "met": [_number(each.met) for each in prediction.judgements],
        "seconds": _number(graded.seconds),
    }


def _interval(figure: Figure) -> list[float | None]:
    return [_number(figure.value), _number(figure.low), _number(figure.high)]


def _number(value: float) -> float | None:
    return None if isnan(value) else round(float(value), 5)
