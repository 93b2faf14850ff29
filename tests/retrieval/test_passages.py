"""Sentences, and the vectors of the passages that start at them."""

import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.embedding import Tokens
from autograder.retrieval.context import PAGE, in_context
from autograder.retrieval.passages import LONGEST, SHORTEST, embedded, sentences
from autograder.retrieval.textbooks import Section


class Letters:
    """Embeds a text by its first letter: unit vectors that a test can follow."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.eye(26, dtype=np.float32)[[ord(text[0].lower()) - 97 for text in texts]]

    def embed_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[Tokens]]:
        words = [re.findall("[a-z]+", text.lower()) for text in texts]
        return self.embed(texts), [(each, self.embed(each)) for each in words]


@given(st.text(alphabet=st.sampled_from("aB1 .?!•\n:"), max_size=900))
def test_no_letter_is_lost_and_none_is_too_long(text: str) -> None:
    cut = sentences(text)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(len(sentence.strip()) <= LONGEST for sentence in cut)


def test_a_text_is_cut_where_sentences_end() -> None:
    first, second = "A process is a program in execution. ", "It has its own address space."
    assert sentences(first + second) == [first, second]
    assert sentences("1. " + first) == ["1. " + first]
    assert len("1. ") < SHORTEST


def test_sentences_keep_their_page_heading_and_order() -> None:
    sections = [
        Section(4, "Locks", "A mutex is a lock. Both threads want it."),
        Section(5, "Pages", "Could a page be away?"),
    ]
    found, vectors, words = embedded(sections, Letters())
    assert [(page, heading, text.strip()) for page, heading, text in found] == [
        (4, "Locks", "A mutex is a lock."),
        (4, "Locks", "Both threads want it."),
        (5, "Pages", "Could a page be away?"),
    ]
    assert vectors.argmax(axis=1).tolist() == [0, 1, 2]
    letters = ["".join(chr(97 + letter) for letter in each.argmax(axis=1)) for each in words]
    assert letters == ["ml", "btw", "pa"]  # the first of mutex, lock; both, threads, want; ...


def test_a_passage_leans_on_its_own_page_only() -> None:
    vectors = np.eye(4, dtype=np.float32)
    seen = in_context(vectors, np.zeros_like(vectors), np.array([1, 1, 1, 2]))
    assert (seen[:3, 3] == 0).all()
    assert (seen[3] == [0, 0, 0, np.float32(1 + PAGE)]).all()
    assert (seen.argmax(axis=1) == [0, 1, 2, 3]).all()
    assert seen[0, 1] >= seen[0, 2] > 0
    assert seen[0, 2] > seen[2, 0]  # what follows counts for more than what stood before


def test_a_heading_draws_its_sentences_nearer() -> None:
    vectors = np.eye(3, dtype=np.float32)
    plain = in_context(vectors, np.zeros_like(vectors), np.array([1, 2, 3]))
    under = in_context(vectors, np.roll(vectors, 1, axis=1), np.array([1, 2, 3]))
    assert under[0, 1] > plain[0, 1] == 0
