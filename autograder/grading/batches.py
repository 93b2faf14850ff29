"""Batches that get smaller when the memory doesn't hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches:
    """Works through items ``size`` at a time; a size that was too large isn't tried again."""

    def __init__(self, size: int) -> None:
        self.size = size

    def run(
        self, items: Sequence[Item], work: Callable[[Sequence[Item]], Sequence[Result]]
    ) -> list[Result | None]:
        """One result an item, in order; None where even one alone was out of memory."""
        results: list[Result | None] = []
        while len(results) < len(items):
            batch = items[len(results) : len(results) + self.size]
            try:
                results.extend(work(batch))
                continue
            except torch.OutOfMemoryError:
                pass  # the error holds the failed batch's tensors: let go of it before going on
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            if len(batch) == 1:
                results.append(None)
            self.size = max(1, len(batch) // 2)
        return results
