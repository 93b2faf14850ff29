"""Submissions become scripts: typed text is set as pages and read as it stands, without OCR."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.domain.errors import AutoGraderError, RefusedFile
from autograder.domain.script import WRITTEN, Page, Reading, Stack, TakenPage, Upload, UploadState
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading.written.submission import Submission, unpacked
from autograder.reading.written.typesetting import typeset, written_on


class Submissions:
    """Takes in the submissions that wait, and reads the pages made of them."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook

    def __call__(self, exam_id: str, report: Report) -> None:
        """What is typed on a page stands in its image: a kill between the two steps harms none."""
        scripts = self._gradebook.scripts
        waiting = scripts.uploads(exam_id, UploadState.WAITING)
        typed = [each for each in waiting if each.way == WRITTEN]
        for done, upload in enumerate(typed):
            report(done, len(typed), f"Opening {upload.name}")
            self._take(upload)
        for page in scripts.unread_pages(exam_id):
            if (reading := self._written_on(page)) is not None:
                scripts.record_reading(page.id, reading, page.image)

    def _take(self, upload: Upload) -> None:
        made = unpacked(self._gradebook.scans.read(upload.scan))
        refusals: list[RefusedFile] = []
        pages = tuple(self._pages(made, refusals))
        named = [f"{each.name} ({each.reason.rstrip('.')})" for each in refusals]
        problem = Submission(made.title, (), (*made.left_out, *named)).problem
        if pages:
            self._gradebook.scripts.take_upload(
                upload.id, [Stack(upload.script_title, pages, problem=problem)]
            )
        else:
            self._gradebook.scripts.refuse_upload(upload.id, problem)

    def _pages(self, made: Submission, refusals: list[RefusedFile]) -> Iterator[TakenPage]:
        for file in made.files:
            try:
                text = file.text
            except RefusedFile as refusal:
                refusals.append(refusal)
                continue
            for page in typeset(file.name, text, made.title):
                image = self._gradebook.scans.add(page.png)
                yield TakenPage(image, page.width, page.height, page.source)

    def _written_on(self, page: Page) -> Reading | None:
        """A page that somebody turned is read as it was before."""
        for image in dict.fromkeys((page.image, page.scan or page.image)):
            try:
                reading = written_on(self._gradebook.scans.read(image))
            except AutoGraderError:
                continue  # its loss is told where it is read
            if reading is not None:
                return reading
        return None
