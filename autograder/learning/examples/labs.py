"""Programming labs as folders: what was asked, the rubric, the ratings, what students handed in.

A lab's folder holds ``ps.txt`` (or ``.md``), ``rubrics.json``, ``rubric_ratings.csv`` and
``submissions/`` with a folder or a file for each student, in any language. The layout is that of
sauravchaudharysc/LLM-Finetuning.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Question, credit
from autograder.domain.marked_example import MarkedExample
from autograder.formats.lab_json import RUBRICS, read_lab
from autograder.formats.zip_file import BROKEN, PACKED
from autograder.learning.examples.examples import Examples, Remark
from autograder.learning.examples.lab_ratings import Rated, read_ratings, student_key
from autograder.learning.examples.submissions import submissions

RATINGS = "rubric_ratings.csv"
SUBMISSIONS = "submissions"
NO_MARK = "no_mark"
MOST_BYTES = 1_000_000_000
MOST_FILES = 20_000


def labs_in(folder: Path) -> list[Path]:
    """The folders of labs, ``folder`` itself or any below it."""
    found = {each.parent for each in folder.rglob("*.json") if each.name.casefold() == RUBRICS}
    return sorted(each for each in found if not set(found) & set(each.parents))


def read_labs(path: Path) -> Examples:
    """Reads every lab in a folder or ZIP; the name of each lab is its examples' exam.

    RefusedFile: there is none, or one that can't be used, by its name.
    """
    with _unpacked(path) as folder:
        labs = labs_in(folder)
        if not labs:
            raise RefusedFile(path.name, f"no folder in it holds a {RUBRICS}. Add the lab's.")
        found = Examples()
        for lab in labs:
            own = path.name if path.is_dir() else path.stem
            found += _read_lab(lab, own if lab == folder else lab.name)
        return found


def _read_lab(folder: Path, name: str) -> Examples:
    try:
        asked = read_lab(_beside(folder, RUBRICS)).questions[0]
        question = replace(asked, id=name, label=name)
        students, unread = submissions(_beside(folder, SUBMISSIONS))
        rated = read_ratings(_beside(folder, RATINGS), question.criteria, list(students))
    except RefusedFile as error:
        raise RefusedFile(f"{name}/{error.name}", error.reason) from error
    lab = _Lab(name, question, rated)
    examples = [lab.example(student, text) for student, text in students.items()]
    return Examples(
        tuple(each for each in examples if isinstance(each, MarkedExample)),
        remarks=(
            *(each for each in examples if isinstance(each, Remark)),
            *(Remark("unread", told, f"{name}, {student}") for student, told in unread),
            *lab.missing(list(students)),
        ),
    )


class _Lab:
    def __init__(self, name: str, question: Question, rated: dict[str, Rated]) -> None:
        self._name = name
        self._question = question
        self._rated = rated

    def example(self, student: str, text: str) -> MarkedExample | Remark:
        """A student's work with its ratings; a remark where those are missing or can't be used."""
        where = f"{self._name}, {student}"
        rated = self._rated.get(student_key(student))
        if rated is None:
            return Remark(NO_MARK, f"{RATINGS} has no line for it; it is left out.", where)
        points = rated.in_order(len(self._question.criteria))
        lacking = [
            each.text
            for each, given in zip(self._question.criteria, points, strict=True)
            if given is None
        ]
        problems = [*rated.problems, *(f"“{each}” is not rated" for each in lacking)]
        if problems:
            told = f"{'; '.join(problems)} ({rated.where}); it is left out."
            return Remark(NO_MARK, told, where)
        given = [each or 0.0 for each in points]
        mark = self._question.mark_for(credit(self._question.criteria, given))
        comment = "\n".join(rated.comments)
        own = f"{self._name}/{student}"
        return MarkedExample(own, self._question, text, mark, points, self._name, where, comment)

    def missing(self, students: Sequence[str]) -> Iterator[Remark]:
        """Whoever was rated and handed nothing in."""
        here = {student_key(each) for each in students}
        for key, rated in self._rated.items():
            if key not in here:
                where = f"{self._name}, {rated.where}"
                yield Remark("no_answer", f"“{key}” is rated but handed nothing in.", where)


def _beside(folder: Path, name: str) -> Path:
    """A file or folder of that name, in whatever case. RefusedFile: it isn't there."""
    found = next((each for each in folder.iterdir() if each.name.casefold() == name), None)
    if found is None:
        raise RefusedFile(name, "the lab has none. Put it beside the rubric.")
    return found


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The folder, or a ZIP's content in one that is gone afterwards."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                infos = archive.infolist()
                if len(infos) > MOST_FILES or sum(each.file_size for each in infos) > MOST_BYTES:
                    raise RefusedFile(path.name, "it holds too much. Give the labs as folders.")
                if any(each.compress_type not in PACKED for each in infos):
                    raise RefusedFile(path.name, "it is packed in an unusual way. Pack it anew.")
                archive.extractall(folder)  # it cuts what leads elsewhere off a name
        except BROKEN as error:
            raise RefusedFile(path.name, f"the ZIP can't be opened ({error}).") from error
        yield Path(folder)
