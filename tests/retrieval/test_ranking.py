"""Which pages answer a question."""

from pathlib import Path

import numpy as np
import pytest

from autograder.domain.textbook import Book
from autograder.embedding import TextEmbedding
from autograder.retrieval import ranking
from autograder.retrieval.binding import bind
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.ranking import Query, best_passages
from autograder.settings import Settings
from tests.retrieval.book import write_book


class TextsAlone(TextEmbedding):
    """An encoder that keeps its tokens to itself, as a named model does."""

    def embed_tokens(self, texts):  # type: ignore[no-untyped-def]
        return self.embed(texts), [([], np.zeros((0, 384), np.float32)) for _ in texts]


FOLDER = Settings().models / "minilm"
FULL, ALONE = TextEmbedding(FOLDER), TextsAlone(FOLDER)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("books") / "book.pdf")


@pytest.fixture(scope="module")
def book(pdf: Path) -> IndexedBook:
    return bind(Book("b", "A Primer", "", 4), pdf, FULL)


def test_a_book_whose_encoder_gives_no_tokens_is_searched_by_texts_alone(pdf: Path) -> None:
    book = bind(Book("b", "A Primer", "", 4), pdf, ALONE)
    assert not book.tokens
    found = best_passages(book, Query.of("What is a mutex?", ALONE), 3)
    assert found[0].page == 2


def test_tokens_survive_the_file(book: IndexedBook, tmp_path: Path) -> None:
    book.save(tmp_path / "b.npz")
    kept = IndexedBook.load(tmp_path / "b.npz")
    query = Query.of("Where does the kernel get a page from?", FULL)
    assert kept.tokens
    assert best_passages(kept, query, 1)[0].page == best_passages(book, query, 1)[0].page == 3


def test_tokens_raise_the_page_that_they_match(book: IndexedBook) -> None:
    query = Query.of("Where is data brought from that is not in RAM?", FULL)
    full = best_passages(book, query, 3)
    blank = Query(query.terms, query.vector, query.tokens[:0])
    plain = {passage.page: passage.score for passage in best_passages(book, blank, 3)}
    gains = {passage.page: passage.score - plain[passage.page] for passage in full}
    assert max(gains, key=lambda page: gains[page]) == full[0].page == 3


def test_more_pages_than_the_pool_holds_are_given_when_asked(
    book: IndexedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "POOL", 1)
    query = Query.of("mutex", FULL)
    assert len(best_passages(book, query, 1)) == 1
    found = best_passages(book, query, 3)
    assert found[0].page == 2
    assert np.isfinite([passage.score for passage in found]).all()
    assert len(found) == 3
