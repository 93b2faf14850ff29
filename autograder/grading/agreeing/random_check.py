"""Answers drawn by lot to be looked at although their marks seem safe, and what that showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.reliability import agreed, decision
from autograder.metrics import Figure, wilson

SHARE, FEWEST, MOST = 0.05, 3, 1 / 3
"""Of the answers to a question; at least and, by what the whole exam needs, at most so many."""


@dataclass(frozen=True, slots=True)
class RandomCheck:
    """What the answers drawn by lot showed: of ``looked_at`` a person changed ``changed``."""

    drawn: int
    looked_at: int
    changed: int

    @property
    def agreement(self) -> Figure:
        """The share whose mark the person left as it was; NaN before anything was looked at."""
        return wilson(self.looked_at - self.changed, self.looked_at)


def by_lot(answer_id: str, question_id: str) -> str:
    """Sorts answers as if by lot: another order for each question, the same on every machine."""
    return sha256(f"{question_id} {answer_id}".encode()).hexdigest()


def lot(marked: MarkedAnswer) -> str:
    """Where the lot puts an answer among those to its question."""
    return by_lot(marked.answer.id, marked.answer.question_id or "")


def draw(answers: Sequence[MarkedAnswer], needed: float) -> list[MarkedAnswer]:
    """The random sample of the answers to one question, of which ``needed`` would tell enough.

    Which of them were looked at already plays no part in it, so that it doesn't matter why they
    were: the sample tells of all of them.
    """
    wished = max(SHARE * len(answers), min(needed, MOST * len(answers)))
    return sorted(answers, key=lot)[: max(FEWEST, ceil(wished))]


def enough_to_tell(target: float) -> float:
    """How many answers without a change show that ``target`` (0-1) of all agree.

    The rule of three (Hanley & Lippman-Hand 1983): none changed of n, at most 3 / n at 95 %.
    """
    return 3 / (1 - target)


def checked(drawn: Sequence[MarkedAnswer]) -> RandomCheck:
    """What a person found on the answers drawn, as far as they were looked at."""
    seen = [
        agreed(each, foreseen.mark, review.mark)
        for each in drawn
        if (review := decision(each)) and (foreseen := each.foreseen) and foreseen.mark is not None
    ]
    return RandomCheck(len(drawn), len(seen), seen.count(False))
