"""How both graders do on each question, without knowing any of the teacher's marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.learning.comparing.comparison import Beside


@dataclass(frozen=True, slots=True)
class EachQuestion:
    """Over the answers that both marked; all as shares of the scale, the new grader's first."""

    label: str
    answers: int
    off: tuple[float, float]
    """The mean distance from the teacher's marks."""
    bias: tuple[float, float]
    """The mean of what is above the teacher's marks: below 0 it is stricter."""


def each_question(answers: Iterable[Beside]) -> list[EachQuestion]:
    """In the order of the labels."""
    own: dict[str, list[tuple[float, float]]] = {}
    for each in answers:
        new, current, example = each.new.off, each.current.off, each.new.example
        if new is not None and current is not None and not each.new.known:
            exam = f"{example.exam}: " if example.exam else ""
            label = example.question.label or example.question.id
            own.setdefault(f"{exam}{label}", []).append((new, current))
    return [_of(label, own[label]) for label in sorted(own, key=_in_order)]


def _in_order(label: str) -> str:
    """Q2 before Q10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(9), label)


def _of(label: str, pairs: list[tuple[float, float]]) -> EachQuestion:
    off = [sum(abs(pair[side]) for pair in pairs) / len(pairs) for side in (0, 1)]
    bias = [sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1)]
    return EachQuestion(label, len(pairs), (off[0], off[1]), (bias[0], bias[1]))
