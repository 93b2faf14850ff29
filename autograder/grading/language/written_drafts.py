"""Reference answers and mark schemes that a language model drafts for the teacher to edit."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from autograder.domain.exam import Criterion, Scale
from autograder.grading.language.json_reply import Request, line, lists, objects, parsed, words

TOKENS = 512
"""Of the longest draft."""
SYSTEM = (
    "You help a teacher to prepare a written exam. You write what a teacher can take over with "
    "few changes: correct, to the point, in the language of the question."
)
REFERENCE_LETTERS = 1_200
POINT_LETTERS = 160
MOST_POINTS = 8


class _Reference(BaseModel):
    reference_answer: str


class _Line(BaseModel):
    point: str
    marks: float = Field(gt=0)


class _Scheme(BaseModel):
    criteria: list[_Line]


def reference_request() -> Request:
    """Asks for a full answer to the question that stands before."""
    return Request(
        "\n\nWrite in JSON the “reference_answer”: the complete answer that would earn all marks, "
        "in a few sentences. Where passages of the textbook are given, keep to what they say.",
        objects(reference_answer=words(REFERENCE_LETTERS)),
    )


def read_reference(reply: str) -> str:
    """The reference answer on one line; empty where the reply holds none."""
    found = parsed(reply, _Reference)
    return line(found.reference_answer) if found else ""


def scheme_request(scale: Scale) -> Request:
    """Asks for the mark scheme of the question and the reference answer that stand before."""
    marks = {"enum": [_plain(step * scale.step) for step in range(1, min(_units(scale), 20) + 1)]}
    most = min(MOST_POINTS, _units(scale))
    return Request(
        f"\n\nWrite in JSON the mark scheme, {_total(scale):g} marks in all: “criteria”, each with "
        "the one “point” of the reference answer that a student's answer must make, in a few "
        "words, and the “marks” that it is worth. No point twice.",
        objects(criteria=lists(objects(point=words(POINT_LETTERS), marks=marks), 1, most)),
    )


def read_scheme(reply: str, scale: Scale) -> tuple[Criterion, ...]:
    """Criteria whose marks add up to what the scale has to give; none where the reply has none."""
    found = parsed(reply, _Scheme)
    points = {line(each.point): each.marks for each in found.criteria} if found else {}
    points.pop("", None)
    kept = list(points.items())[: min(MOST_POINTS, _units(scale))]
    shares = _shared_out([weight for _, weight in kept], scale)
    return tuple(Criterion(text, marks) for (text, _), marks in zip(kept, shares, strict=True))


def _shared_out(weights: Sequence[float], scale: Scale) -> list[float]:
    """All marks by weight in whole steps (largest remainders), one step each at least."""
    if not weights:
        return []
    spare = [weight / sum(weights) * (_units(scale) - len(weights)) for weight in weights]
    steps = [1 + int(each) for each in spare]
    by_remainder = sorted(range(len(spare)), key=lambda index: int(spare[index]) - spare[index])
    for index in by_remainder[: _units(scale) - sum(steps)]:
        steps[index] += 1
    marks = [round(each * scale.step, 6) for each in steps]
    marks[0] = round(marks[0] + _total(scale) - sum(marks), 6)  # a highest mark between two steps
    return marks


def _total(scale: Scale) -> float:
    """What criteria add up to, so that all of them met is the highest mark and none the lowest."""
    return scale.maximum if scale.minimum <= 0 < scale.maximum else scale.maximum - scale.minimum


def _units(scale: Scale) -> int:
    return int(_total(scale) / scale.step + 1e-9)


def _plain(mark: float) -> float:
    return int(mark) if mark == int(mark) else round(mark, 6)
