"""Answers as JSON lines: the form that ``predict`` and ``evaluate`` read and write."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example, Passage, Prediction
from autograder.formats.line_fields import LineFields
from autograder.grading.grader import Grader
from autograder.grading.points import points_of

GRID = 10
"""A maximum of at most 1 is marked in tenths, one of at most 10 in halves, unless marks that are
given show another step."""
STEPS = (1.0, 0.5, 0.25, 0.1)
LONGEST = 1000
"""Steps on a scale, however high its maximum is."""
ONE_IDEA = 25
"""Words of a reference answer beyond which it holds more than one idea."""
TOGETHER = 32
"""Answers given to the grader in one call."""
Passages = Callable[[Question], Sequence[Passage]]
Key = tuple[str, str, tuple[Criterion, ...], float]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of input; ``line`` is its number in the file."""

    line: int
    id: str
    question_id: str
    question: str
    references: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    rubric: str
    answer: str
    max_score: float
    score: float | None
    teacher: tuple[bool, ...] | None
    reviewed: bool
    dataset: str

    @property
    def key(self) -> Key:
        """Rows of one key are answers to one question, marked by one scheme."""
        return (self.dataset, self.question_id, self.criteria, self.max_score)


def read_rows(path: Path, scored: bool = False) -> list[Row]:
    """The rows of a file. ``scored``: each needs the teacher's score.

    InvalidInput names the line and the key that is missing or can't be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    rows = [
        _row(number, line, scored)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    seen: dict[str, int] = {}
    for row in rows:
        if row.id in seen:
            raise InvalidInput(
                f"Line {row.line}: the id “{row.id}” stands on line {seen[row.id]} already."
            )
        seen[row.id] = row.line
    return rows


def _row(number: int, line: str, scored: bool) -> Row:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        why = f"{error.msg}, character {error.colno}"
        raise InvalidInput(f"Line {number}: this is not JSON ({why}).") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 5,000 brackets
        raise InvalidInput(f"Line {number}: this is more than JSON is read for here.") from error
    if not isinstance(given, dict):
        raise InvalidInput(f"Line {number}: a JSON object is needed, one a line.")
    field = LineFields(number, given)
    criteria = field.criteria()
    reviewed = field.yes_or_no("reviewed")
    question = field.text("question")
    return Row(
        line=number,
        id=field.filled_text("id"),
        question_id=field.optional_text("question_id") or question,
        question=question,
        references=field.references(),
        criteria=criteria,
        rubric=field.optional_text("rubric"),
        answer=field.text("student_answer"),
        max_score=field.max_score(),
        score=field.score(needed=scored or reviewed),
        teacher=field.teacher(len(criteria)),
        reviewed=reviewed,
        dataset=field.optional_text("dataset"),
    )


def predict_rows(
    rows: Sequence[Row], grader: Grader, passages_of: Passages
) -> Iterator[dict[str, Any]]:
    """Grades the rows and yields the output of each in the order of the input.

    Rows with ``reviewed`` are the teacher's examples to the others of their question; they get no
    output. Rows of one ``question_id`` are one question, as its first row states it.
    """
    own: dict[Key, list[Row]] = {}
    for row in rows:
        own.setdefault(row.key, []).append(row)
    left = {key: iter([row for row in mine if not row.reviewed]) for key, mine in own.items()}
    asked: dict[Key, tuple[Question, list[Passage], list[Example]]] = {}
    done: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.reviewed:
            continue
        if row.key not in asked:
            question = question_of(own[row.key])
            asked[row.key] = (question, list(passages_of(question)), _examples(own[row.key]))
        if row.line not in done:
            batch = list(islice(left[row.key], TOGETHER))
            done.update(_graded(batch, grader, *asked[row.key]))
        yield done.pop(row.line)


def _graded(
    rows: Sequence[Row],
    grader: Grader,
    question: Question,
    passages: Sequence[Passage],
    examples: Sequence[Example],
) -> Iterator[tuple[int, dict[str, Any]]]:
    began = perf_counter()
    found = grader.grade(question, [row.answer for row in rows], passages, examples)
    seconds = (perf_counter() - began) / max(1, len(rows))
    for row, prediction in zip(rows, found, strict=True):
        yield row.line, as_output(row, question, prediction, seconds)


def question_of(rows: Sequence[Row]) -> Question:
    """The question that the rows are answers to."""
    first = rows[0]
    return Question(
        id=first.question_id,
        label=first.question_id[:40],
        text=first.question,
        scale=Scale(0, first.max_score, step_of(rows)),
        reference_answers=first.references,
        criteria=first.criteria,
        rubric=first.rubric,
    )


def step_of(rows: Sequence[Row]) -> float:
    """The step between marks: what the criteria are worth, else what the maximum suggests.

    The teacher's scores of rows that aren't reviews are never looked at.
    """
    first = rows[0]
    worth = [abs(each.marks) for each in first.criteria if each.marks]
    shown = worth or [row.score for row in rows if row.reviewed and row.score]
    short = [step for step in STEPS if first.max_score / step <= LONGEST]
    fitting = [step for step in short if _fits(step, [*shown, first.max_score])]
    if shown and fitting:
        return fitting[0]
    if first.max_score == 1 and all(_one_idea(each) for each in first.references or [""]):
        return 1.0  # one mark for one idea can't be split
    if first.max_score <= 1:
        return first.max_score / GRID
    if first.max_score > LONGEST:
        return first.max_score / LONGEST
    return 0.5 if first.max_score <= GRID else 1.0


def _one_idea(reference: str) -> bool:
    return len(points_of(reference)) <= 1 and len(reference.split()) <= ONE_IDEA


def _fits(step: float, values: Iterable[float]) -> bool:
    return all(abs(value / step - round(value / step)) < 1e-6 for value in values)


def _examples(rows: Sequence[Row]) -> list[Example]:
    return [
        Example(row.answer, row.score, _points(row), id=row.id)
        for row in rows
        if row.reviewed and row.score is not None
    ]


def _points(row: Row) -> tuple[float, ...] | None:
    if row.teacher is None:
        return None
    pairs = zip(row.criteria, row.teacher, strict=True)
    return tuple(criterion.marks if met else 0.0 for criterion, met in pairs)


def as_output(
    row: Row, question: Question, prediction: Prediction, seconds: float
) -> dict[str, Any]:
    """One line of output."""
    return {
        "id": row.id,
        "score": prediction.mark,
        "max_score": question.scale.maximum,
        "confidence": round(prediction.confidence, 4),
        "distribution": {f"{mark:g}": round(p, 5) for mark, p in prediction.distribution},
        "criteria": _judged(question, prediction),
        "flags": [{"kind": each.kind, "reason": each.reason} for each in prediction.flags],
        "feedback": prediction.feedback,
        "grader": prediction.maker.grader,
        "seconds": round(seconds, 5),
    }


def _judged(question: Question, prediction: Prediction) -> list[dict[str, Any]]:
    """One for each criterion of the question; of nulls where the grader judged none of them."""
    if question.criteria and not prediction.judgements:
        return [{"met": None, "marks": None, "evidence": None} for _ in question.criteria]
    return [
        {
            "met": round(each.met, 4),
            "marks": each.marks,
            "evidence": list(each.evidence) if each.evidence else None,
        }
        for each in (prediction.judgements if question.criteria else ())
    ]


def write_rows(path: Path, outputs: Iterable[dict[str, Any]]) -> int:
    """Writes the outputs, a line each, whole or not at all, and returns how many.

    Whatever stops it, the file that was there stays as it was. InvalidInput if it can't be written.
    """
    count = 0
    try:
        with _in_one_piece(path) as file:
            for output in outputs:
                file.write(json.dumps(output, ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror}.") from error
    return count


@contextmanager
def _in_one_piece(path: Path) -> Iterator[TextIO]:
    """Opens a file beside ``path`` that takes its place once all is written."""
    path = path.resolve()  # the file that a link leads to is replaced, not the link
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
