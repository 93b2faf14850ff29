"""A PDF becomes an indexed book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograder.domain.errors import RefusedFile
from autograder.domain.textbook import Book
from autograder.retrieval.context import in_context
from autograder.retrieval.embedders import Embedder
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.late_interaction import TokenVectors
from autograder.retrieval.lexicon import Lexicon, terms
from autograder.retrieval.passages import Sentence, embedded
from autograder.retrieval.textbooks import count_pages, read

TOPIC_LETTERS = 60


def bind(
    book: Book, pdf: Path, embedder: Embedder, report: Callable[[int, int], None] | None = None
) -> IndexedBook:
    """Reads, cuts and embeds the book. RefusedFile: encrypted, broken or without text."""
    count_pages(pdf, book.title)
    sentences, vectors, tokens = embedded(read(pdf, book.title), embedder, report)
    if not sentences:
        raise RefusedFile(book.title, "it holds a table of contents and nothing else.")
    pages = np.array([page for page, _, _ in sentences], dtype=np.int32)
    return IndexedBook(
        id=book.id,
        title=book.title,
        pages=pages,
        texts=[text for _, _, text in sentences],
        vectors=in_context(vectors, _headings(sentences, embedder), pages),
        tokens=TokenVectors.of(tokens),
        asking=np.array([_asks(text) for _, _, text in sentences]),
        lexicon=Lexicon.of([terms(text) for text in _leaves(sentences)]),
    )


def _headings(sentences: list[Sentence], embedder: Embedder) -> np.ndarray:
    """The vector of each sentence's heading, each heading embedded once."""
    headings = [heading for _, heading, _ in sentences]
    different = sorted(set(headings))
    vectors = embedder.embed(different)
    vectors[[not heading for heading in different]] = 0.0
    return vectors[np.searchsorted(different, headings)]


def _leaves(sentences: list[Sentence]) -> list[str]:
    """Each page's text with the headings that hold on it."""
    texts: dict[int, list[str]] = {}
    for page, heading, text in sentences:
        leaf = texts.setdefault(page, [])
        if heading not in leaf:
            leaf.append(heading)
        leaf.append(text)
    return [" ".join(leaf) for leaf in texts.values()]


def _asks(text: str) -> bool:
    """A question, or a point in a list of topics: words to look for, without an answer."""
    text = text.rstrip()
    return text.endswith("?") or (text.startswith("•") and len(text) < TOPIC_LETTERS)
