"""Classes whose teacher agrees with the machine as often as we say: what was promised is checked.

A world says how likely the teacher is to agree with a mark of that own confidence (as a logit),
given what the question and the answer add to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import OWN, Flag, Maker, MarkedAnswer, Prediction, Review
from autograder.domain.script import Answer, AnswerText

MAKER = Maker("simulated", "1")
START = datetime(2026, 1, 1, tzinfo=UTC)
SCALE = Scale(0, 4)


def logistic(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-logits)))


def honest(own: np.ndarray, question: np.ndarray, _hidden: np.ndarray) -> np.ndarray:
    return logistic(own + 0.4 * question)


def boastful(own: np.ndarray, question: np.ndarray, _hidden: np.ndarray) -> np.ndarray:
    """Far surer than right, and of some questions more than of others."""
    return logistic(0.6 * own - 0.6 + 0.8 * question)


def fallible(own: np.ndarray, question: np.ndarray, _hidden: np.ndarray) -> np.ndarray:
    """However sure it is, one mark in twelve is wrong."""
    return 0.92 * logistic(1.2 * own + 0.5 * question)


def stepped(own: np.ndarray, question: np.ndarray, _hidden: np.ndarray) -> np.ndarray:
    """No line fits: above some confidence nearly all is right, below a good half."""
    return np.where(own + 0.3 * question > 1.5, 0.975, 0.6)


def typical(own: np.ndarray, question: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Answers that stand for many, which are asked for first, are easier than they look."""
    return logistic(own + 0.4 * question + hidden)


WORLDS = (honest, boastful, fallible, stepped, typical)
World = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass
class SimulatedClass:
    """An exam's answers, how likely the teacher agrees with each, and what the teacher gives."""

    marked: list[MarkedAnswer]
    chance: dict[str, float]
    given: dict[str, float]
    alike: dict[str, int]

    def review(self, ids: Iterable[str], way: str = OWN) -> None:
        """The teacher marks those answers."""
        chosen = set(ids)
        self.marked = [
            self._reviewed(each, way) if each.answer.id in chosen else each for each in self.marked
        ]

    def _reviewed(self, marked: MarkedAnswer, way: str) -> MarkedAnswer:
        at = START + timedelta(hours=1, seconds=len(marked.reviews))
        review = Review(self.given[marked.answer.id], "Ada", at, way=way)
        return replace(marked, reviews=(*marked.reviews, review))


def simulated(
    seed: int, world: World = honest, questions: int = 8, students: int = 80
) -> SimulatedClass:
    """A class as chance has it; the same for the same seed."""
    chance = np.random.default_rng(seed)
    shape = (questions, students)
    own = np.clip(chance.normal(1.8, 1.6, shape), -2.0, 5.0)
    question = np.repeat(chance.normal(0, 1, (questions, 1)), students, axis=1)
    hidden = np.where(chance.random(shape) < 0.3, 1.0, -0.3)
    right = world(own, question, hidden)
    agrees = chance.random(shape) < right
    found = SimulatedClass([], {}, {}, {})
    for place in np.ndindex(shape):
        answer_id = f"{seed}-q{place[0]}-s{place[1]}"
        found.marked.append(answer(answer_id, f"q{place[0]}", float(logistic(own[place]))))
        found.chance[answer_id] = float(right[place])
        found.given[answer_id] = 3.0 if agrees[place] else 1.0
        found.alike[answer_id] = 6 if hidden[place] > 0 else 1
    return found


def answer(
    answer_id: str,
    question_id: str = "q0",
    confidence: float = 0.8,
    mark: float | None = 3.0,
    flags: Sequence[Flag] = (),
    note: str = "",
) -> MarkedAnswer:
    """An answer as it was graded."""
    text = AnswerText(1, "It maps pages to frames.", "test", False, START)
    question = Question(question_id, question_id.upper(), "Why?", SCALE)
    predicted = Prediction(mark, (), confidence, MAKER, flags=tuple(flags), at=START)
    written = Answer(answer_id, answer_id, question_id, (text,), note)
    return MarkedAnswer(written, question, (predicted,))
