"""Whether two texts say the same: letter for letter but for print, or all but a few words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from autograder.domain.marked_example import MarkedExample

NEAR = 0.8
"""Shared word pairs (Jaccard) from which two texts are near-same: one word in twenty differs."""
FEWEST_WORDS = 6
"""Shorter texts are near-same by chance: only the same words make them the same."""
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # Chinese and Japanese stand without blanks
    r"|\d+(?:[.,]\d+)+|[^\W_]+"
    r"|[<>=+\-*/%&|^~]+=?|!=+|!(?=\w)"
    r"|[^\w\s.,;:?!…\"'“”„‘’«»`。、「」『』《》]"
)


def tokens(text: str) -> list[str]:
    """Words, numbers and signs that carry meaning; not case, blanks or a sentence's stops."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def said(text: str) -> str:
    """The text without what print and typing change."""
    return " ".join(tokens(text))


_said = lru_cache(4096)(said)
"""For texts that many examples share."""


def question_key(example: MarkedExample) -> str:
    """Names a question by what it asks: the same one under another id has the same key."""
    question = example.question
    asked = _said(question.text) or _said(" ".join(question.reference_answers))
    return asked or f"{example.exam}\n{question.id}"


def question_keys(examples: Sequence[MarkedExample]) -> list[str]:
    """Each example's question by what it asks, as the first example of that id in its exam says.

    So a question whose text differs in a letter from line to line stays one question.
    """
    firsts: dict[tuple[str, str], str] = {}
    return [
        firsts.setdefault((each.exam, each.question.id), question_key(each)) for each in examples
    ]


class NearSame:
    """Finds which of ``texts`` are near-same to a text, all of them and no other.

    The set-similarity join with prefix filtering of Bayardo, Ma and Srikant, "Scaling Up All
    Pairs Similarity Search" (WWW 2007), on pairs of neighbouring words.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._words: dict[str, int] = {}
        self._sets = [self._pairs(text) for text in texts]
        every = np.concatenate([*self._sets, np.empty(0, np.uint64)])
        self._known, self._counts = np.unique(every, return_counts=True)
        self._by_rare: dict[int, list[int]] = defaultdict(list)
        for place, own in enumerate(self._sets):
            for pair in self._rarest(own):
                self._by_rare[pair].append(place)

    def near(self, text: str) -> list[int]:
        """The places of the near-same texts, lowest first; its own where it is one of them."""
        asked = self._pairs(text)
        places = {place for pair in self._rarest(asked) for place in self._by_rare.get(pair, ())}
        return sorted(place for place in places if _jaccard(asked, self._sets[place]) >= NEAR)

    def _pairs(self, text: str) -> np.ndarray:
        words = [self._words.setdefault(word, len(self._words)) for word in tokens(text)]
        if len(words) < FEWEST_WORDS:
            return np.empty(0, np.uint64)
        numbers = np.asarray(words, np.uint64)
        return np.unique(numbers[:-1] << np.uint64(32) | numbers[1:])

    def _rarest(self, pairs: np.ndarray) -> list[int]:
        """So many of the rarest pairs that a near-same text shares at least one of its own."""
        if not len(pairs):
            return []
        order = np.lexsort((pairs, self._count(pairs)))
        enough = len(pairs) - math.ceil(NEAR * len(pairs)) + 1
        rarest: list[int] = pairs[order[:enough]].tolist()
        return rarest

    def _count(self, pairs: np.ndarray) -> np.ndarray:
        if not len(self._known):
            return np.zeros(len(pairs), np.int64)
        places = np.minimum(np.searchsorted(self._known, pairs), len(self._known) - 1)
        return np.where(self._known[places] == pairs, self._counts[places], 0)


def _jaccard(one: np.ndarray, other: np.ndarray) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
