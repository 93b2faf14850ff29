"""Each word of a question looks for its match in a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.embedding import TextEmbedding
from autograder.retrieval.late_interaction import AXES, FULL, TokenVectors, content
from autograder.settings import Settings

SENTENCES = [
    "A mutex is a lock that only one thread can hold.",
    "The page table maps each page to a frame of memory.",
    "A signal interrupts the process wherever it is.",
    "To be or not to be.",
    "Soup is cooked with an onion.",
]
EVERYWHERE = np.ones(len(SENTENCES), dtype=bool)


@pytest.fixture(scope="module")
def embedding() -> TextEmbedding:
    return TextEmbedding(Settings().models / "minilm")


def words(embedding: TextEmbedding, texts: list[str]) -> list[np.ndarray]:
    return [content(tokens) for tokens in embedding.embed_tokens(texts)[1]]


@pytest.fixture(scope="module")
def book(embedding: TextEmbedding) -> TokenVectors:
    return TokenVectors.of(words(embedding, SENTENCES))


def test_words_that_say_little_and_punctuation_are_left_out() -> None:
    vectors = np.eye(5, dtype=np.float32)
    kept = content((["what", "is", "a", "##mute", "?"], vectors))
    assert (kept == vectors[3:4]).all()


def test_words_are_kept_short_and_of_one_length(book: TokenVectors) -> None:
    assert book.vectors.dtype == np.int8
    assert book.vectors.shape == (book.starts[-1], AXES)
    lengths = np.linalg.norm(book.vectors.astype(float), axis=1)
    assert lengths == pytest.approx(FULL, rel=0.05)


@pytest.mark.parametrize("place", [0, 1, 2, 4])
def test_a_sentence_is_its_own_best_match(
    book: TokenVectors, embedding: TextEmbedding, place: int
) -> None:
    (query,) = words(embedding, [SENTENCES[place]])
    matches = book.matches(query, EVERYWHERE)
    assert matches.argmax() == place
    assert matches[place] == pytest.approx(1, abs=0.03)


def test_a_word_finds_another_of_the_same_meaning(
    book: TokenVectors, embedding: TextEmbedding
) -> None:
    (query,) = words(embedding, ["RAM"])
    assert book.matches(query, EVERYWHERE).argmax() == 1


def test_without_words_on_either_side_nothing_matches(
    book: TokenVectors, embedding: TextEmbedding
) -> None:
    asked, empty = words(embedding, ["mutex", "to be or not?"])
    assert book.matches(asked, EVERYWHERE)[3] == 0
    assert (book.matches(empty, EVERYWHERE) == 0).all()
    assert book.matches(asked, ~EVERYWHERE).shape == (0,)


@given(st.lists(st.booleans(), min_size=len(SENTENCES), max_size=len(SENTENCES)))
def test_a_match_does_not_depend_on_which_others_are_compared(
    book: TokenVectors, embedding: TextEmbedding, chosen: list[bool]
) -> None:
    among = np.array(chosen)
    (query,) = words(embedding, ["a lock for threads"])
    part, whole = book.matches(query, among), book.matches(query, EVERYWHERE)
    assert part == pytest.approx(whole[among], abs=1e-5)


def test_an_encoder_without_tokens_leaves_none() -> None:
    tokens = TokenVectors.of([np.zeros((0, 32), np.float32)] * 3)
    assert not tokens
    assert tokens.starts.tolist() == [0, 0, 0, 0]
