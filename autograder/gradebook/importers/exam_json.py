"""An exam as JSON, with its roster and textbooks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Criterion, Exam, Question, Rating, Scale
from autograder.domain.script import Student
from autograder.formats.csv_table import decode
from autograder.gradebook.importers.roster_csv import read_roster
from autograder.gradebook.questions import label_key

USUAL_SCALE = Scale(1, 5, 1)

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Mark = Annotated[float, Field(allow_inf_nan=False)]
Texts = Annotated[
    tuple[str, ...], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)
]
Number = Annotated[
    Words, BeforeValidator(lambda given: str(given) if isinstance(given, int) else given)
]


class ScaleForm(BaseModel):
    """``scale``."""

    minimum: Mark
    maximum: Mark
    step: Mark = 1.0


class RatingForm(BaseModel):
    """An item of ``ratings``."""

    marks: Mark
    text: str = ""


class CriterionForm(BaseModel):
    """An item of ``criteria``."""

    text: Words
    marks: Mark
    group: str = ""
    best: Annotated[int, Field(ge=1)] = 1
    ratings: tuple[RatingForm, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _highest(cls, given: Any) -> Any:
        """Without ``marks`` of its own it is worth what its highest rating is."""
        if not isinstance(given, dict) or "marks" in given:
            return given
        points = [each.get("marks") for each in given.get("ratings", ()) if isinstance(each, dict)]
        known = [each for each in points if isinstance(each, int | float)]
        return {**given, "marks": max(known)} if known else given


class QuestionForm(BaseModel):
    """An item of ``questions``."""

    label: Words
    text: Words
    reference_answer: Texts = ()
    scale: ScaleForm | None = None
    max_score: Mark | None = None
    criteria: tuple[CriterionForm, ...] = ()
    rubric: str = ""


class StudentForm(BaseModel):
    """An item of ``roster``."""

    number: Number
    name: str
    email: str = ""
    section: str = ""


FILE, LIST = "<file>", "<list>"
Roster = Annotated[
    Annotated[str, Tag(FILE)] | Annotated[tuple[StudentForm, ...], Tag(LIST)],
    Discriminator(lambda given: FILE if isinstance(given, str) else LIST),
]


class ExamForm(BaseModel):
    """The whole file. Keys that it doesn't name are ignored."""

    id: Annotated[str, StringConstraints(max_length=64)] = ""
    title: Words
    course: str = ""
    scale: ScaleForm | None = None
    questions: tuple[QuestionForm, ...]
    roster: Roster = ()
    textbooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedExam:
    """What an exam file holds; the ids of its questions and students are still empty."""

    exam: Exam
    students: tuple[Student, ...]
    textbooks: tuple[Path, ...]


def read_exam(path: Path, handed_in: bool = False) -> ImportedExam:
    """Reads an exam; paths in it are relative to the file.

    Of an exam that was ``handed_in`` over the network they count by their last name only, beside
    the file: it can name no other file of this machine.

    RefusedFile: not JSON, a key that is missing or wrong (named with where it stands), a roster
    or textbook that isn't there.
    """
    try:
        form = ExamForm.model_validate(_loaded(path))
        exam = Exam(form.id.strip(), form.title, form.course, _questions(form))
    except ValidationError as error:
        raise RefusedFile(path.name, _told(error)) from error
    except RefusedFile:
        raise
    except InvalidInput as error:
        raise RefusedFile(path.name, str(error)) from error
    shelf = _Shelf(path, handed_in)
    return ImportedExam(exam, _students(shelf, form.roster), _textbooks(shelf, form.textbooks))


def _loaded(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(decode(path))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RefusedFile(path.name, f"it is not JSON: {error.msg} in {where}.") from error
    except RecursionError as error:
        raise RefusedFile(path.name, "it is nested too deeply to be an exam.") from error
    if not isinstance(content, dict):
        raise RefusedFile(path.name, "it is JSON, but not an exam: it must start with {.")
    return content


def _questions(form: ExamForm) -> tuple[Question, ...]:
    seen: dict[str, int] = {}
    for index, question in enumerate(form.questions):
        first = seen.setdefault(label_key(question.label), index)
        if first != index:
            raise InvalidInput(
                f"questions {first + 1} and {index + 1} are both labelled {question.label}. "
                "Rename one of them."
            )
    return tuple(_question(question, form.scale) for question in form.questions)


def _question(form: QuestionForm, usual: ScaleForm | None) -> Question:
    return Question(
        id="",
        label=form.label,
        text=form.text,
        scale=_scale(form, usual),
        reference_answers=tuple(text for text in form.reference_answer if text.strip()),
        criteria=tuple(map(_criterion, form.criteria)),
        rubric=form.rubric,
    )


def _criterion(form: CriterionForm) -> Criterion:
    ratings = tuple(Rating(each.marks, each.text.strip()) for each in form.ratings)
    return Criterion(form.text, form.marks, form.group, form.best, ratings)


def _scale(form: QuestionForm, usual: ScaleForm | None) -> Scale:
    """The question's own scale, else 0 to its ``max_score``, else the exam's."""
    try:
        if form.scale is None and form.max_score is not None:
            return Scale(0.0, form.max_score, min(1.0, form.max_score))
        given = form.scale or usual
        return Scale(given.minimum, given.maximum, given.step) if given else USUAL_SCALE
    except InvalidInput as error:
        raise InvalidInput(f"the scale of {form.label}: {error}") from error


@dataclass(frozen=True)
class _Shelf:
    """The files that an exam may name."""

    exam: Path
    beside_only: bool

    def find(self, named: str, what: str) -> Path:
        found = self.exam.parent / (Path(named).name if self.beside_only else named)
        if not found.is_file():
            raise RefusedFile(
                self.exam.name,
                f"its {what} {named} is not there. {self._advice(named)} or take “{named}” out "
                f"and add the {what} by hand.",
            )
        return found

    def _advice(self, named: str) -> str:
        if self.beside_only:
            return f"Hand {Path(named).name} in together with the exam,"
        return "Put the file where the exam names it, counted from the exam's own folder,"


def _students(shelf: _Shelf, roster: str | Sequence[StudentForm]) -> tuple[Student, ...]:
    if isinstance(roster, str):
        return tuple(read_roster(shelf.find(roster, "roster")))
    return tuple(Student("", each.number, each.name, each.email, each.section) for each in roster)


def _textbooks(shelf: _Shelf, textbooks: Sequence[str]) -> tuple[Path, ...]:
    return tuple(shelf.find(each, "textbook") for each in textbooks)


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    path = [part for part in first["loc"] if part not in (FILE, LIST)]
    why = first["msg"].lower()
    if not path or isinstance(path[-1], int):
        return f"{_place(path)} can't be used: {why}."
    where = _place(path[:-1])
    if first["type"] == "missing":
        return f"{where} has no “{path[-1]}”. Add it and try again."
    return f"“{path[-1]}” in {where} can't be used: {why}."


_ONE_OF = {
    "questions": "question",
    "criteria": "criterion",
    "ratings": "rating",
    "roster": "student",
}


def _place(path: Sequence[str | int]) -> str:
    """Where in the file, such as ``criterion 1 of question 3``, counted as people count."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts[-1] = f"{_ONE_OF.get(parts[-1], parts[-1])} {part + 1}"
        else:
            parts.append(part)
    return " of ".join(reversed(parts)).replace("_", " ") or "the exam"
