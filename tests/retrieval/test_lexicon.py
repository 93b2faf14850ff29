"""Words in common, and how telling they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.retrieval.lexicon import Lexicon, terms

words = st.sampled_from(["fork", "exec", "wait", "pipe", "mutex", "page", "frame", "signal"])
texts = st.lists(st.lists(words, max_size=12), min_size=1, max_size=8)


def test_asking_words_are_left_out_and_endings_do_not_matter() -> None:
    assert terms("What is a page fault?") == terms("Explain page faults.")
    assert terms("How does sem_wait differ from sem_post?")[:1] == ["sem_wait"]


def test_the_rarer_word_tells_more() -> None:
    lexicon = Lexicon.of([["page", "mutex"], ["page"], ["page"], ["signal"]])
    scores = lexicon.scores(["page", "mutex"])
    assert scores[0] > scores[1] == scores[2] > scores[3] == 0


@given(texts, st.lists(words, max_size=4))
def test_scores_lie_between_none_and_all(written: list[list[str]], query: list[str]) -> None:
    scores = Lexicon.of(written).scores(query)
    assert scores.shape == (len(written),)
    assert (scores >= 0).all()
    assert (scores < 1.01).all()
    for text, score in zip(written, scores, strict=True):
        assert (score > 0) == bool(set(text) & set(query))


@given(texts, st.lists(words, min_size=1, max_size=4))
def test_a_word_that_is_nowhere_lowers_every_score_alike(
    written: list[list[str]], query: list[str]
) -> None:
    lexicon = Lexicon.of(written)
    plain, diluted = lexicon.scores(query), lexicon.scores([*query, "photosynthesis"])
    assert (diluted <= plain).all()
    assert (np.argsort(-diluted, kind="stable") == np.argsort(-plain, kind="stable")).all()


def test_texts_without_words_match_nothing() -> None:
    assert Lexicon.of([[], []]).scores(["page"]) == pytest.approx([0, 0])
