"""Files that wait become pages, and their pages scripts."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Exam
from autograder.domain.script import Reading, Stack, TakenPage, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading.stacking import CODES, FIRST, SeenPage, stacks
from autograder.runs.reading.files import Files
from autograder.runs.reading.read_ahead import ReadAhead


class Opening:
    """Puts each file's pages into scripts once the file is open whole."""

    def __init__(self, gradebook: Gradebook, files: Files, ahead: ReadAhead) -> None:
        self._gradebook = gradebook
        self._files = files
        self._ahead = ahead

    def __call__(self, exam_id: str, uploads: Sequence[Upload], report: Report) -> None:
        """Takes the files in; what a file needs to be read for waits until all are open."""
        exam = self._gradebook.exams.get(exam_id)
        puzzling: list[tuple[Upload, list[TakenPage]]] = []
        for upload, pages in self._files.opened(uploads, report):
            if _to_read_ahead(upload, pages):
                puzzling.append((upload, pages))
            else:
                self._take(exam, upload, pages, [None] * len(pages))
        for upload, pages in puzzling:
            read = self._ahead.read(pages, _to_read_ahead(upload, pages), report)
            self._take(exam, upload, *read)

    def _take(
        self,
        exam: Exam,
        upload: Upload,
        pages: Sequence[TakenPage],
        readings: Sequence[Reading | None],
    ) -> None:
        seen = [
            SeenPage(page.source, page.sheet, reading)
            for page, reading in zip(pages, readings, strict=True)
        ]
        found = [
            Stack(
                plan.title,
                tuple(pages[at] for at in places),
                plan.student,
                plan.loose,
                plan.problem,
            )
            for plan, places in stacks(seen, upload.script_title, upload.way, exam)
        ]
        self._gradebook.scripts.take_upload(upload.id, found)


def _to_read_ahead(upload: Upload, pages: Sequence[TakenPage]) -> list[int]:
    """The pages that must be read before anybody can say which script they belong to."""
    if upload.way == FIRST:
        return list(range(len(pages)))
    coded = [page.sheet is not None for page in pages]
    if upload.way == CODES and any(coded):
        return [at for at, known in enumerate(coded) if not known]
    return []
