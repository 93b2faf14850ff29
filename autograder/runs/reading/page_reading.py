"""Pages that nobody has read yet are read."""

from __future__ import annotations

import re

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Page, Reading
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading.transforms import chained
from autograder.runs.reading.read_ahead import ReadAhead
from autograder.runs.reading.reader import Reader, Result
from autograder.runs.time_left import TimeLeft

FAILED = "Page {number} could not be read: {why}"
_FAILED = re.compile(r"Page \d+ could not be read: ")


class PageReading:
    """Keeps each page's reading when it is made, and a page that was turned as it is upright."""

    def __init__(self, gradebook: Gradebook, reader: Reader, ahead: ReadAhead) -> None:
        self._gradebook = gradebook
        self._scripts = gradebook.scripts
        self._reader = reader
        self._ahead = ahead

    def __call__(self, exam_id: str, report: Report) -> None:
        """Reads the exam's unread pages; what can't be read is told with its script."""
        self._take_over(exam_id)
        pages = self._scripts.unread_pages(exam_id)
        if not pages:
            return
        owners = self._owners(exam_id, pages)
        turned = self._gradebook.fixes.turned(exam_id)
        wanted = [(page, page.image, bool(page.sheet) or page.id in turned) for page in pages]
        done, left = 0, TimeLeft()

        def look() -> None:
            report(done, len(pages), _at(done, len(pages), left.of(len(pages) - done)))

        look()
        for page, result in self._reader.read(wanted, look):
            failure = self._keep(page, result)
            if failure is not None:
                self._tell(owners[page.id], page, failure)
            done += 1
            left.step()
        report(done, done, "Splitting scripts into answers")

    def _take_over(self, exam_id: str) -> None:
        known = self._ahead.readings()
        for page in self._scripts.unread_pages(exam_id) if known else ():
            if page.image in known:
                self._scripts.record_reading(page.id, known[page.image], page.image)
        self._ahead.forget()

    def _keep(self, page: Page, result: Result) -> AutoGraderError | None:
        """Keeps what came of a page; what is wrong with it comes back."""
        if isinstance(result, AutoGraderError):
            return result
        image, view = page.image, result.view
        if view.png is not None:
            image = self._gradebook.scans.add(view.png)
            whole = chained(view.transform, page.transform)
            self._scripts.set_image(page.id, image, view.width, view.height, whole, page.image)
        if not isinstance(result.result, Reading):
            return result.result
        self._scripts.record_reading(page.id, result.result, image)
        return None

    def _tell(self, script_id: str, page: Page, why: AutoGraderError) -> None:
        problem = self._scripts.get(script_id).problem
        told = FAILED.format(number=page.number, why=why)
        self._scripts.set_problem(script_id, f"{problem}\n{told}".strip())

    def _owners(self, exam_id: str, pages: list[Page]) -> dict[str, str]:
        """The ids of the pages' scripts, which forget what an earlier try said of the pages."""
        again = {page.id for page in pages}
        loose = self._scripts.loose(exam_id)
        owners = dict[str, str]()
        for script in [*self._scripts.all(exam_id), *([loose] if loose else [])]:
            mine = [page.id for page in script.pages if page.id in again]
            owners |= dict.fromkeys(mine, script.id)
            problem = without_failures(script.problem)
            if mine and problem != script.problem:
                self._scripts.set_problem(script.id, problem)
        return owners


def without_failures(problem: str) -> str:
    """A script's problem without what is said of pages that could not be read."""
    return "\n".join(line for line in problem.split("\n") if not _FAILED.match(line))


def _at(done: int, pages: int, left: str) -> str:
    said = f"Reading page {min(done + 1, pages)} of {pages}"
    return f"{said}, {left}" if left else said
