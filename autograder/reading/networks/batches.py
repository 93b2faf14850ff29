"""How many things a network reads at once: as many as the memory has proved to hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from autograder.domain.errors import EngineFailed

Item = TypeVar("Item")
Result = TypeVar("Result")

TOO_LARGE = EngineFailed(
    "The memory is too small to read this page with this model. Close other programs, or choose a "
    "smaller model or another engine."
)


class Batches:
    """Starts with ``most`` at once and halves that whenever the memory is full."""

    def __init__(self, most: int) -> None:
        self.size = most

    def run(
        self, read: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]
    ) -> list[Result | EngineFailed]:
        """A result for each item, in order; what doesn't fit even alone is an error."""
        results: list[Result | EngineFailed] = []
        while len(results) < len(items):
            some = items[len(results) : len(results) + self.size]
            try:
                results += read(some)
            except (RuntimeError, MemoryError) as error:  # torch.OutOfMemoryError is a RuntimeError
                if not _is_memory(error):
                    raise
                _let_go()
                if len(some) == 1:
                    results.append(TOO_LARGE)
                else:
                    self.size = len(some) // 2
        return results


def _is_memory(error: Exception) -> bool:
    """The CPU's allocator has no error of its own: it says "can't allocate memory"."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or "memory" in said or "alloc" in said


def _let_go() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
