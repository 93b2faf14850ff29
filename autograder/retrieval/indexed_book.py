"""A book as the index keeps it: one file, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.domain.errors import StorageFailed
from autograder.retrieval.lexicon import Lexicon, terms


@dataclass(frozen=True, slots=True)
class IndexedBook:
    """The book's n passages, each on one page (counted from 1), with their vectors and words.

    ``vectors`` is (n, dimensions) float32 of unit length, ``pages`` (n,) int32.
    """

    id: str
    title: str
    pages: np.ndarray
    headings: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: np.ndarray
    lexicon: Lexicon

    @classmethod
    def of(
        cls, id: str, title: str, passages: Sequence[tuple[int, str, str]], vectors: np.ndarray
    ) -> IndexedBook:
        """A book of ``passages``: page, heading and text of each."""
        pages, headings, texts = zip(*passages, strict=True)
        lexicon = Lexicon.of([terms(f"{heading} {text}") for _, heading, text in passages])
        return cls(id, title, np.array(pages, np.int32), headings, texts, vectors, lexicon)

    def save(self, path: Path) -> None:
        """Writes the file beside ``path`` and moves it there, so that nobody sees half of it."""
        words = {
            "id": self.id,
            "title": self.title,
            "headings": self.headings,
            "texts": self.texts,
            "vocabulary": list(self.lexicon.vocabulary),
        }
        try:
            handle, name = tempfile.mkstemp(".part", f"{path.stem}-", path.parent)
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    words=np.frombuffer(json.dumps(words).encode(), np.uint8),
                    pages=self.pages,
                    vectors=self.vectors.astype(np.float16),
                    starts=self.lexicon.starts,
                    occurrences=self.lexicon.texts,
                    weights=self.lexicon.weights,
                )
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError as error:
            raise StorageFailed(
                f"The index of “{self.title}” can't be written to {path.parent}: "
                f"{error.strerror}. Mend that, then add the textbook again."
            ) from error

    @classmethod
    def load(cls, path: Path) -> IndexedBook:
        """Reads what ``save`` wrote. StorageFailed where it is damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                words = json.loads(file["words"].tobytes())
                lexicon = Lexicon(
                    words["vocabulary"],
                    file["starts"],
                    file["occurrences"],
                    file["weights"],
                    len(words["texts"]),
                )
                return cls(
                    words["id"],
                    words["title"],
                    file["pages"],
                    tuple(words["headings"]),
                    tuple(words["texts"]),
                    file["vectors"].astype(np.float32),
                    lexicon,
                )
        except FileNotFoundError:
            raise
        except Exception as error:  # a damaged archive fails in as many ways as it has parts
            raise StorageFailed(
                f"The textbook index {path.name} is damaged. Remove the textbook and add it again."
            ) from error
