"""Scripts that are read whole are split into answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.domain.exam import Exam
from autograder.domain.script import WRITTEN, Page, Piece, Reading, Script
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading import segmentation
from autograder.reading.page_work import PageLook, PageWork
from autograder.reading.pages_at_once import PagesAtOnce
from autograder.reading.sheets.head import without_head
from autograder.reading.written.splitting import merged, split_written
from autograder.runs.reading.cautions import warned
from autograder.runs.reading.looking import Looking
from autograder.runs.reading.page_reading import without_failures
from autograder.settings import Settings

LOOKING = "Looking where the answers stand"


class Splitting:
    """Splits scripts, and notes on an answer what is wrong with how it was read."""

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._scripts = gradebook.scripts
        self._looking = Looking(settings, gradebook)

    def __call__(
        self,
        exam_id: str,
        scripts: Sequence[Script],
        processes: PagesAtOnce[PageWork],
        report: Report,
    ) -> None:
        """Splits those of the scripts that are read whole."""
        # While a page is still to be read its text may belong anywhere.
        whole = [(script, read) for script in scripts if (read := self._read(script))]
        pages = [pair for _, read in whole for pair in read if not _is_typed(pair[1])]
        looks = self._looking.looks(
            exam_id, pages, processes, lambda done, total: report(done, total, LOOKING)
        )
        for done, (script, read) in enumerate(whole):
            report(done, len(whole), "Splitting scripts into answers")
            self._split(script, read, looks)

    def _read(self, script: Script) -> list[tuple[Page, Reading]]:
        """The script's pages that may hold answers; none while one is unread."""
        readings = [(page, self._scripts.reading(page.id)) for page in script.pages]
        read = [(page, reading) for page, reading in readings if reading is not None]
        if len(read) < len(readings):
            return []
        return [pair for pair in read if not (pair[0].sheet and pair[0].sheet.number == 0)]

    def _split(
        self,
        script: Script,
        read: Sequence[tuple[Page, Reading]],
        looks: Mapping[str, PageLook],
    ) -> None:
        exam = self._gradebook.exams.get(script.exam_id)
        typed = [(page.id, page.source, reading) for page, reading in read if _is_typed(reading)]
        scanned = [(page, reading) for page, reading in read if not _is_typed(reading)]
        pieces = split_written(typed, exam.questions) if typed else []
        if scanned:
            pieces = merged([*pieces, *_answers(exam, scanned, looks)])
        self._gradebook.answers.record(script.id, pieces, read[0][1].engine, script.pages)
        problem = without_failures(script.problem)
        if problem != script.problem:
            self._scripts.set_problem(script.id, problem)


def _is_typed(reading: Reading) -> bool:
    return reading.engine == WRITTEN


def _answers(
    exam: Exam, read: Sequence[tuple[Page, Reading]], looks: Mapping[str, PageLook]
) -> list[Piece]:
    written = [
        (page.id, without_head(reading, exam.title) if page.sheet else reading)
        for page, reading in read
    ]
    layouts = {page.id: look for page, _ in read if (look := looks[page.id].layout)}
    return warned(segmentation.split(written, exam.questions, layouts), read, looks)
