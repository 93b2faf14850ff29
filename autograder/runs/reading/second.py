"""A second engine reads beside the first: where they differ the words are doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import WRITTEN, Page, Reading, Script
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading.second_reading import compare
from autograder.runs.reading.reader import Reader, Result
from autograder.runs.time_left import TimeLeft


class SecondReading:
    """Keeps what the second engine read, and the first reading with its doubts."""

    def __init__(self, gradebook: Gradebook, reader: Reader) -> None:
        self._scripts = gradebook.scripts
        self._reader = reader

    def __call__(self, scripts: Sequence[Script], report: Report) -> None:
        """Reads the scripts' pages that this engine hasn't read; a page that fails goes without.

        EngineUnavailable: the engine can't run here.
        """
        pages = [page for script in scripts for page in script.pages if self._is_due(page)]
        done, left = 0, TimeLeft()

        def look() -> None:
            said = left.of(len(pages) - done)
            at = f"Reading page {min(done + 1, len(pages))} of {len(pages)} a second time"
            report(done, len(pages), f"{at}, {said}" if said else at)

        wanted = [(page, page.image, True) for page in pages]
        for page, result in self._reader.read(wanted, look):
            self._keep(page, result)
            done += 1
            left.step()

    def _is_due(self, page: Page) -> bool:
        read = self._scripts.readings(page.id)
        if any(each.engine == WRITTEN for each in read):
            return False
        mine = any(each.beside and each.engine == self._reader.engine.name for each in read)
        return bool(read) and not mine

    def _keep(self, page: Page, result: Result) -> None:
        first = self._scripts.reading(page.id)
        if isinstance(result, AutoGraderError) or not isinstance(result.result, Reading):
            return
        second = replace(result.result, beside=True)
        if first is not None:
            # The comparison comes first: after a kill between the two the page is read once more.
            self._scripts.record_reading(page.id, compare(first, second), page.image)
        self._scripts.record_reading(page.id, second, page.image)
