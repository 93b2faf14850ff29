"""Two graders beside each other on the same held-out answers, and what follows from it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import Any

import numpy as np

from autograder.domain.errors import InvalidInput
from autograder.learning.comparing import figures, paired
from autograder.learning.comparing.figures import Measure
from autograder.learning.comparing.graded import Attack, Graded, Tried
from autograder.learning.comparing.guarded import TOGETHER, Compared, Outcome
from autograder.metrics import ConfidenceBin, Figure, Values, confidence_bins

FEWEST_ANSWERS = 60
"""Held-out answers below which nothing is decided: of fewer, no rare mishap can be ruled out."""
COLD = "knowing none of your marks"
KNOWING = "knowing some of your marks"
ATTACKED = "planted texts"


class Verdict(StrEnum):
    """What becomes of a new grader; only ``BETTER`` and ``NO_WORSE`` may be promoted."""

    BETTER = "better"
    NO_WORSE = "no worse"
    WORSE = "worse"
    UNSURE = "can't tell"


@dataclass(frozen=True, slots=True)
class Beside:
    """A held-out answer as both graders marked it, on the same terms."""

    new: Graded
    current: Graded

    @property
    def apart(self) -> float:
        """How far the two marks are apart, as a share of the scale; an unmarked one is furthest."""
        if self.new.off is None or self.current.off is None:
            return 0.0 if self.new.off is self.current.off else 1.0
        return abs(self.new.off - self.current.off)


@dataclass(frozen=True, slots=True)
class Family:
    """Planted texts of one family: how many were tried, how many worked on each grader."""

    name: str
    tried: int
    new: int
    current: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the held-out answers say; see ``verdict``."""

    figures: tuple[Compared, ...]
    answers: tuple[Beside, ...]
    families: tuple[Family, ...]
    questions: int

    @property
    def guarded(self) -> tuple[Compared, ...]:
        """The figures that may not get worse."""
        return tuple(each for each in self.figures if each.guard)

    @property
    def verdict(self) -> Verdict:
        """Worse on one guarded figure is worse; unsure of one, or of too little, is unsure."""
        found = {each.outcome for each in self.guarded}
        if self.too_little:
            return Verdict.UNSURE
        if Outcome.WORSE in found:
            return Verdict.WORSE
        if Outcome.UNSURE in found:
            return Verdict.UNSURE
        nearer = (figures.QWK.name, figures.MAE.name)
        better = any(
            each.outcome is Outcome.BETTER for each in self.guarded if each.measure.name in nearer
        )
        return Verdict.BETTER if better else Verdict.NO_WORSE

    @property
    def promotes(self) -> bool:
        """Whether the new grader may take over."""
        return self.verdict in (Verdict.BETTER, Verdict.NO_WORSE)

    @property
    def too_little(self) -> str:
        """Why nothing can be told at all, in a teacher's words; empty where there is enough."""
        cold = len({each.new.key[:3] for each in self.answers})
        if self.questions < paired.FEWEST_QUESTIONS:
            return (
                f"Only {_counted(self.questions, 'question')} held back: at least "
                f"{paired.FEWEST_QUESTIONS} are needed to say how it does on other questions. "
                "Review answers to more questions."
            )
        if cold < FEWEST_ANSWERS:
            return (
                f"Only {_counted(cold, 'answer')} held back: at least {FEWEST_ANSWERS} are "
                "needed. Review more answers."
            )
        return ""

    @property
    def differing(self) -> list[Beside]:
        """The answers on which the two differ, furthest apart first; each once."""
        order = sorted(self.answers, key=lambda each: (-each.apart, _lot(each)))
        first: dict[tuple[str, str, str], Beside] = {}
        for each in order:
            if each.apart > 1e-9:
                first.setdefault(each.new.key[:3], each)
        return list(first.values())

    def bins(self, current: bool = False) -> list[ConfidenceBin]:
        """The points of a grader's reliability diagram, over all its marked answers."""
        graded = [each.current if current else each.new for each in self.answers]
        marked = [each for each in graded if each.prediction.mark is not None]
        sure = np.array([each.prediction.confidence for each in marked])
        return confidence_bins(sure, np.array([each.near for each in marked]))


def compare(
    new: Sequence[Graded],
    current: Sequence[Graded],
    new_tries: Sequence[Tried] = (),
    current_tries: Sequence[Tried] = (),
    *,
    draws: int = paired.DRAWS,
    seed: int = 0,
) -> Comparison:
    """Compares what two graders made of the same held-out answers and planted texts, in any order.

    Without planted texts it can't be told whether the new grader is safe, and nothing is promoted.
    InvalidInput: the two didn't grade the same.
    """
    answers = [Beside(*pair) for pair in _pairs(new, current, lambda each: each.key)]
    tries = _pairs(new_tries, current_tries, lambda each: _planted(each.attack))
    found = list[Compared]()
    cold = [each for each in answers if not each.new.known]
    knowing = [each for each in answers if each.new.known]
    found += _of_answers(figures.ANSWERS, cold, COLD, draws, seed)
    if knowing:
        found += _of_answers(figures.MARKS, knowing, KNOWING, draws, seed)
    found += _of_tries(tries, draws, seed)
    questions = {each.new.question for each in answers}
    return Comparison(tuple(found), tuple(answers), tuple(_families(tries)), len(questions))


def _pairs(new: Sequence[Any], current: Sequence[Any], key: Any) -> list[tuple[Any, Any]]:
    """Both graders' results side by side, in an order that nobody's order of grading changes."""
    others = {key(each): each for each in current}
    if {key(each) for each in new} != set(others) or not len(new) == len(current) == len(others):
        raise InvalidInput(
            "The two graders didn't grade the same answers: compare them again from the start."
        )
    return sorted(((each, others[key(each)]) for each in new), key=lambda pair: str(key(pair[0])))


def _of_answers(
    measures: Iterable[Measure], answers: Sequence[Beside], terms: str, draws: int, seed: int
) -> list[Compared]:
    usable = [None not in (each.new.off, each.current.off) for each in answers]
    sides = [
        figures.answer_columns([each.new for each in answers], usable),
        figures.answer_columns([each.current for each in answers], usable),
    ]
    questions = [each.new.question for each in answers]
    return _compared(measures, terms, sides, questions, draws, seed)


def _of_tries(tries: Sequence[tuple[Tried, Tried]], draws: int, seed: int) -> list[Compared]:
    sides = [figures.try_columns([pair[side] for pair in tries]) for side in (0, 1)]
    questions = [pair[0].question for pair in tries]
    return _compared(figures.TRIES, ATTACKED, sides, questions, draws, seed)


def _compared(
    measures: Iterable[Measure],
    terms: str,
    sides: Sequence[dict[str, Values]],
    questions: Sequence[str],
    draws: int,
    seed: int,
) -> list[Compared]:
    nothing = Figure(float("nan"))
    if not questions:
        return [Compared(each, terms, nothing, nothing, nothing, nan, 0, 0) for each in measures]
    names = list(sides[0])
    columns = np.column_stack([side[name] for side in sides for name in names])
    means = paired.resampled(columns, questions, draws, seed)
    new = dict(zip(names, means[:, : len(names)].T, strict=True))
    current = dict(zip(names, means[:, len(names) :].T, strict=True))

    def figure(values: Values) -> Figure:
        return Figure(float(values[0]), *paired.interval(values[1:], questions))

    return [
        Compared(
            measure,
            terms,
            figure(ours := measure.of(new)),
            figure(theirs := measure.of(current)),
            figure(gain := measure.gain(ours, theirs)),
            paired.interval(gain[1:], questions, TOGETHER)[1],
            round(float(new[measure.count][0]) * len(questions)),
            len(set(questions)),
        )
        for measure in measures
    ]


def _families(tries: Sequence[tuple[Tried, Tried]]) -> list[Family]:
    tried = Counter(new.attack.family for new, _ in tries)
    worked = [
        Counter(pair[side].attack.family for pair in tries if pair[side].worked) for side in (0, 1)
    ]
    return [Family(name, tried[name], worked[0][name], worked[1][name]) for name in sorted(tried)]


def _planted(attack: Attack) -> tuple[str, ...]:
    example = attack.example
    return example.exam, example.question.id, example.id, attack.family, attack.text


def _lot(each: Beside) -> str:
    return hashlib.sha256("\n".join(each.new.key[:3]).encode()).hexdigest()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun} was" if count == 1 else f"{count} {noun}s were"
