"""``grade``: the main job without a browser."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.output import say, warn, write_file
from autograder.domain.errors import AutoGraderError, InvalidInput
from autograder.domain.exam import Exam
from autograder.domain.job import JobState
from autograder.domain.script import UploadState
from autograder.reading.written.submission import LEFT_OUT
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.application import Application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAM.json SCANS... --out gradebook.csv [--engine NAME] [--grader NAME] [--textbook FILE]."""
    parser.add_argument("exam", type=Path, metavar="EXAM.json")
    parser.add_argument("scans", nargs="+", type=Path, metavar="SCANS")
    parser.add_argument("--out", type=Path, required=True, metavar="gradebook.csv")
    parser.add_argument("--engine", help="the OCR engine (default: rapidocr)")
    parser.add_argument("--grader", help="the grader (default: the best that runs here)")
    parser.add_argument("--textbook", type=Path, action="append", default=[], metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Takes the exam and the scans into the data folder, reads, grades, writes the gradebook."""
    from autograder.application import Application

    settings = Settings()
    changed = {"reading_engine": options.engine, "grader": options.grader}
    settings = settings.model_copy(update={key: name for key, name in changed.items() if name})
    files = _files(options.scans)
    with Application.open(settings) as application:
        exam = application.marking.import_exam(options.exam)
        for book in options.textbook:
            application.marking.add_textbook(exam.id, book.name, book)
        application.jobs.start()
        marked, handed_in = _mark(application, exam, files)
        write_file(options.out, application.marking.export(exam.id))
    say(f"{options.out}: {exam.title}, {marked} of {handed_in} files marked")
    return 0 if marked else 1


def _files(scans: list[Path]) -> list[tuple[str, Path]]:
    missing = [str(path) for path in scans if not path.exists()]
    if missing:
        raise InvalidInput(f"There is no such file: {', '.join(missing)}.")
    return [file for path in scans for file in (_inside(path) if path.is_dir() else [_one(path)])]


def _one(path: Path) -> tuple[str, Path]:
    return path.name, path


def _inside(folder: Path) -> list[tuple[str, Path]]:
    """The folder's files; what lies in folders of it is named with them: a student's each."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (path.name if path.parent == folder else path.relative_to(folder.parent).as_posix(), path)
        for path in files
    ]


def _mark(application: Application, exam: Exam, files: list[tuple[str, Path]]) -> tuple[int, int]:
    """How many files were marked, of how many; the members of a ZIP count as files.

    A file that is the same as another is told, and counts as marked where that one is.
    """
    uploads = application.marking.add_scans(exam.id, files)
    _finish(application, exam)
    application.marking.grade(exam.id)
    _finish(application, exam)
    known = {each.scan: each for each in application.gradebook.scripts.uploads(exam.id)}
    ended = [known.get(each.scan, each) for each in uploads]
    refused = [each for each in ended if each.state is UploadState.REFUSED]
    told = [each for each in uploads if each.problem and each not in refused]
    for upload in dict.fromkeys((*told, *refused)):
        warn(f"{upload.name}: {upload.problem}")
    for script in application.gradebook.scripts.all(exam.id):
        if LEFT_OUT in script.problem:
            warn(f"{script.title}: {script.problem}")
    return len(uploads) - len(refused), len(uploads)


def _finish(application: Application, exam: Exam) -> None:
    for job in application.gradebook.jobs.active(exam.id):
        ended = application.jobs.wait(job.id)
        if ended.state is not JobState.DONE:
            raise AutoGraderError(ended.message or "The work was cancelled.")
