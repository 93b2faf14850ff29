"""Which marked answers a network doesn't learn from, so that they can tell how well it learns."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.domain.marked_example import MarkedExample

SHARE = 6
"""Every sixth question is kept, or every sixth answer."""
ENOUGH = 18
"""Questions from which on whole ones are kept: fewer than three tell little about new ones."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Marked answers: ``own`` are learned from, ``known`` are others to the same questions, and
    ``new`` are all answers to some questions, where there are enough questions to spare."""

    own: tuple[MarkedExample, ...]
    known: tuple[MarkedExample, ...]
    new: tuple[MarkedExample, ...]

    @classmethod
    def of(cls, examples: Sequence[MarkedExample]) -> Apart:
        """Always the same of the same examples."""
        questions = kept_questions(examples)
        rest = [each for each in examples if each.id not in questions]
        answers = kept_answers(rest)
        return cls(
            tuple(each for each in rest if each.id not in answers),
            tuple(each for each in rest if each.id in answers),
            tuple(each for each in examples if each.id in questions),
        )


def kept(examples: Sequence[MarkedExample]) -> frozenset[str]:
    """Their ids. Whole questions where there are enough, for new ones are what counts."""
    return kept_questions(examples) or kept_answers(examples)


def kept_questions(examples: Sequence[MarkedExample]) -> frozenset[str]:
    """The ids of all answers to some questions; none where there are too few questions."""
    questions = sorted({each.question.id for each in examples}, key=_draw)
    if len(questions) < ENOUGH:
        return frozenset()
    back = set(questions[: len(questions) // SHARE])
    return frozenset(each.id for each in examples if each.question.id in back)


def kept_answers(examples: Sequence[MarkedExample]) -> frozenset[str]:
    """The ids of some answers, whatever the question."""
    answers = sorted((each.id for each in examples), key=_draw)
    return frozenset(answers[: max(1, len(answers) // SHARE)])


def _draw(name: str) -> int:
    return zlib.crc32(f"kept {name}".encode())
