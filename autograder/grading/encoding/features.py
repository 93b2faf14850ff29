"""What is measured between an answer and a point that it should make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log1p

import numpy as np
from rapidfuzz import fuzz

from autograder.domain.grade import Span
from autograder.grading.encoding.meaning import Meaning, Meanings
from autograder.grading.sentences import spans
from autograder.grading.words import FUNCTION_WORDS, NEGATIONS, stem, tokens

MOST_SENTENCES = 40
LONG, PART = 2_000, 500
"""Longer answers are read in parts of so many characters, about as many tokens as the text encoder
takes: a point is looked for in the part that comes nearest to it."""
WINDOW = 3
"""Sentences of an answer that are read with a point: padding beside them makes no difference."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

PAIR = (
    "cosine",
    "nearest_cosine",
    "recall",
    "new_recall",
    "new_precision",
    "pair_recall",
    "fuzzy",
    "negation_differs",
    "numbers",
    "bare_words",
    "brevity",
    "soft_recall",
    "soft_new_recall",
)
"""The plain features of an answer and a point, in order. None of them grows with mere length."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """A point, or a whole reference answer, with the question that asks for it.

    ``given``: the word pieces of the question.
    """

    text: str
    meaning: Meaning
    question: str
    given: frozenset[str]

    @property
    def vector(self) -> np.ndarray:
        """That of the whole text."""
        return self.meaning.vector

    @cached_property
    def words(self) -> list[str]:
        """Its words, content and function words alike."""
        return tokens(self.text)

    @cached_property
    def stems(self) -> set[str]:
        """The stems of its content words."""
        return _content(self.words)

    @cached_property
    def asked(self) -> set[str]:
        """The stems that the question itself gives away."""
        return _content(tokens(self.question))

    @cached_property
    def numbers(self) -> set[str]:
        """The numbers that it names and the question doesn't."""
        return set(_NUMBER.findall(self.text)) - set(_NUMBER.findall(self.question))


@dataclass(frozen=True, eq=False)
class Said:
    """An answer with its sentences; ``vectors`` are theirs, ``meaning`` that of the whole."""

    text: str
    spans: tuple[Span, ...]
    meaning: Meaning
    vectors: np.ndarray
    start: int = 0
    """Where it begins in the answer that it is a part of."""
    parts: tuple[Said, ...] = ()
    """Of a long answer, which the text encoder would read the beginning of: its parts in order."""

    @classmethod
    def of(cls, text: str, meanings: Meanings) -> Said:
        """Splits and embeds an answer."""
        if len(text) > LONG and (cuts := _parts(spans(text))):
            return cls._of_parts(text, cuts, meanings)
        return cls._of_part(text, 0, meanings)

    @classmethod
    def _of_parts(cls, text: str, cuts: Sequence[Span], meanings: Meanings) -> Said:
        parts = tuple(cls._of_part(text[a:b], a, meanings) for a, b in cuts)
        mean = np.mean([part.vector for part in parts], axis=0)
        pieces = tuple(piece for part in parts for piece in part.meaning.pieces)
        words = np.concatenate([part.meaning.words for part in parts])
        whole = Meaning(mean / max(float(np.linalg.norm(mean)), 1e-9), pieces, words)
        found = tuple((s + p.start, e + p.start) for p in parts for s, e in p.spans)
        return cls(text, found, whole, np.concatenate([p.vectors for p in parts]), parts=parts)

    @classmethod
    def _of_part(cls, text: str, start: int, meanings: Meanings) -> Said:
        found = spans(text)[:MOST_SENTENCES]
        pieces = [text[start:end] for start, end in found]
        (whole,) = meanings.of([text])
        several = len(pieces) > 1
        vectors = meanings.embedding.embed(pieces) if several else whole.vector[None]
        return cls(text, tuple(found), whole, vectors, start)

    @property
    def vector(self) -> np.ndarray:
        """That of the whole text."""
        return self.meaning.vector

    @cached_property
    def words(self) -> list[str]:
        """Its words."""
        return tokens(self.text)

    @cached_property
    def stems(self) -> set[str]:
        """The stems of its content words."""
        return _content(self.words)

    @cached_property
    def in_pairs(self) -> frozenset[str]:
        """The stems of its content words, and those of neighbours together."""
        own = [stem(word) for word in self.words if word not in FUNCTION_WORDS]
        return frozenset(own) | {f"{one} {other}" for one, other in pairwise(own)}

    def nearest(self, wanted: Wanted, how_many: int = WINDOW) -> list[int]:
        """The sentences nearest to a point, in the order of the answer."""
        order = np.argsort(-(self.vectors @ wanted.vector), kind="stable")[:how_many]
        return sorted(int(index) for index in order)

    def window(self, wanted: Wanted) -> str:
        """The text of the nearest sentences."""
        if len(self.spans) <= WINDOW:
            return self.text
        return " ".join(self.text[slice(*self.spans[index])] for index in self.nearest(wanted))

    def part_for(self, wanted: Wanted) -> Said:
        """The part of a long answer in which a sentence comes nearest to the point."""
        if not self.parts:
            return self
        return max(self.parts, key=lambda part: float((part.vectors @ wanted.vector).max()))

    def evidence(self, wanted: Wanted) -> Span | None:
        """The sentence that comes nearest to the point."""
        return self.spans[self.nearest(wanted, 1)[0]] if self.spans else None


def _parts(found: Sequence[Span]) -> list[Span]:
    """Runs of whole sentences of about ``PART`` characters, none of which is left out."""
    cuts: list[Span] = []
    for start, end in found:
        if cuts and end - cuts[-1][0] <= PART:
            cuts[-1] = cuts[-1][0], end
        else:
            cuts.append((start, end))
    return cuts


def pair_features(said: Said, wanted: Wanted) -> np.ndarray:
    """The features named in PAIR, (13,) float64."""
    window = said.window(wanted)
    words = tokens(window)
    content = _content(words)
    new_wanted = (wanted.stems - wanted.asked) or wanted.stems
    new_said = content - wanted.asked
    return np.array(
        [
            float(said.vector @ wanted.vector),
            float((said.vectors @ wanted.vector).max()),
            _share(wanted.stems, content),
            _share(new_wanted, said.stems),
            _share(new_said, wanted.stems),
            _share(_pairs(wanted.words), _pairs(words)),
            fuzz.token_set_ratio(" ".join(wanted.words), " ".join(words)) / 100,
            float(_negated(words) != _negated(wanted.words)),
            _share(wanted.numbers, set(_NUMBER.findall(said.text))) if wanted.numbers else 0.5,
            _bare(words),
            max(-1.0, min(0.0, (log1p(len(words)) - log1p(len(wanted.words))) / 3)),
            *_soft_recall(said.meaning, wanted),
        ]
    )


def _soft_recall(said: Meaning, wanted: Wanted) -> tuple[float, float]:
    """How near the answer comes to each word that is wanted, in its context; the same of those
    that the question doesn't give away (BERTScore's recall, Zhang et al. 2020, section 3)."""
    if not len(said.words) or not len(wanted.meaning.words):
        return 0.0, 0.0
    near = (wanted.meaning.words @ said.words.T).max(1)
    new = [piece not in wanted.given for piece in wanted.meaning.pieces]
    return float(near.mean()), float((near[new] if any(new) else near).mean())


def _content(words: Sequence[str]) -> set[str]:
    return {stem(word) for word in words if word not in FUNCTION_WORDS}


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    own = [stem(word) for word in words]
    return set(pairwise(own))


def _share(
    wanted: set[str] | set[tuple[str, str]], found: set[str] | set[tuple[str, str]]
) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0


def _negated(words: Sequence[str]) -> bool:
    return sum(word in NEGATIONS for word in words) % 2 == 1


def _bare(words: Sequence[str]) -> float:
    """How far the answer lacks the small words that make sentences of words."""
    if len(words) < 4:
        return 0.0
    return max(0.0, 0.25 - sum(word in FUNCTION_WORDS for word in words) / len(words)) * 4
