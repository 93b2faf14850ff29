from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.learning.drafting.rouge import rouge, words

TEXTS = st.text(alphabet="ab cé漢字,.A", max_size=30)


def test_the_figures_are_those_that_are_counted_by_hand() -> None:
    # 6 words against 4: shared "the cat sat" and "mat"; pairs "the cat", "cat sat"
    found = rouge("The cat sat on the mat.", ["the cat sat, mat"])
    assert found.one == pytest.approx(2 * 4 / (6 + 4))
    assert found.two == pytest.approx(2 * 2 / (5 + 3))
    assert found.longest == pytest.approx(2 * 4 / (6 + 4))


def test_order_counts_for_the_longest_only() -> None:
    found = rouge("mat the on sat", ["sat on the mat"])
    assert (found.one, found.two) == (1.0, 0.0)
    assert found.longest == pytest.approx(0.25)


def test_a_word_counts_as_often_as_both_have_it() -> None:
    assert rouge("the the the", ["the cat"]).one == pytest.approx(2 / 5)


def test_the_best_of_several_references_counts() -> None:
    assert rouge("a cat", ["a dog", "A cat!"]).one == 1.0


def test_letters_outside_a_to_z_are_words_too() -> None:
    assert words("Größe, œuvre; 分页 2.5") == ["grösse", "œuvre", "分", "页", "2", "5"]


def test_nothing_written_is_worth_nothing() -> None:
    assert rouge("", ["a"]).one == rouge("?!", ["a"]).longest == rouge("a", []).two == 0.0


@given(TEXTS, TEXTS)
def test_a_figure_is_a_share_the_same_both_ways(one: str, other: str) -> None:
    there, back = rouge(one, [other]), rouge(other, [one])
    assert there == back
    assert 0 <= there.two <= there.longest <= there.one <= 1 or there.two <= there.one <= 1


@given(TEXTS)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert rouge(text, [text]).longest == (1.0 if words(text) else 0.0)
