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
from autograder.retrieval.late_interaction import TokenVectors
from autograder.retrieval.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class IndexedBook:
    """The book's n sentences in their order, and the words of its pages.

    ``pages`` is (n,) int32, counted from 1 and ascending; ``vectors`` is (n, dimensions) float32,
    of the passages that start at each sentence, ``tokens`` those of each sentence's words;
    ``asking`` (n,) bool tells questions apart. The ``lexicon`` holds each page that has sentences
    once, in order.
    """

    id: str
    title: str
    pages: np.ndarray
    texts: Sequence[str]
    vectors: np.ndarray
    tokens: TokenVectors
    asking: np.ndarray
    lexicon: Lexicon

    def save(self, path: Path) -> None:
        """Writes the file beside ``path`` and moves it there, so that nobody sees half of it."""
        words = {
            "id": self.id,
            "title": self.title,
            "texts": list(self.texts),
            "vocabulary": list(self.lexicon.vocabulary),
            "leaves": self.lexicon.size,
        }
        arrays = {
            "words": np.frombuffer(json.dumps(words).encode(), np.uint8),
            "pages": self.pages,
            "vectors": self.vectors.astype(np.float16),
            "asking": self.asking,
            "tokens": self.tokens.vectors,
            "token_starts": self.tokens.starts,
            "token_mean": self.tokens.mean,
            "token_axes": self.tokens.axes,
            "starts": self.lexicon.starts,
            "occurrences": self.lexicon.texts,
            "weights": self.lexicon.weights,
        }
        try:
            _replace(path, arrays)
        except OSError as error:
            raise StorageFailed(
                f"The index of “{self.title}” can't be written to {path.parent}: "
                f"{error.strerror}. Mend that, then add the textbook again."
            ) from error

    @classmethod
    def load(cls, path: Path) -> IndexedBook:
        """Reads what ``save`` wrote. FileNotFoundError; StorageFailed where it is damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls._of(dict(file))
        except FileNotFoundError:
            raise
        except Exception as error:  # a damaged archive fails in as many ways as it has parts
            raise StorageFailed(
                f"The textbook index {path.name} is damaged. Remove the textbook and add it again."
            ) from error

    @classmethod
    def _of(cls, file: dict[str, np.ndarray]) -> IndexedBook:
        words = json.loads(file["words"].tobytes())
        return cls(
            id=words["id"],
            title=words["title"],
            pages=file["pages"],
            texts=words["texts"],
            vectors=file["vectors"].astype(np.float32),
            tokens=TokenVectors(
                file["tokens"], file["token_starts"], file["token_mean"], file["token_axes"]
            ),
            asking=file["asking"],
            lexicon=Lexicon(
                words["vocabulary"],
                file["starts"],
                file["occurrences"],
                file["weights"],
                words["leaves"],
            ),
        )


def _replace(path: Path, arrays: dict[str, np.ndarray]) -> None:
    handle, name = tempfile.mkstemp(".part", f"{path.stem}-", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
