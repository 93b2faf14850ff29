from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.grade import Example
from autograder.grading.language import packs
from autograder.grading.language.packs import MOST_IN_PACK, MOST_PACKS

TOPICS = ("mutual exclusion", "paging", "scheduling")


def embed(texts: Sequence[str]) -> np.ndarray:
    """A direction for each topic, and a little of each text's own."""
    rows = []
    for text in texts:
        row = np.array([topic in text for topic in TOPICS], dtype=float)
        own = np.random.default_rng(sum(map(ord, text))).normal(0, 0.1, 3)
        rows.append((row + own) / np.linalg.norm(row + own))
    return np.array(rows)


def review(number: int, topic: str, ruling: bool = False) -> Example:
    return Example(f"{topic} {number}", float(number % 4), id=f"{topic}{number}", ruling=ruling)


EXAMPLES = st.lists(
    st.builds(review, st.integers(0, 30), st.sampled_from(TOPICS), st.booleans()), max_size=40
)


def held(made: list[packs.Pack]) -> list[tuple[Example, ...]]:
    return [pack.examples for pack in made]


@settings(max_examples=40, deadline=None)
@given(EXAMPLES, st.randoms(use_true_random=False))
def test_the_packs_are_the_same_for_any_order(examples: list[Example], shuffle: Random) -> None:
    mixed = list(examples)
    shuffle.shuffle(mixed)
    assert held(packs.packs(examples, embed)) == held(packs.packs(mixed, embed))


@settings(max_examples=40, deadline=None)
@given(EXAMPLES)
def test_each_pack_holds_every_ruling_and_a_few_reviews(examples: list[Example]) -> None:
    made = packs.packs(examples, embed)
    assert 1 <= len(made) <= MOST_PACKS
    for pack in made:
        assert {each for each in pack.examples if each.ruling} == {e for e in examples if e.ruling}
        reviews = {each for each in examples if not each.ruling}
        shown = [each for each in pack.examples if not each.ruling]
        assert len(shown) == min(MOST_IN_PACK, len(reviews))
        assert len(set(shown)) == len(shown)


@settings(max_examples=40, deadline=None)
@given(EXAMPLES)
def test_each_pack_covers_the_marks(examples: list[Example]) -> None:
    reviews = sorted(each.mark for each in {e for e in examples if not e.ruling})
    for pack in packs.packs(examples, embed):
        marks = [each.mark for each in pack.examples if not each.ruling]
        if reviews:
            assert min(marks) <= reviews[len(reviews) // 3]
            assert max(marks) >= reviews[-1 - len(reviews) // 3]


def test_an_answer_takes_the_reviews_most_like_it() -> None:
    made = packs.packs([review(n, topic) for topic in TOPICS for n in range(10)], embed)
    for topic in TOPICS:
        vector = embed([f"{topic} at length"])[0]
        nearest = packs.nearest(made, vector).nearest(vector)
        assert [topic in each.text for each in nearest[:3]] == [True] * 3


def test_without_reviews_there_is_one_empty_pack_and_nothing_is_embedded() -> None:
    (pack,) = packs.packs([], lambda texts: pytest.fail("embedded"))
    assert pack.examples == ()
    assert packs.nearest([pack], np.zeros(1)) is pack
