"""An answer measured by what a question wants: latent logits for its points and its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.encoding.cross_encoder import CrossEncoder
from autograder.grading.encoding.features import Said, Wanted, pair_features
from autograder.grading.encoding.heads import NETWORK, Heads
from autograder.grading.encoding.meaning import Meanings
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
    """An answer against one reference answer: its ``latent`` logit, and what tells it: the match
    with the ``whole`` and a ``summary``."""

    reference: Reference
    latent: float
    whole: Match
    summary: np.ndarray


class Judge:
    """Measures answers; the same pair always gets the same numbers."""

    def __init__(self, meanings: Meanings, network: CrossEncoder) -> None:
        self.embedding = meanings.embedding
        self._meanings = meanings
        self._network = network

    def wanted(self, question: str, texts: Sequence[str]) -> list[Wanted]:
        """Points of a question, made ready to be looked for."""
        asked, *meanings = self._meanings.of([question, *texts])
        given = frozenset(asked.pieces)
        return [
            Wanted(text, meaning, question, given)
            for text, meaning in zip(texts, meanings, strict=True)
        ]

    def reference(self, question: str, text: str) -> Reference:
        """A reference answer, split into its points."""
        points = points_of(text) or [text]
        whole, *rest = self.wanted(question, [text, *points])
        return Reference(whole, tuple(rest) if len(rest) > 1 else (whole,))

    def said(self, text: str) -> Said:
        """An answer, made ready to be measured."""
        return Said.of(text, self._meanings)

    def match(self, said: Said, wanted: Wanted) -> Match:
        """The answer beside a point; the network's two logits are the last features."""
        said = said.part_for(wanted)
        read = self._network.read(said.window(wanted), wanted.text)
        features = np.append(pair_features(said, wanted), [read.made, read.contradicted])
        return Match(features, read.vector)

    def plain_match(self, said: Said, wanted: Wanted) -> Match:
        """The same without the network, which is most of the work; its logits are 0 then."""
        said = said.part_for(wanted)
        return Match(np.append(pair_features(said, wanted), np.zeros(NETWORK)), np.ones(1))

    def measure(self, said: Said, references: Sequence[Reference], heads: Heads) -> Measured:
        """The answer against the reference answer that it meets best."""
        nearest = sorted(references, key=lambda each: -float(said.vector @ each.whole.vector))
        found = [self._against(said, each, heads) for each in nearest[:ALTERNATIVES]]
        return max(found, key=lambda each: each.latent)

    def points(self, said: Said, measured: Measured, heads: Heads) -> list[float]:
        """The latent logits of the points of the reference answer that was met best."""
        points = measured.reference.points
        matches = (
            [measured.whole] if len(points) == 1 else [self.match(said, each) for each in points]
        )
        return [heads.of_point(match.features) for match in matches]

    def _against(self, said: Said, reference: Reference, heads: Heads) -> Measured:
        whole = self.match(said, reference.whole)
        points = [self.plain_match(said, point) for point in reference.points]
        summary = heads.of_whole(whole.features, [point.features for point in points])
        return Measured(reference, heads.mark.logit(summary), whole, summary)
