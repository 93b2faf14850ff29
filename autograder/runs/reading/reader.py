"""Kept page images are read: side by side in processes, or here in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import methodcaller
from typing import TypeVar

from autograder.domain.errors import AutoGraderError
from autograder.gradebook.scans import ScanStore
from autograder.reading.page_work import PageWork, ReadPage, read_some
from autograder.reading.pages_at_once import Order, PagesAtOnce
from autograder.reading.recognizer import TextRecognizer

Key = TypeVar("Key")
Wanted = tuple[Key, str, bool]
"""A page by a key of the caller's, its image's sha256, and whether it is known to lie upright."""
Result = ReadPage | AutoGraderError
Look = Callable[[], None]


class Reader:
    """Reads pages with one engine."""

    def __init__(
        self, scans: ScanStore, processes: PagesAtOnce[PageWork], engine: TextRecognizer
    ) -> None:
        self._scans = scans
        self._processes = processes
        self.engine = engine

    def read(self, pages: Sequence[Wanted[Key]], look: Look) -> Iterator[tuple[Key, Result]]:
        """Each page's key with what was read, as it is done; ``look`` may call it off.

        EngineUnavailable: the engine can't run here.
        """
        return (self._side_by_side if self.engine.one_a_core else self._in_batches)(pages, look)

    def _side_by_side(
        self, pages: Sequence[Wanted[Key]], look: Look
    ) -> Iterator[tuple[Key, Result]]:
        lost: list[tuple[int, AutoGraderError]] = []

        def orders() -> Iterator[tuple[int, Order[PageWork, ReadPage]]]:
            for at, (_, image, upright) in enumerate(pages):
                try:
                    yield at, methodcaller("read", self._scans.read(image), upright)
                except AutoGraderError as error:
                    lost.append((at, error))

        for at, result in self._processes.results(orders(), look):
            yield pages[at][0], result
        for at, error in lost:
            yield pages[at][0], error

    def _in_batches(self, pages: Sequence[Wanted[Key]], look: Look) -> Iterator[tuple[Key, Result]]:
        size = self.engine.batch_size
        for start in range(0, len(pages), size):
            look()
            found: list[tuple[Key, bytes, bool]] = []
            for key, image, upright in pages[start : start + size]:
                try:
                    found.append((key, self._scans.read(image), upright))
                except AutoGraderError as error:
                    yield key, error
            pngs, upright_ones = [png for _, png, _ in found], [lies for _, _, lies in found]
            results = read_some(pngs, upright_ones, self.engine) if found else []
            for (key, _, _), result in zip(found, results, strict=True):
                yield key, result
