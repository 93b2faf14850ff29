"""The course's questions with their answers, as the files that a drafting model is taught by."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.domain.errors import InvalidInput
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.language import bases
from autograder.learning.drafting.course import CourseQuestion, course_questions
from autograder.learning.examples import Examples, read_files
from autograder.settings import Settings

FOLDER = "course"
NO_FILES = "Add the course's questions with their answers first: a table (.csv) or JSON lines."
NO_ANSWERS = (
    "No question in these files has a good answer to learn from. Each line takes a question and "
    "its answer; of marked answers those with full marks count."
)
SMALL = ("facebook/bart-base", "facebook/bart-large", "openai-community/gpt2", "distilgpt2", "gpt2")
"""Bases that learn to draft without a GPU, by their hub names."""


def course_of(found: Examples) -> tuple[list[CourseQuestion], str]:
    """The questions with their good answers, and the sum of them all."""
    questions = course_questions(found.marked, found.unmarked)
    told = repr([(each.text, each.answers) for each in questions])
    return questions, hashlib.sha256(told.encode()).hexdigest()


def keep(gradebook: Gradebook, files: Sequence[Path]) -> str:
    """Keeps files that were handed in; what names them in a job.

    RefusedFile: one can't be read; InvalidInput: there is nothing to learn from.
    """
    if not files:
        raise InvalidInput(NO_FILES)
    questions, _ = course_of(read_files(files))
    if not questions:
        raise InvalidInput(NO_ANSWERS)
    return json.dumps([[gradebook.scans.add_file(each), each.name] for each in files])


def lay_out(gradebook: Gradebook, told: str, work: Path) -> list[Path]:
    """The files that ``keep`` named, under their own names in the training's folder."""
    return [
        _placed(gradebook.scans.path(sha), work / FOLDER / str(place) / name)
        for place, (sha, name) in enumerate(json.loads(told), 1)
    ]


def bases_here(settings: Settings) -> list[str]:
    """The bases on this machine that can learn to draft: in ``models/bases``, then known ones."""
    own = sorted((settings.models / "bases").glob("*"))
    known = [*SMALL, *(each.name for each in bases.PROPOSED), settings.llama.base]
    names = [each.name for each in own if bases.on_machine(str(each))]
    return _once([*names, *(each for each in known if each and bases.on_machine(each))])


def _placed(kept: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copyfile(kept, target)
    return target


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
