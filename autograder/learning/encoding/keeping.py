"""Which marked answers a network doesn't learn from, so that they can tell how well it learns."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from autograder.domain.marked_example import MarkedExample

SHARE = 6
"""Every sixth question is kept, or every sixth answer."""
ENOUGH = 18
"""Questions from which on whole ones are kept: fewer than three tell little about new ones."""


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
