"""A sentence's vector leans on what stands around it: what follows, its heading, its page."""

from __future__ import annotations

import numpy as np

WINDOWS = (1, 3, 5)  # sentences from this one on, the page's end at the latest
HEADING = 0.3  # of a window's own weight
PAGE = 0.3


def in_context(sentences: np.ndarray, headings: np.ndarray, pages: np.ndarray) -> np.ndarray:
    """Vectors of the passages that start at each sentence: (n, dimensions) float32.

    All three are in the book's order: the sentences' vectors, their headings' vectors, and their
    page numbers (n,). A query's product with the result is the mean of its cosines with the
    windows, plus PAGE times its cosine with the whole page: one look instead of four.
    """
    ends = np.searchsorted(pages, pages, side="right")
    sums = np.vstack([np.zeros_like(sentences[:1]), np.cumsum(sentences, axis=0, dtype=np.float64)])
    here = np.arange(len(pages))
    windows = [
        _unit(_unit(sums[np.minimum(here + size, ends)] - sums[here]) + HEADING * headings)
        for size in WINDOWS
    ]
    starts = np.searchsorted(pages, pages, side="left")
    whole = _unit(sums[ends] - sums[starts])
    return (sum(windows) / len(WINDOWS) + PAGE * whole).astype(np.float32)


def _unit(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.maximum(length, 1e-9)
    return unit
