"""What tests run in processes of their own; each writes lines to the pipe that it is given."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.domain.errors import AutoGraderError, StorageFailed
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import worker_name
from tests.gradebook.samples import MAKER, prediction

PROMPTS = 12
"""Each answer is graded once with each of so many prompts."""
NOBODY = 65534


def grade(folder: Path, seconds_per_answer: float, pipe: Connection) -> None:
    """Claims the job and grades what is left of it, naming each mark that is kept."""
    gradebook = Gradebook(folder)
    worker = worker_name()
    job = gradebook.jobs.claim(worker)
    if job is None:
        return
    for number in range(job.done, PROMPTS):
        maker = replace(MAKER, prompt=f"prompt-{number}")
        for each in gradebook.marks.to_grade("os", maker):
            assert each.question is not None
            time.sleep(seconds_per_answer)
            text = each.answer.current
            predicted = prediction(float(sum(text.text.encode()) % 6), maker)
            gradebook.marks.record(each.answer.id, text.version, each.question, predicted)
            _say(pipe, f"mark {each.answer.id} {maker.prompt}")
        gradebook.jobs.report(job.id, worker, number + 1, PROMPTS, maker.prompt)
        _say(pipe, f"done {number + 1}")
    gradebook.jobs.finish(job.id, worker)
    gradebook.close()


def put_right(folder: Path, seed: int, pipe: Connection) -> None:
    """Moves, reorders, takes out and undoes ten times, naming each fix that is kept."""
    gradebook = Gradebook(folder)
    dice = random.Random(seed)
    for number in range(10):
        author = f"fix {seed} {number}"
        scripts = [each for each in gradebook.scripts.all("os") if each.pages]
        if not scripts:  # all pages were taken out
            gradebook.fixes.undo("os", author)
            continue
        script, other = dice.choice(scripts), dice.choice(scripts)
        page = dice.choice(script.pages).id
        with contextlib.suppress(AutoGraderError):  # somebody else was quicker
            match dice.randrange(4):
                case 0:
                    gradebook.fixes.move(page, other.id, author, dice.randrange(1, 4))
                case 1:
                    order = [each.id for each in script.pages][::-1]
                    gradebook.fixes.reorder(script.id, order, author)
                case 2:
                    gradebook.fixes.discard(page, author)
                case _:
                    gradebook.fixes.undo("os", author)
        if author in {fix.author for fix in gradebook.fixes.history("os")}:
            _say(pipe, author)
    gradebook.close()


def make_exams(folder: Path, pipe: Connection) -> None:
    """Opens a folder, new or not, and makes five exams in it."""
    gradebook = Gradebook(folder)
    for _ in range(5):
        _say(pipe, gradebook.exams.create("Quiz").id)
    gradebook.close()


def fill_the_disk(folder: Path, pipe: Connection) -> None:
    """Writes a scan and exams until no file may grow, then goes on once they may again."""
    import resource

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    gradebook = Gradebook(folder)
    for deed in (
        lambda: gradebook.scans.add(b"x" * 2_000_000),
        lambda: [gradebook.exams.create("Quiz " * 20_000) for _ in range(100)],
    ):
        limit(1_000_000)
        _say(pipe, _failure(deed))
        limit(resource.RLIM_INFINITY)
    gradebook.exams.create("After")
    gradebook.close()


def open_as_nobody(folder: Path, pipe: Connection) -> None:
    """Opens a folder that nobody may write; before that one that anybody may."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)  # permissions mean nothing to root
    with tempfile.TemporaryDirectory() as writable:
        Gradebook(Path(writable)).close()
    _say(pipe, _failure(lambda: Gradebook(folder)))


def _failure(deed: Callable[[], object]) -> str:
    try:
        deed()
    except StorageFailed as error:
        return str(error)
    return "no failure"


def _say(pipe: Connection, line: str) -> None:
    os.write(pipe.fileno(), f"{line}\n".encode())
