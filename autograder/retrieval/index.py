"""The index of the course's textbooks: a question finds its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock

from autograder.domain.errors import StorageFailed
from autograder.domain.grade import Passage
from autograder.domain.textbook import Book
from autograder.retrieval.embedders import choose
from autograder.retrieval.indexed_book import IndexedBook
from autograder.retrieval.ranking import Query, best_passages
from autograder.settings import RetrievalSettings

FORMAT = 2
"""Raised when passages are cut or kept otherwise: books indexed before are then indexed anew."""


class TextbookIndex:
    """Books in ``folder``, a file each, searched by meaning and by words.

    Cheap to make: the encoder and the books are loaded on the first search. Threads and processes
    may share a folder: each sees a book as it was before or after a change, never between.
    """

    def __init__(self, folder: Path, settings: RetrievalSettings, models: Path) -> None:
        self._folder = folder
        self._embedder = choose(settings, models)
        kind = f"{FORMAT} {settings.embedding}"
        self._kind = hashlib.sha256(kind.encode()).hexdigest()[:8]
        self._lock = Lock()
        self._loaded: dict[Path, tuple[int, IndexedBook]] = {}

    def add(self, book: Book, pdf: Path, report: Callable[[int, int], None] | None = None) -> None:
        """Indexes the book, in place of what was indexed of it; ``report`` gets done and total.

        RefusedFile: encrypted, broken or without text; StorageFailed: it can't be written.
        """
        from autograder.retrieval.binding import bind

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed(
                f"The folder {self._folder} can't be made: {error.strerror}."
            ) from error
        bind(book, pdf, self._embedder, report).save(self._path(book.id))

    def remove(self, book_id: str) -> None:
        """Forgets the book; one that isn't there is no error."""
        for path in self._folder.glob(f"{book_id}-*"):  # what a killed process left, too
            path.unlink(missing_ok=True)

    def holds(self, book_id: str) -> bool:
        """Whether the book is indexed, and with the embedding that the settings name now."""
        return self._path(book_id).exists()

    def search(
        self, query: str, books: Sequence[str] | None = None, limit: int = 3
    ) -> list[Passage]:
        """The best passage of each of the ``limit`` best pages, best first.

        ``books`` are the ids to search, None all; one that isn't indexed (yet) is left out.
        """
        if not query.strip():
            return []
        shelf = list(self._shelf(books))
        if not shelf:
            return []
        asked = Query.of(query, self._embedder)
        found = [passage for book in shelf for passage in best_passages(book, asked, limit)]
        return sorted(found, key=lambda passage: -passage.score)[:limit]

    def _shelf(self, books: Sequence[str] | None) -> Iterator[IndexedBook]:
        wanted = (
            sorted(self._folder.glob(f"*-{self._kind}.npz"))
            if books is None
            else [self._path(book) for book in dict.fromkeys(books)]
        )
        with self._lock:
            for path in wanted:
                try:
                    yield self._book(path)
                except FileNotFoundError:  # never indexed, or removed by another process
                    self._loaded.pop(path, None)

    def _book(self, path: Path) -> IndexedBook:
        written = path.stat().st_mtime_ns
        kept = self._loaded.get(path)
        if kept is None or kept[0] != written:
            kept = self._loaded[path] = (written, IndexedBook.load(path))
        return kept[1]

    def _path(self, book_id: str) -> Path:
        return self._folder / f"{book_id}-{self._kind}.npz"
