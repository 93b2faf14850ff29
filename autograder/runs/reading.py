"""Scans that were handed in become answers."""

from __future__ import annotations

import io

from PIL import Image

from autograder import plugins
from autograder.domain.errors import AutoGraderError, RefusedFile
from autograder.domain.job import Job
from autograder.domain.script import Page, Reading, Script, Stack, TakenPage, Upload, UploadState
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading import identify, intake, segmentation, straighten
from autograder.reading.recognizer import TextRecognizer
from autograder.settings import Settings

AGAIN = "again"
"""The job's argument that has every script split anew, after the exam's questions changed."""
STUDENTS = "students"
"""The argument that has scripts of nobody look for their student, after the roster changed."""


class ReadingRun:
    """Opens the files that wait, reads the pages that nobody read, splits what is read whole."""

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._scripts = gradebook.scripts
        self._recognizer: TextRecognizer | None = None

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``read``."""
        waiting = self._scripts.uploads(job.exam_id, UploadState.WAITING)
        for done, upload in enumerate(waiting):
            report(done, len(waiting), f"Opening {upload.name}")
            self._open(upload)
        self._read_pages(job.exam_id, report)
        again = AGAIN in job.arguments
        scripts = self._scripts.all if again else self._scripts.unsplit
        for script in scripts(job.exam_id):
            self._split(script)
        if STUDENTS in job.arguments:
            self._find_students(job.exam_id)

    def _open(self, upload: Upload) -> None:
        scans = self._gradebook.scans
        try:
            images = intake.pages(scans.path(upload.scan), upload.name, self._settings.intake)
            pages = [
                TakenPage(scans.add(each.png), each.width, each.height, each.source)
                for each in images
            ]
        except RefusedFile as refusal:
            self._scripts.refuse_upload(upload.id, refusal.reason)
        else:
            self._scripts.take_upload(upload.id, [Stack(upload.script_title, tuple(pages))])

    def _read_pages(self, exam_id: str, report: Report) -> None:
        pages = self._scripts.unread_pages(exam_id)
        if not pages:
            return
        report(0, len(pages), "Getting ready to read")
        engine = self._engine()
        loose = self._scripts.loose(exam_id)
        scripts = [*self._scripts.all(exam_id), *([loose] if loose else [])]
        owners = {page.id: script for script in scripts for page in script.pages}
        for start in range(0, len(pages), engine.batch_size):
            report(start, len(pages), f"Reading page {start + 1} of {len(pages)}")
            self._read_some(pages[start : start + engine.batch_size], owners, engine)
        report(len(pages), len(pages), "Splitting scripts into answers")

    def _read_some(
        self, pages: list[Page], owners: dict[str, Script], engine: TextRecognizer
    ) -> None:
        images = [self._image(page) for page in pages]
        found = straighten.read_upright(images, engine)
        for page, image, upright in zip(pages, images, found, strict=True):
            self._turn(page, image, upright.turns)
            self._record(owners[page.id], page, upright.reading)

    def _turn(self, page: Page, image: Image.Image, turns: int) -> None:
        """Keeps a page upright that was scanned on its side; the scan itself stays as it is."""
        if turns % 4 == 0:
            return
        stream = io.BytesIO()
        upright = straighten.turn_image(image, turns)
        upright.save(stream, "PNG")
        sha = self._gradebook.scans.add(stream.getvalue())
        self._scripts.set_image(page.id, sha, upright.width, upright.height)

    def _record(self, script: Script, page: Page, result: Reading | AutoGraderError) -> None:
        if isinstance(result, Reading):
            self._scripts.record_reading(page.id, result)
        else:
            problem = f"Page {page.number} could not be read: {result}"
            self._scripts.set_problem(script.id, problem)

    def _split(self, script: Script) -> None:
        readings = [(page.id, self._scripts.reading(page.id)) for page in script.pages]
        read = [(page_id, reading) for page_id, reading in readings if reading is not None]
        if len(read) < len(readings) or not read:
            return  # a page is still to be read: its text may belong anywhere
        if script.student is None:
            self._identify(script, read[0][1])
        exam = self._gradebook.exams.get(script.exam_id)
        pieces = segmentation.split(read, exam.questions)
        self._gradebook.answers.record(script.id, pieces, read[0][1].engine)
        if script.problem:  # of a page that could not be read before
            self._scripts.set_problem(script.id, "")

    def _find_students(self, exam_id: str) -> None:
        for script in self._scripts.all(exam_id):
            first = self._scripts.reading(script.pages[0].id) if script.pages else None
            if script.student is None and first is not None:
                self._identify(script, first)

    def _identify(self, script: Script, first_page: Reading) -> None:
        roster = self._gradebook.rosters.students(script.exam_id)
        student = identify.identify(script.title, first_page, roster)
        if student is not None:
            self._scripts.assign(script.id, student.id)

    def _image(self, page: Page) -> Image.Image:
        return Image.open(io.BytesIO(self._gradebook.scans.read(page.image))).convert("RGB")

    def _engine(self) -> TextRecognizer:
        if self._recognizer is None:
            name = self._settings.reading_engine
            self._recognizer = plugins.recognizer(name, self._settings)
        return self._recognizer
