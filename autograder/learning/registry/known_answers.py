"""A few answers whose marks a learned model must give again before it serves.

Sums tell whether its files are whole; these tell whether it still does here what it did where it
was made: the same base, the same prompt, sound arithmetic. They are planted: put together from
held-out questions and their own reference answers, so no student's words travel with a model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.domain.errors import AutoGraderError, EngineUnavailable
from autograder.domain.exam import Question
from autograder.domain.grade import Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.registry.contents import KNOWN, refused

Predict = Callable[[Question, Sequence[str]], Sequence[Prediction]]
"""A grader's ``grade`` without passages and reviews."""

QUESTIONS = 4
TOLERANCE = 0.1
"""In a mark's probability. fp16, bf16 and fp32 differ by less than 0.03; another base or a broken
kernel by far more."""
MOST, LONGEST = 40, 20_000
IDLE = "I don't know."
OTHERWISE = (
    "it gives an answer that it knows other marks than when it was made (a chance is off by "
    "{off:.2f}). Its base model or the program is another one: train it again here"
)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer and the probability of every mark that the model gave it when it was made."""

    question: Question
    text: str
    distribution: tuple[tuple[float, float], ...]


_ADAPTER = TypeAdapter(tuple[KnownAnswer, ...])


def plant(held_out: Iterable[MarkedExample]) -> list[tuple[Question, str]]:
    """Questions with a right answer, the right answer to another one, and none at all."""
    asked = {each.question.id: each.question for each in held_out}
    chosen = sorted(asked.values(), key=lambda each: _digest(each.id))[:QUESTIONS]
    right = [_right(question) for question in chosen]
    planted = []
    for place, question in enumerate(chosen):
        others = [
            text for text in right[place + 1 :] + right[:place] if text not in ("", right[place])
        ]
        texts = (right[place], *others[:1], IDLE)
        planted += [(question, text) for text in dict.fromkeys(texts) if text]
    return planted


def record(planted: Iterable[tuple[Question, str]], predict: Predict) -> tuple[KnownAnswer, ...]:
    """What the model gives planted answers now."""
    return tuple(
        KnownAnswer(question, text, predict(question, [text])[0].distribution)
        for question, text in planted
    )


def check(folder: Path, predict: Predict, tolerance: float = TOLERANCE) -> None:
    """Has the model in ``folder`` grade its known answers again.

    EngineUnavailable: it has none, or gives one of them other marks than when it was made.
    """
    known = read(folder)
    if not known:
        raise refused(folder, "it has no known answers to be checked by")
    for question, some in _by_question(known).items():
        now = predict(question, [each.text for each in some])
        for each, prediction in zip(some, now, strict=True):
            off = _distance(dict(each.distribution), dict(prediction.distribution))
            if not off <= tolerance:
                raise refused(folder, OTHERWISE.format(off=off))


def write(known: Sequence[KnownAnswer]) -> bytes:
    """The content of ``known_answers.json``."""
    return json.dumps(_ADAPTER.dump_python(tuple(known)), ensure_ascii=False, indent=1).encode()


def read(folder: Path) -> tuple[KnownAnswer, ...]:
    """The known answers beside a model; none where it has none. EngineUnavailable: damaged."""
    try:
        known = _ADAPTER.validate_json((folder / KNOWN).read_bytes())
    except FileNotFoundError:
        return ()
    except (ValidationError, AutoGraderError, OSError) as error:
        raise _damaged(folder) from error
    if len(known) > MOST or any(len(each.text) > LONGEST for each in known):
        raise _damaged(folder)
    return known


def _by_question(known: Iterable[KnownAnswer]) -> dict[Question, list[KnownAnswer]]:
    found: dict[Question, list[KnownAnswer]] = {}
    for each in known:
        found.setdefault(each.question, []).append(each)
    return found


def _right(question: Question) -> str:
    written = [text.strip() for text in question.reference_answers if text.strip()]
    earned = [criterion.text for criterion in question.criteria if criterion.marks > 0]
    return written[0] if written else ". ".join(earned)


def _distance(then: dict[float, float], now: dict[float, float]) -> float:
    """The largest difference of a probability; 1 where the marks are others or no numbers."""
    if then.keys() != now.keys():
        return 1.0
    off = [abs(then[mark] - now[mark]) for mark in then]
    return max(off, default=1.0) if all(each <= 1 for each in off) else 1.0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _damaged(folder: Path) -> EngineUnavailable:
    return refused(folder, f"{KNOWN} is damaged")
