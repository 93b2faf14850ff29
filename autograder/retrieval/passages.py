"""Sections are cut into passages and embedded, by LlamaIndex.

Importing this takes seconds: only adding a book does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, Document

from autograder.retrieval.embedders import Embedder
from autograder.retrieval.textbooks import Section

PIECES = 150  # of about a word piece; MiniLM reads 256 and is at its best well below
OVERLAP = 30
HEADING_LETTERS = 120
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z0-9•“\"(–-])|\s+(?=• )")

Report = Callable[[int, int], None]
"""Told how many passages are done, of how many."""

Cut = tuple[int, str, str]
"""A passage: its page, its section's heading, its text."""


class PassageEmbedding(BaseEmbedding):
    """Our embedder as LlamaIndex calls it, telling how far it is."""

    _embedder: Embedder = PrivateAttr()
    _report: Report | None = PrivateAttr()
    _done: int = PrivateAttr(default=0)
    _total: int = PrivateAttr(default=0)

    def __init__(self, embedder: Embedder, report: Report | None = None) -> None:
        super().__init__(model_name=type(embedder).__name__, embed_batch_size=16)
        self._embedder = embedder
        self._report = report

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        """Embeds the passages of a book."""
        self._done, self._total = 0, len(nodes)
        return super().__call__(nodes, **kwargs)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        self._done += len(texts)
        if self._report:
            self._report(self._done, self._total)
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def embedded(
    sections: Sequence[Section], embedder: Embedder, report: Report | None = None
) -> tuple[list[Cut], np.ndarray]:
    """Passages of at most about PIECES word pieces, each of one section, and their vectors.

    The vectors are (n, dimensions) float32, each of its passage below its section's heading.
    """
    splitter = SentenceSplitter(
        chunk_size=PIECES,
        chunk_overlap=OVERLAP,
        tokenizer=pieces,
        chunking_tokenizer_fn=sentences,
        include_prev_next_rel=False,
    )
    steps = [splitter, PassageEmbedding(embedder, report)]
    documents = [_document(section) for section in sections]
    nodes = IngestionPipeline(transformations=steps, disable_cache=True).run(documents=documents)
    cuts = [(node.metadata["page"], node.metadata["heading"], node.get_content()) for node in nodes]
    return cuts, np.array([node.embedding for node in nodes], dtype=np.float32)


def sentences(text: str) -> list[str]:
    """The text cut where a sentence or a point of a list ends; joined again it is the same."""
    starts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def pieces(text: str) -> list[str]:
    """About the pieces that an encoder would cut the text into, without loading one."""
    return re.findall(r"\w{1,6}|[^\w\s]", text)


def _document(section: Section) -> Document:
    return Document(
        text=section.text,
        metadata={"page": section.page, "heading": section.heading[:HEADING_LETTERS]},
        excluded_embed_metadata_keys=["page"],
        excluded_llm_metadata_keys=["page"],
        metadata_template="{value}",
        text_template="{metadata_str}. {content}",
    )
