"""The teacher's reviews in a few packs of alike answers that together cover the marks.

A language model is shown one pack beside each answer: the one nearest to it. The packs depend on
the reviews alone, so answers that take the same one share the beginning of their prompts, and an
answer's mark still depends on nothing but itself, the question and the reviews.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.grade import Example

MOST_IN_PACK = 6
MOST_PACKS = 4
_ROUNDS = 10

Embed = Callable[[Sequence[str]], np.ndarray]
"""Texts to vectors of unit length: (n, dimensions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """Examples that are shown together; ``vectors`` are theirs, ``centre`` is what they are near
    to. All vectors are of unit length."""

    examples: tuple[Example, ...]
    vectors: np.ndarray
    centre: np.ndarray

    def nearest(self, vector: np.ndarray) -> list[Example]:
        """The pack's examples, those most like the text of this ``vector`` first."""
        order = np.argsort(-(self.vectors @ vector), kind="stable")
        return [self.examples[index] for index in order]


def packs(examples: Sequence[Example], embed: Embed) -> list[Pack]:
    """The packs, the same for any order of the examples; rulings stand in each. Never empty."""
    ordered = sorted(set(examples), key=_place)
    if not ordered:
        return [Pack((), np.zeros((0, 1)), np.zeros(1))]
    vectors = embed([each.text for each in ordered])
    rulings = [index for index, each in enumerate(ordered) if each.ruling]
    reviews = [index for index, each in enumerate(ordered) if not each.ruling]
    centres = _centres(vectors[reviews]) if reviews else vectors[:1]
    made = []
    for centre in centres:
        near = vectors[reviews] @ centre
        shown = sorted([*rulings, *(reviews[index] for index in _covering(near))])
        made.append(Pack(tuple(ordered[index] for index in shown), vectors[shown], centre))
    return made


def nearest(made: Sequence[Pack], vector: np.ndarray) -> Pack:
    """The pack whose centre is most like the text of this ``vector``."""
    return made[int(np.argmax([pack.centre @ vector for pack in made]))]


def _place(example: Example) -> tuple[float, str, str]:
    """Tells any two examples apart; those of one mark stand together."""
    return example.mark, example.text, repr(example)


def _covering(near: np.ndarray) -> list[int]:
    """Which reviews, given in order of mark, a pack holds: the nearest of the lowest third, of the
    middle and of the highest, then the nearest of the rest."""
    if len(near) <= MOST_IN_PACK:
        return list(range(len(near)))
    thirds = np.array_split(np.arange(len(near)), 3)
    held = [int(third[np.argmax(near[third])]) for third in thirds]
    rest = [int(index) for index in np.argsort(-near, kind="stable") if index not in held]
    return [*held, *rest[: MOST_IN_PACK - len(held)]]


def _centres(vectors: np.ndarray) -> np.ndarray:
    """Centres of clusters: spherical k-means (Dhillon and Modha 2001) from far-apart starts."""
    count = min(MOST_PACKS, -(-len(vectors) // MOST_IN_PACK))
    chosen = [int(np.argmax(vectors @ vectors.mean(0)))]
    while len(chosen) < count:
        chosen.append(int(np.argmin((vectors @ vectors[chosen].T).max(1))))
    centres = vectors[chosen]
    for _ in range(_ROUNDS):
        owner = np.argmax(vectors @ centres.T, axis=1)
        means = [
            vectors[owner == index].mean(0) if (owner == index).any() else centre
            for index, centre in enumerate(centres)
        ]
        centres = np.stack([mean / max(float(np.linalg.norm(mean)), 1e-9) for mean in means])
    return centres
