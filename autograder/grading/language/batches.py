"""Batches as large as the memory holds, and smaller ones where it didn't."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches:
    """Works through items at most ``size`` at a time; a size that was too large is learnt."""

    def __init__(self, size: int) -> None:
        self.size = size

    def run(
        self,
        items: Sequence[Item],
        work: Callable[[Sequence[Item]], Sequence[Result]],
        fitting: Callable[[Sequence[Item]], int],
    ) -> list[Result | None]:
        """One result an item, in order; None where even one alone was out of memory.

        ``fitting`` estimates how many of the items, from the first on, the memory holds.
        """
        results: list[Result | None] = []
        while len(results) < len(items):
            todo = items[len(results) : len(results) + self.size]
            batch = todo[: max(1, fitting(todo))]
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


def within(sizes: Sequence[int], most: int) -> int:
    """How many of the sizes, from the first on, add up to at most ``most``."""
    total = 0
    for count, size in enumerate(sizes):
        total += size
        if total > most:
            return count
    return len(sizes)
