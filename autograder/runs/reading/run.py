"""The job that takes scans all the way to answers."""

from __future__ import annotations

from functools import partial

from autograder import plugins
from autograder.domain.errors import AutoGraderError, EngineUnavailable
from autograder.domain.job import Job
from autograder.domain.script import Script, UploadState
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading.page_work import PageWork
from autograder.reading.pages_at_once import PagesAtOnce, PagesHere
from autograder.reading.recognizer import TextRecognizer
from autograder.runs.reading.files import Files
from autograder.runs.reading.opening import Opening
from autograder.runs.reading.page_reading import PageReading
from autograder.runs.reading.read_ahead import ReadAhead
from autograder.runs.reading.reader import Reader
from autograder.runs.reading.second import SecondReading
from autograder.runs.reading.splitting import Splitting
from autograder.runs.reading.students import Students
from autograder.runs.reading.submissions import Submissions
from autograder.settings import Settings

AGAIN = "again"
"""The job's argument that has every script split anew, after the exam's questions changed."""
FEW = 2
"""So many files aren't worth the start of processes that nothing else needs."""
STUDENTS = "students"
"""The argument that has scripts look for their students, after the roster changed."""


class ReadingRun:
    """Opens the files that wait, reads the pages that nobody read, splits what is read whole."""

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._splitting = Splitting(settings, gradebook)
        self._engines: dict[str, TextRecognizer] = {}

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``read``; each page is kept as soon as it is done."""
        with self._processes(self._settings.reading_engine) as processes:
            self._read(job.exam_id, processes, report)
            scripts = self._to_split(job)
            missed = self._read_beside(scripts, report)
            if scripts or STUDENTS in job.arguments:
                # Before the split: after a kill, what is still to be split says that names are due.
                report(0, 0, "Finding whose scripts these are")
                Students(self._gradebook)(job.exam_id)
            self._splitting(job.exam_id, scripts, processes, report)
        if missed:
            raise missed

    def _read(self, exam_id: str, processes: PagesAtOnce[PageWork], report: Report) -> None:
        """Opens and reads what there is; the engine may take long to load."""
        Submissions(self._gradebook)(exam_id, report)
        waiting = self._gradebook.scripts.uploads(exam_id, UploadState.WAITING)
        if not waiting and not self._gradebook.scripts.unread_pages(exam_id):
            return
        report(0, 0, "Getting ready to read")
        engine = self._engine(self._settings.reading_engine)
        reader = Reader(self._gradebook.scans, processes, engine)
        ahead = ReadAhead(self._settings.data / "read-ahead", self._gradebook.scans, reader)
        hands = processes if engine.one_a_core or len(waiting) > FEW else self._here(engine)
        files = Files(self._gradebook, self._settings.intake, hands)
        Opening(self._gradebook, files, ahead)(exam_id, waiting, report)
        PageReading(self._gradebook, reader, ahead)(exam_id, report)

    def _to_split(self, job: Job) -> list[Script]:
        scripts = self._gradebook.scripts
        return (scripts.all if AGAIN in job.arguments else scripts.unsplit)(job.exam_id)

    def _read_beside(self, scripts: list[Script], report: Report) -> AutoGraderError | None:
        """Has a second engine read beside; the scripts go on without it where it can't run."""
        if not (name := self._settings.second_reading_engine) or not scripts:
            return None
        try:
            engine = self._engine(name)
            with self._processes(name) as processes:
                reader = Reader(self._gradebook.scans, processes, engine)
                SecondReading(self._gradebook, reader)(scripts, report)
        except EngineUnavailable as error:
            return error
        return None

    def _processes(self, engine: str) -> PagesAtOnce[PageWork]:
        return PagesAtOnce(partial(PageWork, engine, self._settings))

    def _here(self, engine: TextRecognizer) -> PagesHere[PageWork]:
        return PagesHere(partial(PageWork, engine.name, self._settings))

    def _engine(self, name: str) -> TextRecognizer:
        if name not in self._engines:
            self._engines[name] = plugins.recognizer(name, self._settings)
        return self._engines[name]
