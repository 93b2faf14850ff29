"""Which pages answer a question: its meaning and its words, weighed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.domain.grade import Passage
from autograder.retrieval.embedders import Embedder
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.late_interaction import content
from autograder.retrieval.lexicon import terms

# Set on the dev half of the benchmark.
WORDS = 0.8  # the weight of a full match of words
WORDS_BESIDE_TOKENS = 0.6  # tokens match words, too
TOKENS = 1.5
ASKING = 0.1  # off for a sentence that asks: exercises repeat a question's words and answer none
POOL = 40  # pages whose tokens are compared: with 80 or all nothing else is found, with 20 less
SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Query:
    """A question's terms, its vector (dimensions,) and its content words' (words, dimensions)."""

    terms: list[str]
    vector: np.ndarray
    tokens: np.ndarray

    @classmethod
    def of(cls, text: str, embedder: Embedder) -> Query:
        """Reads the question with the books' embedder."""
        vectors, tokens = embedder.embed_tokens([text])
        return cls(terms(text), vectors[0], content(tokens[0]))


def best_passages(book: IndexedBook, query: Query, limit: int) -> list[Passage]:
    """The best passage of each of the ``limit`` best pages, best first.

    Scores of different books compare: no part is scaled by the best that this book has.
    """
    meaning = book.vectors @ query.vector - ASKING * book.asking
    words = book.lexicon.scores(query.terms)
    leaves, starts = np.unique(book.pages, return_index=True)
    scores = np.maximum.reduceat(meaning, starts) + WORDS * words
    if book.tokens:
        pool = leaves[_best(scores, max(POOL, limit))]
        meaning = _with_tokens(book, query, meaning, np.isin(book.pages, pool))
        scores = np.maximum.reduceat(meaning, starts) + WORDS_BESIDE_TOKENS * words
    return [_passage(book, int(leaves[n]), meaning, float(scores[n])) for n in _best(scores, limit)]


def _with_tokens(
    book: IndexedBook, query: Query, meaning: np.ndarray, among: np.ndarray
) -> np.ndarray:
    """The sentences' scores with their tokens' matches; those not ``among`` are out."""
    full = np.full_like(meaning, -np.inf)
    full[among] = meaning[among] + TOKENS * book.tokens.matches(query.tokens, among)
    return full


def _best(scores: np.ndarray, count: int) -> np.ndarray:
    return np.argsort(-scores, kind="stable")[:count]


def _passage(book: IndexedBook, page: int, meaning: np.ndarray, score: float) -> Passage:
    """The page's best sentence and those that follow it there."""
    start, end = np.searchsorted(book.pages, [page, page + 1])
    first = int(start + np.argmax(meaning[start:end]))
    sentences = book.texts[first : min(first + SENTENCES, int(end))]
    text = " ".join(sentence.strip() for sentence in sentences)
    return Passage(book.id, book.title, page, text, score)
