"""ROUGE-1, ROUGE-2 and ROUGE-L: how many of the reference's words a text has, alone and in order.

Lin 2004, “ROUGE: A Package for Automatic Evaluation of Summaries”. Our own, because rouge-score
(last released in 2022) drops every letter outside a-z and brings NLTK and Abseil with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

# Chinese and Japanese put no spaces between words: there every sign is one, as is usual for ROUGE.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Rouge:
    """F-measures, 0 to 1. Case and punctuation don't count, and words are not stemmed."""

    one: float
    two: float
    longest: float
    """ROUGE-L: the longest common subsequence of words."""


def rouge(text: str, references: Sequence[str]) -> Rouge:
    """The text against each of the references, the best of each figure; 0 where there is none."""
    own = words(text)
    figures = [_against(own, words(reference)) for reference in references]
    return Rouge(
        max((each.one for each in figures), default=0.0),
        max((each.two for each in figures), default=0.0),
        max((each.longest for each in figures), default=0.0),
    )


def words(text: str) -> list[str]:
    """What ROUGE counts."""
    return _WORD.findall(text.casefold())


def _against(own: list[str], reference: list[str]) -> Rouge:
    return Rouge(
        _f(_shared(own, reference), len(own), len(reference)),
        _f(
            _shared(list(pairwise(own)), list(pairwise(reference))),
            len(own) - 1,
            len(reference) - 1,
        ),
        _f(LCSseq.similarity(own, reference), len(own), len(reference)),
    )


def _shared(own: Sequence[object], reference: Sequence[object]) -> int:
    return (Counter(own) & Counter(reference)).total()


def _f(shared: int, own: int, reference: int) -> float:
    """Twice the shared over both lengths: the harmonic mean of precision and recall."""
    return 2 * shared / (own + reference) if shared else 0.0
