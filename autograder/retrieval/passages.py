"""A book's sections are cut into sentences and embedded, by LlamaIndex.

Importing this takes seconds: only adding a book does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceWindowNodeParser
from llama_index.core.schema import BaseNode, Document

from autograder.retrieval.embedders import Embedder
from autograder.retrieval.late_interaction import content
from autograder.retrieval.textbooks import Section

SHORTEST, LONGEST = 16, 250  # letters; a program's listing has no end of a sentence for a page
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z0-9•“\"(–-])|\s+(?=• )")
PARTS = 2  # of a batch, embedded side by side: on 2 cores faster than 2 threads within a text

Report = Callable[[int, int], None]
"""Told how many sentences are done, of how many."""

Sentence = tuple[int, str, str]
"""Its page, its section's heading, its text."""


class SentenceEmbedding(BaseEmbedding):
    """Our embedder as LlamaIndex calls it, telling how far it is and keeping the tokens it met."""

    _embedder: Embedder = PrivateAttr()
    _report: Report | None = PrivateAttr()
    _done: int = PrivateAttr(default=0)
    _total: int = PrivateAttr(default=0)
    _tokens: list[np.ndarray] = PrivateAttr(default_factory=list)

    def __init__(self, embedder: Embedder, report: Report | None = None) -> None:
        super().__init__(model_name=type(embedder).__name__, embed_batch_size=64)
        self._embedder = embedder
        self._report = report

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        """Embeds the sentences of a book."""
        self._done, self._total, self._tokens = 0, len(nodes), []
        return super().__call__(nodes, **kwargs)

    @property
    def tokens(self) -> list[np.ndarray]:
        """The vectors of each sentence's content words, in the order of the last call's nodes."""
        return self._tokens

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        parts = [part.tolist() for part in np.array_split(np.array(texts, object), PARTS)]
        with ThreadPoolExecutor(PARTS) as threads:
            read = list(threads.map(self._embedder.embed_tokens, filter(None, parts)))
        vectors = np.vstack([vectors for vectors, _ in read])
        # Half as many bytes: a book has some 100,000 of them until they are projected.
        self._tokens += [content(each).astype(np.float16) for _, tokens in read for each in tokens]
        self._done += len(texts)
        if self._report:
            self._report(self._done, self._total)
        rows: list[list[float]] = vectors.tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def embedded(
    sections: Sequence[Section], embedder: Embedder, report: Report | None = None
) -> tuple[list[Sentence], np.ndarray, list[np.ndarray]]:
    """The sentences in the book's order, their vectors and those of each one's content words.

    (n, dimensions) float32, and n times (words, dimensions) float16.
    """
    embedding = SentenceEmbedding(embedder, report)
    parser = SentenceWindowNodeParser(sentence_splitter=sentences, window_size=1)
    documents = [_document(section) for section in sections]
    nodes = IngestionPipeline(transformations=[parser, embedding], disable_cache=True).run(
        documents=documents
    )
    found = [
        (node.metadata["page"], node.metadata["heading"], node.get_content()) for node in nodes
    ]
    vectors = np.array([node.embedding for node in nodes], dtype=np.float32)
    return found, vectors, embedding.tokens


def _document(section: Section) -> Document:
    return Document(
        text=section.text,
        metadata={"page": section.page, "heading": section.heading},
        excluded_embed_metadata_keys=["page", "heading"],
    )


def sentences(text: str) -> list[str]:
    """The text cut where a sentence or a point of a list ends; joined again it is the same."""
    starts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    found: list[str] = []
    for start, end in pairwise(starts):
        if found and len(found[-1]) < SHORTEST:  # "1." goes with what it numbers
            found[-1] += text[start:end]
        else:
            found.append(text[start:end])
    return [part for sentence in found for part in _parts(sentence)]


def _parts(sentence: str) -> list[str]:
    """A sentence of more than LONGEST letters in parts, cut between words where there are any."""
    return re.findall(rf".{{1,{LONGEST}}}(?:\s+|$)|.{{1,{LONGEST}}}", sentence, re.DOTALL)
