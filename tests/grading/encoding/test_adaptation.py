import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.encoding.adaptation import Kernel, Traits, adapt, likeness

KERNEL = Kernel(
    question=0.15,
    trend=0.2,
    wording=0.2,
    features=0.1,
    pair=0.1,
    words=0.1,
    noise=0.1,
    stray=0.5,
    wording_reach=0.4,
    features_reach=1.0,
    pair_reach=0.4,
)


def traits(count: int, seed: int) -> Traits:
    chance = np.random.default_rng(seed)
    wording, pair = chance.normal(size=(count, 8)), chance.normal(size=(count, 6))
    return Traits(
        wording / np.linalg.norm(wording, axis=1, keepdims=True),
        chance.normal(size=(count, 3)),
        pair / np.linalg.norm(pair, axis=1, keepdims=True),
        tuple(frozenset(chance.choice(list("abcdefgh"), 4)) for _ in range(count)),
        chance.uniform(size=count),
        chance.uniform(0, 0.25, size=count),
    )


def part(of: Traits, rows: slice) -> Traits:
    return Traits(
        of.wording[rows],
        of.features[rows],
        of.pair[rows],
        of.words[rows],
        of.expected[rows],
        of.variance[rows],
    )


def test_answers_alike_follow_a_review_most() -> None:
    known = traits(1, 0)
    far = traits(1, 1)
    same = adapt(KERNEL, known, known.expected + 0.3, known)
    other = adapt(KERNEL, known, known.expected + 0.3, far)
    assert same.mean[0] - known.expected[0] > other.mean[0] - far.expected[0] > 0
    assert same.deviation[0] < other.deviation[0]
    assert same.weighs[0, 0] > other.weighs[0, 0] > 0


@given(st.integers(0, 100), st.integers(1, 12))
def test_a_review_as_expected_changes_no_mark_but_makes_surer(seed: int, reviews: int) -> None:
    known, asked = traits(reviews, seed), traits(5, seed + 1)
    adapted = adapt(KERNEL, known, known.expected, asked)
    assert adapted.mean == pytest.approx(asked.expected)
    variance = np.diag(likeness(KERNEL, asked, asked))
    assert (adapted.deviation**2 <= variance + 1e-9).all()


@given(st.integers(0, 100))
def test_more_reviews_never_make_less_sure(seed: int) -> None:
    known, asked = traits(9, seed), traits(4, seed + 1)
    few = adapt(KERNEL, part(known, slice(4)), known.expected[:4], asked)
    many = adapt(KERNEL, known, known.expected, asked)
    assert (many.deviation <= few.deviation + 1e-9).all()


@given(st.integers(0, 100), st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_an_answer_s_mean_depends_on_no_other_answer_that_is_asked(
    seed: int, shares: list[float]
) -> None:
    known, asked = traits(6, seed), traits(7, seed + 1)
    together = adapt(KERNEL, known, np.array(shares), asked)
    alone = adapt(KERNEL, known, np.array(shares), part(asked, slice(2, 3)))
    assert alone.mean[0] == pytest.approx(together.mean[2])
    assert ((together.mean >= 0) & (together.mean <= 1)).all()
