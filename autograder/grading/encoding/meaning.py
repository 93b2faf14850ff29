"""What the text encoder says of a text: of the whole, and of each of its words in its context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from autograder.embedding import Tokens
from autograder.grading.words import FUNCTION_WORDS


class Embedding(Protocol):
    """Texts become unit vectors."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32."""
        ...

    def embed_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[Tokens]]:
        """The same, and each text's word pieces with their vectors."""
        ...


@dataclass(frozen=True, eq=False)
class Meaning:
    """``vector`` (d,) of a text, and its n content ``pieces`` with their ``words`` (n, d), of
    length 1."""

    vector: np.ndarray
    pieces: tuple[str, ...]
    words: np.ndarray


class Meanings:
    """Finds them; ``common`` (d,) is what the vectors of all words share, and says nothing."""

    def __init__(self, embedding: Embedding, common: np.ndarray) -> None:
        self.embedding = embedding
        self._common = common

    def of(self, texts: Sequence[str]) -> list[Meaning]:
        """One for each text."""
        vectors, tokens = self.embedding.embed_tokens(texts)
        return [self._meaning(vector, *each) for vector, each in zip(vectors, tokens, strict=True)]

    def _meaning(self, vector: np.ndarray, pieces: Sequence[str], states: np.ndarray) -> Meaning:
        kept = [place for place, piece in enumerate(pieces) if says_something(piece)]
        own = states[kept] - self._common
        length = np.maximum(np.linalg.norm(own, axis=-1, keepdims=True), 1e-9)
        return Meaning(vector, tuple(pieces[place] for place in kept), own / length)


def says_something(piece: str) -> bool:
    """Whether a word piece is no mark and none of the small words."""
    return bool(re.search(r"\w", piece)) and piece not in FUNCTION_WORDS
