"""An answer measured by what a question wants: latent logits for its points and its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.cross_encoder import CrossEncoder
from autograder.grading.features import Embedding, Said, Wanted, pair_features
from autograder.grading.heads import Heads, mark_features
from autograder.grading.points import points_of

ALTERNATIVES = 2
"""Of several reference answers the nearest ones are read."""


@dataclass(frozen=True, eq=False)
class Reference:
    """One reference answer: the whole of it and its points."""

    whole: Wanted
    points: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """An answer against one reference answer; ``latents`` are those of its points."""

    reference: Reference
    latents: tuple[float, ...]
    features: np.ndarray


class Judge:
    """Measures answers; the same pair always gets the same numbers."""

    def __init__(self, embedding: Embedding, network: CrossEncoder | None) -> None:
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

    def pair(self, said: Said, wanted: Wanted) -> np.ndarray:
        """The features of an answer and a point, the network's logit last where there is one."""
        plain = pair_features(said, wanted)
        if self._network is None:
            return plain
        return np.append(plain, self._network.logit(said.window(wanted), wanted.text))

    def measure(self, said: Said, references: Sequence[Reference], heads: Heads) -> Measured:
        """The answer against the reference answer that it meets best."""
        nearest = sorted(references, key=lambda each: -float(said.vector @ each.whole.vector))
        found = [self._against(said, each, heads) for each in nearest[:ALTERNATIVES]]
        return max(found, key=lambda each: heads.mark.logit(each.features))

    def _against(self, said: Said, reference: Reference, heads: Heads) -> Measured:
        pairs = [self.pair(said, point) for point in reference.points]
        latents = tuple(heads.met.logit(pair) for pair in pairs)
        whole = pairs[0] if len(pairs) == 1 else self.pair(said, reference.whole)
        return Measured(reference, latents, mark_features(whole, list(latents)))
