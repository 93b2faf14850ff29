from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import EngineUnavailable
from autograder.reading.word_certainty import WordCertainty
from autograder.settings import Settings

CERTAINTY = WordCertainty(Settings().models / "minilm")
PROBABILITY = st.floats(0.0, 1.0)


def test_a_word_that_exists_is_believed_rather_than_one_that_does_not() -> None:
    characters = [0.99, 0.97, 0.8, 0.9, 0.99, 0.98]
    assert CERTAINTY.of("memory", characters) > 0.8
    assert CERTAINTY.of("memcry", characters) < 0.6


def test_what_stands_around_a_word_says_nothing_of_it() -> None:
    assert CERTAINTY.signs("“Paging,”", [0.9]) == CERTAINTY.signs("paging", [0.9])


def test_a_word_that_the_recogniser_is_sure_of_is_sure_even_where_it_is_rare() -> None:
    assert CERTAINTY.of("mutexes", [0.9999] * 7) > 0.9


@given(text=st.text(min_size=1, max_size=30), worse=PROBABILITY, rest=st.lists(PROBABILITY))
def test_a_less_certain_character_never_makes_a_word_more_certain(
    text: str, worse: float, rest: list[float]
) -> None:
    assert 0 <= CERTAINTY.of(text, [worse, *rest]) <= CERTAINTY.of(text, [1.0, *rest]) <= 1


def test_a_missing_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="models"):
        WordCertainty(tmp_path).of("word", [0.9])
