"""An answer measured by what a question wants: latent logits for its points and its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.encoding.cross_encoder import CrossEncoder
from autograder.grading.encoding.features import Embedding, Said, Wanted, pair_features
from autograder.grading.encoding.heads import Heads
from autograder.grading.points import points_of

ALTERNATIVES = 2
"""Of several reference answers the nearest ones are read."""


@dataclass(frozen=True, eq=False)
class Reference:
    """One reference answer: the whole of it and its points."""

    whole: Wanted
    points: tuple[Wanted, ...]


@dataclass(frozen=True, eq=False)
class Match:
    """How an answer meets a point: the ``features``, and the network's state, of length 1."""

    features: np.ndarray
    vector: np.ndarray


@dataclass(frozen=True, eq=False)
class Measured:
    """An answer against one reference answer; ``latents`` are those of its points, ``latent`` that
    of the whole."""

    reference: Reference
    latents: tuple[float, ...]
    latent: float
    features: np.ndarray
    vector: np.ndarray


class Judge:
    """Measures answers; the same pair always gets the same numbers."""

    def __init__(self, embedding: Embedding, network: CrossEncoder) -> None:
        self.embedding = embedding
        self._network = network

    def wanted(self, question: str, texts: Sequence[str]) -> list[Wanted]:
        """Points of a question, made ready to be looked for."""
        vectors = self.embedding.embed(texts)
        return [Wanted(text, vector, question) for text, vector in zip(texts, vectors, strict=True)]

    def reference(self, question: str, text: str) -> Reference:
        """A reference answer, split into its points."""
        points = points_of(text) or [text]
        whole, *rest = self.wanted(question, [text, *points])
        return Reference(whole, tuple(rest) if len(rest) > 1 else (whole,))

    def said(self, text: str) -> Said:
        """An answer, made ready to be measured."""
        return Said.of(text, self.embedding)

    def match(self, said: Said, wanted: Wanted) -> Match:
        """The answer beside a point; the network's two logits are the last features."""
        read = self._network.read(said.window(wanted), wanted.text)
        features = np.append(pair_features(said, wanted), [read.made, read.contradicted])
        return Match(features, read.vector)

    def measure(self, said: Said, references: Sequence[Reference], heads: Heads) -> Measured:
        """The answer against the reference answer that it meets best."""
        nearest = sorted(references, key=lambda each: -float(said.vector @ each.whole.vector))
        found = [self._against(said, each, heads) for each in nearest[:ALTERNATIVES]]
        return max(found, key=lambda each: each.latent)

    def _against(self, said: Said, reference: Reference, heads: Heads) -> Measured:
        points = [self.match(said, point) for point in reference.points]
        whole = points[0] if len(points) == 1 else self.match(said, reference.whole)
        summary = heads.of_whole(whole.features, [each.features for each in points])
        return Measured(
            reference=reference,
            latents=tuple(heads.of_point(each.features) for each in points),
            latent=heads.mark.logit(summary),
            features=np.concatenate([whole.features, summary]),
            vector=whole.vector,
        )
