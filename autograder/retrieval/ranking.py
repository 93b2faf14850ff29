"""Which pages answer a question: its meaning and its words, weighed together."""

from __future__ import annotations

import numpy as np

from autograder.domain.grade import Passage
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.lexicon import terms

WORDS = 0.8  # the weight of a full match of words; set on the dev half of the benchmark
ASKING = 0.1  # off for a sentence that asks: exercises repeat a question's words and answer none
SENTENCES = 5


def best_passages(book: IndexedBook, query: str, vector: np.ndarray, limit: int) -> list[Passage]:
    """The best passage of each of the ``limit`` best pages, best first.

    ``vector`` is the query's. Scores of different books compare: neither part is scaled by the
    best that this book has.
    """
    meaning = book.vectors @ vector - ASKING * book.asking
    leaves, starts = np.unique(book.pages, return_index=True)
    scores = np.maximum.reduceat(meaning, starts) + WORDS * book.lexicon.scores(terms(query))
    best = np.argsort(-scores, kind="stable")[:limit]
    return [_passage(book, int(leaves[n]), meaning, float(scores[n])) for n in best]


def _passage(book: IndexedBook, page: int, meaning: np.ndarray, score: float) -> Passage:
    """The page's best sentence and those that follow it there."""
    start, end = np.searchsorted(book.pages, [page, page + 1])
    first = int(start + np.argmax(meaning[start:end]))
    sentences = book.texts[first : min(first + SENTENCES, int(end))]
    text = " ".join(sentence.strip() for sentence in sentences)
    return Passage(book.id, book.title, page, text, score)
