"""What is learned from and what is held back to test it, the same for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from autograder.domain.errors import InvalidInput
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.leaks import without_leaks
from autograder.learning.examples.sameness import question_keys, said

By = Literal["question", "exam", "answer"]
QUESTION: Final = "question"
EXAM: Final = "exam"
ANSWER: Final = "answer"


@dataclass(frozen=True, slots=True)
class Split:
    """Examples to learn from and to test on; ``remarks`` name what stands on neither side."""

    train: tuple[MarkedExample, ...]
    held_out: tuple[MarkedExample, ...]
    remarks: tuple[Remark, ...] = ()


def split(
    examples: Sequence[MarkedExample],
    *,
    held_out: float = 0.2,
    by: By = QUESTION,
    seed: int = 0,
    shielded: Collection[str] = (),
) -> Split:
    """Holds whole questions back, or whole exams; ``answer`` is for essays on a single prompt.

    A side is told by the hash of the question's words (the exam's name, the answer's words), so
    that more examples move no question over. All of ``shielded`` (exams, labs, question ids or
    labels) is held back. What gives the held-out side away is left out of training.
    InvalidInput: ``shielded`` names nothing that is there, or ``held_out`` is no share.
    """
    if not 0 <= held_out < 1:
        raise InvalidInput("The share to hold back must be at least 0 and below 1.")
    shut = _shut(examples, shielded)
    keys = _keys(examples, by)
    draws = {key: _draw(key, seed) for key, hidden in zip(keys, shut, strict=True) if not hidden}
    tested = _tested(draws, held_out, enough=any(shut))
    back = [hidden or key in tested for key, hidden in zip(keys, shut, strict=True)]
    test = [each for each, behind in zip(examples, back, strict=True) if behind]
    rest = [each for each, behind in zip(examples, back, strict=True) if not behind]
    train, remarks = without_leaks(rest, test, same_question=by == ANSWER)
    return Split(tuple(train), tuple(test), tuple(remarks))


def _keys(examples: Sequence[MarkedExample], by: By) -> list[str]:
    if by == QUESTION:
        return question_keys(examples)
    return [each.exam if by == EXAM else said(each.text) for each in examples]


def _draw(key: str, seed: int) -> float:
    """A number from 0 to 1 that belongs to the key for ever."""
    digest = hashlib.sha256(f"{seed}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _tested(draws: Mapping[str, float], share: float, enough: bool) -> set[str]:
    """The keys below ``share``; of two and more, at least one is tested and one learned."""
    ordered = sorted(draws, key=lambda key: (draws[key], key))
    count = sum(draw < share for draw in draws.values())
    if share > 0 and not enough:
        count = max(1, count)
    return set(ordered[: min(count, max(0, len(ordered) - 1))])


def _shut(examples: Sequence[MarkedExample], shielded: Collection[str]) -> list[bool]:
    wanted = {name.strip().casefold(): name for name in shielded}
    found = [_names(each) & wanted.keys() for each in examples]
    missing = sorted(wanted[name] for name in wanted.keys() - set().union(*found))
    if missing:
        known = sorted({each.exam or each.question.label for each in examples})
        there = ", ".join(known[:10]) or "none"
        raise InvalidInput(
            f"Nothing here is called “{missing[0]}”, so it can't be held back. There are: {there}."
        )
    return [bool(names) for names in found]


def _names(example: MarkedExample) -> set[str]:
    question = example.question
    return {name.casefold() for name in (example.exam, question.id, question.label) if name}
