"""Which pages answer a question: its meaning and its words, weighed together."""

from __future__ import annotations

import numpy as np

from autograder.domain.grade import Passage
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.lexicon import terms

WORDS = 0.4  # of a full match of words beside a cosine of 1; see benchmarks/retrieval.py


def best_passages(book: IndexedBook, query: str, vector: np.ndarray, limit: int) -> list[Passage]:
    """The best passage of each of the ``limit`` best pages, best first.

    ``vector`` is the query's. Scores of different books compare: neither part is scaled by the
    best that this book has.
    """
    scores = book.vectors @ vector + WORDS * book.lexicon.scores(terms(query))
    best: dict[int, int] = {}
    for number in np.argsort(-scores, kind="stable"):
        best.setdefault(int(book.pages[number]), int(number))
        if len(best) == limit:
            break
    return [
        Passage(book.id, book.title, page, book.texts[number], float(scores[number]))
        for page, number in best.items()
    ]
