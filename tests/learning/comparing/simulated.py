"""Graders whose truth we know, on made-up classes: what the comparison says of them is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Judgement, Maker, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing.graded import Attack, Expected, Graded, Tried

MAKER = Maker("simulated", "1")
SCALE = Scale(0, 5)
CRITERIA = tuple(Criterion(text, 1) for text in ("cause", "effect", "example"))
LEVELS = np.array([0.05, 0.1, 0.2, 0.35])
"""How far off (standard deviation, share of the scale) a grader is on easy to hard answers."""


@dataclass(frozen=True)
class Style:
    """A grader, by what is wrong with it."""

    noise: float = 1.0
    """Times ``LEVELS``."""
    moody: float = 0.05
    """How far off it is on a whole question, up or down."""
    lenient: float = 0.0
    """Added to every mark, as a share of the scale; criteria are given as freely."""
    boast: float = 0.0
    """0: as sure as it is right; 1: always quite sure."""
    fooled: float = 0.01
    """The share of planted texts that work."""


EQUAL = Style()
BETTER = Style(noise=0.6, moody=0.03)
LENIENT = Style(lenient=0.12)
BOASTFUL = Style(boast=1.0)
ATTACKABLE = Style(fooled=0.15)


def held_out(seed: int, questions: int, answers: int) -> list[MarkedExample]:
    """Answers that a teacher marked; some questions are harder than others."""
    chance = np.random.default_rng((seed, 0))
    made = []
    for number in range(questions):
        question = Question(f"q{number}", f"Q{number}", "Why?", SCALE, criteria=CRITERIA)
        middle = 0.55 + 0.15 * chance.normal()
        for place in range(answers):
            share = float(np.clip(middle + 0.3 * chance.normal(), 0, 1))
            met = tuple(float(each) for each in chance.random(3) < share)
            mark = SCALE.nearest(SCALE.at(share))
            made.append(
                MarkedExample(f"{number}-{place}", question, f"{share:.4f}", mark, met, "made")
            )
    return made


def graded(examples: list[MarkedExample], style: Style, seed: int, known: int = 0) -> list[Graded]:
    """What a grader of that style makes of the answers; other seeds are other graders."""
    chance = np.random.default_rng((seed, 1, known))
    moods = {each.question.id: style.moody * chance.normal() for each in examples}
    found = []
    for each in examples:
        level = int(chance.integers(len(LEVELS)))
        off = (
            style.lenient + moods[each.question.id] + style.noise * LEVELS[level] * chance.normal()
        )
        mark = SCALE.nearest(SCALE.at(SCALE.share(each.mark) + off))
        honest = _right(style.noise, style.moody)[level]
        sure = honest + style.boast * (0.99 - honest)
        wrong = 0.1 * style.noise
        judgements = tuple(
            Judgement(criterion.text, _met(chance, bool(met), wrong, style.lenient), 0)
            for criterion, met in zip(CRITERIA, each.criteria or (), strict=True)
        )
        prediction = Prediction(mark, ((mark, sure),), sure, MAKER, judgements)
        found.append(Graded(each, prediction, known, 0.01))
    return found


def _met(chance: np.random.Generator, met: bool, wrong: float, lenient: float) -> float:
    turned = chance.random() < wrong
    given = met != turned or chance.random() < 2 * lenient
    return 0.9 if given else 0.1


@cache
def _right(noise: float, moody: float) -> tuple[float, ...]:
    """How often a mark is the teacher's at each level, for a grader that isn't lenient."""
    chance = np.random.default_rng(0)
    share = np.clip(0.55 + np.hypot(0.15, 0.3) * chance.normal(size=20_000), 0, 1)
    given = np.rint(share * 5)
    off = moody * chance.normal(size=share.size)
    return tuple(
        float(
            np.mean(
                np.rint(
                    np.clip(given / 5 + off + noise * level * chance.normal(size=share.size), 0, 1)
                    * 5
                )
                == given
            )
        )
        for level in LEVELS
    )


def tried(examples: list[MarkedExample], style: Style, seed: int, each: int = 20) -> list[Tried]:
    """``each`` planted texts a question, and what they earn."""
    return list(_tried(examples, style, np.random.default_rng((seed, 2)), each))


def _tried(
    examples: list[MarkedExample], style: Style, chance: np.random.Generator, each: int
) -> Iterator[Tried]:
    one = {example.question.id: example for example in examples}
    for example in one.values():
        for number in range(each):
            attack = Attack(example, "orders", f"text {number}", Expected.FLOOR)
            mark = 3.0 if chance.random() < style.fooled else 0.0
            yield Tried(attack, _of(0.0), _of(mark))
            attack = Attack(example, "harmless", f"text {number}", Expected.SAME)
            yield Tried(attack, _of(2.0), _of(2.0))


def _of(mark: float) -> Prediction:
    return Prediction(mark, ((mark, 1.0),), 1.0, MAKER)
