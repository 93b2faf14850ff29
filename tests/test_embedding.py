"""The embedded text encoder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.embedding import TextEmbedding
from autograder.settings import Settings


@pytest.fixture(scope="module")
def embedding() -> TextEmbedding:
    return TextEmbedding(Settings().models / "minilm")


def test_vectors_have_unit_length(embedding: TextEmbedding) -> None:
    vectors = embedding.embed(["A mutex guards a critical section.", "", "page " * 2000])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_the_same_meaning_is_nearer_than_the_same_words(embedding: TextEmbedding) -> None:
    question, answer, other = embedding.embed(
        [
            "How does a thread keep others out of its critical section?",
            "It locks a mutex, so that the rest must wait.",
            "The critical reception of the film's second section was mixed.",
        ]
    )
    assert question @ answer > question @ other


def test_a_text_s_vector_does_not_depend_on_its_neighbours(embedding: TextEmbedding) -> None:
    alone = embedding.embed(["fork"])
    among = embedding.embed(["A much longer text about processes. " * 20, "fork", "fork"])
    assert (among[1] == alone[0]).all()
    assert (among[2] == alone[0]).all()


def test_no_texts_are_no_vectors(embedding: TextEmbedding) -> None:
    assert embedding.embed([]).shape == (0, 384)
    vectors, tokens = embedding.embed_tokens([])
    assert vectors.shape == (0, 384)
    assert tokens == []


def test_tokens_come_with_the_text_s_own_vector(embedding: TextEmbedding) -> None:
    vectors, tokens = embedding.embed_tokens(["Two mutexes", ""])
    assert (vectors == embedding.embed(["Two mutexes", ""])).all()
    assert tokens[0][0] == ["two", "mute", "##xes"]
    assert [states.shape for _, states in tokens] == [(3, 384), (0, 384)]


def test_a_token_s_vector_knows_what_stands_around_it(embedding: TextEmbedding) -> None:
    _, tokens = embedding.embed_tokens(["the river bank", "a bank account", "an account at a bank"])
    river, account, also = (
        states[pieces.index("bank")] / np.linalg.norm(states[pieces.index("bank")])
        for pieces, states in tokens
    )
    assert account @ also > account @ river


def test_threads_share_one_encoder() -> None:
    embedding = TextEmbedding(Settings().models / "minilm")
    expected = embedding.embed(["signal", "pipe"])
    with ThreadPoolExecutor(4) as threads:
        results = threads.map(lambda _: embedding.embed(["signal", "pipe"]), range(8))
        assert all((result == expected).all() for result in results)


def test_a_missing_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="can't be loaded"):
        TextEmbedding(tmp_path).embed(["x"])
