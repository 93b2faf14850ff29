"""What a teacher's reviews say about the other answers to a question, without any training.

A Gaussian process (Rasmussen & Williams 2006, ch. 2) over how far the teacher's marks lie from
what was expected. Answers share what the reviews say as far as they are alike: in being answers to
this question at all, in their wording, in the words that they use, in what was measured of them, in
how the network reads them, and in how good they seem. Its variances were fitted on other teachers'
marks (models/encoder).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Kernel:
    """Standard deviations, as shares of full marks, of what answers have in common.

    ``question``: how strict the teacher is here; ``trend``: how strict with good answers rather
    than weak ones; ``wording``, ``features``, ``pair``: what alike answers share, likeness fading
    to 1/e at the ``reach``; ``words``: what those share that use the same words. ``noise``: how far
    one mark strays by itself, all marks alike; ``stray``: the same as a multiple of how far the
    chances of the marks say.
    """

    question: float
    trend: float
    wording: float
    features: float
    pair: float
    words: float
    noise: float
    stray: float
    wording_reach: float
    features_reach: float
    pair_reach: float


@dataclass(frozen=True, eq=False)
class Traits:
    """What answers are alike in, a row each: ``wording`` and ``pair`` are unit vectors,
    ``features`` standardised, ``words`` the stems that an answer uses and their pairs. ``expected``
    (n,) are the shares of full marks expected of them, ``variance`` (n,) how far marks vary there.
    """

    wording: np.ndarray
    features: np.ndarray
    pair: np.ndarray
    words: tuple[frozenset[str], ...]
    expected: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True, eq=False)
class Adapted:
    """For n answers and r reviews: the ``mean`` (n,) and ``deviation`` (n,) of the share that the
    teacher would give, and how much each review ``weighs`` in it (n, r)."""

    mean: np.ndarray
    deviation: np.ndarray
    weighs: np.ndarray


def adapt(kernel: Kernel, reviewed: Traits, shares: np.ndarray, asked: Traits) -> Adapted:
    """What ``shares`` (r,), given by the teacher to the answers ``reviewed``, say of ``asked``."""
    alone = kernel.noise**2 + kernel.stray**2 * reviewed.variance
    among = likeness(kernel, reviewed, reviewed) + np.diag(alone)
    towards = likeness(kernel, asked, reviewed)
    solved = np.linalg.solve(among, towards.T).T
    surprise = shares - reviewed.expected
    own = _likeness_to_itself(kernel, asked)
    left = np.maximum(own - (solved * towards).sum(1), 0.0)
    return Adapted(
        np.clip(asked.expected + solved @ surprise, 0.0, 1.0), np.sqrt(left), np.abs(solved)
    )


def likeness(kernel: Kernel, one: Traits, other: Traits) -> np.ndarray:
    """The covariance of what answers share, (n, m)."""
    far = np.clip(1 - one.wording @ other.wording.T, 0.0, 2.0)
    apart = ((one.features[:, None] - other.features[None]) ** 2).mean(-1)
    differ = np.clip(1 - one.pair @ other.pair.T, 0.0, 2.0)
    trend = np.outer(one.expected - 0.5, other.expected - 0.5)
    return np.asarray(
        kernel.question**2
        + kernel.trend**2 * trend
        + kernel.wording**2 * np.exp(-far / kernel.wording_reach)
        + kernel.features**2 * np.exp(-apart / kernel.features_reach)
        + kernel.pair**2 * np.exp(-differ / kernel.pair_reach)
        + kernel.words**2 * _words_in_common(one.words, other.words)
    )


def _likeness_to_itself(kernel: Kernel, asked: Traits) -> np.ndarray:
    alike = kernel.question**2 + kernel.wording**2 + kernel.features**2 + kernel.pair**2
    trend = (kernel.trend * (asked.expected - 0.5)) ** 2
    worded = np.array([float(bool(words)) for words in asked.words])
    return np.asarray(alike + trend + kernel.words**2 * worded)


def _words_in_common(
    one: tuple[frozenset[str], ...], other: tuple[frozenset[str], ...]
) -> np.ndarray:
    """The cosine of binary word vectors, (n, m) (Ochiai's coefficient)."""
    sizes = np.outer([len(words) for words in one], [len(words) for words in other])
    common = np.array([[len(mine & theirs) for theirs in other] for mine in one])
    return np.asarray(common.reshape(sizes.shape) / np.sqrt(np.maximum(sizes, 1)))
