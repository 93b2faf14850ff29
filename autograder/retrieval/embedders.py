"""Which encoder turns passages and questions into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.embedding import TextEmbedding, Tokens
from autograder.settings import RetrievalSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EMBEDDED = "minilm"


class Embedder(Protocol):
    """Turns texts into vectors of unit length."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors, in order: (n, dimensions) float32."""
        ...

    def embed_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[Tokens]]:
        """The vectors, and each text's tokens: none of any where the model keeps them to itself."""
        ...


def choose(settings: RetrievalSettings, models: Path) -> Embedder:
    """The embedder that the settings name; nothing is loaded before it is used."""
    if settings.embedding == EMBEDDED:
        return TextEmbedding(models / EMBEDDED, threads=1)  # a book goes through in two threads
    return NamedEmbedder(settings.embedding)


class NamedEmbedder:
    """A sentence-transformers model, by the name or folder that the settings give."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: SentenceTransformer | None = None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """As the protocol says. EngineUnavailable where the model can't be loaded."""
        if self._model is None:
            self._model = self._load()
        vectors = self._model.encode(list(texts), normalize_embeddings=True)
        return np.asarray(vectors, dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> tuple[np.ndarray, list[Tokens]]:
        """The vectors alone: how a named model's tokens are to be compared nobody has measured."""
        vectors = self.embed(texts)
        return vectors, [([], vectors[:0]) for _ in texts]

    def _load(self) -> SentenceTransformer:
        try:
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(self._name)
        except (ImportError, OSError, ValueError) as error:
            raise EngineUnavailable(
                f"The embedding model “{self._name}” can't be loaded. Check its name or folder, "
                f"or set AUTOGRADER_RETRIEVAL__EMBEDDING to {EMBEDDED}."
            ) from error
