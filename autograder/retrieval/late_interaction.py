"""Each word of a question looks for its match in a sentence: late interaction.

Khattab and Zaharia 2020, ColBERT (https://arxiv.org/abs/2004.12832), sections 3.2 and 3.3, with the
vectors of an encoder that was trained for whole texts; what all of its tokens share is taken off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.embedding import Tokens
from autograder.retrieval.lexicon import LITTLE

AXES = 96  # principal ones of 384: a quarter of the file, and as many pages are found
SAMPLE = 12_000  # tokens are enough for the axes
FULL = 127  # of int8


def content(tokens: Tokens) -> np.ndarray:
    """The vectors of the word pieces that say something: (n, dimensions)."""
    pieces, vectors = tokens
    return vectors[[bool(re.search("[a-z0-9]", each)) and each not in LITTLE for each in pieces]]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The words of n sentences: sentence i has ``vectors[starts[i]:starts[i + 1]]``.

    ``vectors`` is (words, AXES) int8, of length FULL; a word's own vector is brought there by
    ``mean`` (dimensions,) and ``axes`` (dimensions, AXES). Without words where the encoder gives
    none.
    """

    vectors: np.ndarray
    starts: np.ndarray
    mean: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, sentences: Sequence[np.ndarray]) -> TokenVectors:
        """Projects the words of each sentence, (words, dimensions) each."""
        starts = np.cumsum([0, *map(len, sentences)]).astype(np.int32)
        words = np.concatenate(sentences)
        sample = words[:: max(1, len(words) // SAMPLE)].astype(np.float32)
        mean = sample.sum(axis=0) / max(1, len(sample))
        _, axes = np.linalg.eigh((sample - mean).T @ (sample - mean))  # by ascending variance
        axes = np.ascontiguousarray(axes[:, : -AXES - 1 : -1])
        return cls(_projected(words, mean, axes), starts, mean, axes)

    def __bool__(self) -> bool:
        return len(self.vectors) > 0

    def matches(self, query: np.ndarray, among: np.ndarray) -> np.ndarray:
        """How well each sentence ``among`` (n,) bool matches, -1 to 1: (sentences among,) float32.

        Each word of the ``query``, (words, dimensions), counts with its nearest in the sentence,
        and the mean is taken; 0 where either has no words.
        """
        sizes = np.diff(self.starts)
        near = self.vectors[np.repeat(among, sizes)].astype(np.float32)
        near = near @ _projected(query, self.mean, self.axes).astype(np.float32).T
        sizes = sizes[among]
        found = np.zeros(len(sizes), np.float32)
        if near.size:
            starts = np.cumsum(sizes) - sizes
            best = np.maximum.reduceat(near, starts[sizes > 0], axis=0)
            found[sizes > 0] = best.mean(axis=1) / FULL**2
        return found


def _projected(words: np.ndarray, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    vectors = (words - mean) @ axes
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    rounded: np.ndarray = np.round(vectors / np.maximum(length, 1e-9) * FULL).astype(np.int8)
    return rounded
