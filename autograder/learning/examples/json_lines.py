"""Examples as our JSON lines: what ``evaluate`` reads, and what it passes over."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from autograder.domain.errors import InvalidInput, RefusedFile, StorageFailed
from autograder.domain.exam import Criterion
from autograder.domain.marked_example import AnsweredQuestion, MarkedExample, Points
from autograder.learning.examples.examples import Examples, Remark
from autograder.learning.examples.json_line import LABEL, Line
from autograder.learning.examples.scales import scale_of

NO_MARK = "no_mark"


def read_json_lines(path: Path) -> Examples:
    """Reads lines with ``student_answer`` and ``score``, or with ``question`` and ``answer``.

    Beyond the keys that ``evaluate`` knows: ``dataset`` (the exam), ``scale``,
    ``question_label``, ``points`` (for each criterion), ``comment`` or ``feedback``, ``predicted``,
    ``predicted_points``, ``where``, ``alt_answers``. A line without a score is remarked on.
    RefusedFile names the line and the key that is missing or can't be used.
    """
    lines = [Line(path.name, number, given) for number, given in _objects(path)]
    try:
        _refuse_doubles(lines)
        marked = _with_scales([line for line in lines if line.is_marked])
        unmarked = [each for line in lines if line.is_pair for each in line.pairs()]
    except InvalidInput as error:
        raise RefusedFile(path.name, str(error)) from error
    bare = [line for line in lines if not line.is_pair and not line.is_marked]
    remarks = [Remark(NO_MARK, "it has no “score”, so it teaches nothing.", e.where) for e in bare]
    return Examples(tuple(marked), tuple(unmarked), tuple(remarks))


def write_examples(path: Path, examples: Iterable[MarkedExample | AnsweredQuestion]) -> str:
    """Writes a line for each, whole or not at all; returns the file's sha256.

    ``read_json_lines`` reads them back as they were. StorageFailed: the disk is full or closed.
    """
    lines = [json.dumps(_written(each), ensure_ascii=False) for each in examples]
    content = "".join(f"{line}\n" for line in lines).encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise StorageFailed(
            f"The examples can't be written to {path.parent} ({error.strerror}). Make room there "
            "and try again."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return hashlib.sha256(content).hexdigest()


def _objects(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RefusedFile(path.name, f"it can't be opened ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise RefusedFile(path.name, "it is not UTF-8 text. Save it as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _object(path.name, number, line)


def _object(name: str, number: int, line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RefusedFile(name, f"line {number} is not JSON ({error}).") from error
    if not isinstance(given, dict):
        raise RefusedFile(name, f"line {number}: a JSON object is needed, one a line.")
    return given


def _refuse_doubles(lines: Sequence[Line]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        own = line.field.filled_text("id")
        first = seen.setdefault(own, line.number)
        if first != line.number:
            raise InvalidInput(
                f"Line {line.number}: the id “{own}” stands on line {first} already."
            )


def _with_scales(lines: Sequence[Line]) -> list[MarkedExample]:
    """The step between marks is what all marks of a question show together."""
    stated = [line.scale() or _asked(line) for line in lines]
    shown: dict[Asked, set[float]] = defaultdict(set)
    for asked, line in zip(stated, lines, strict=True):
        if isinstance(asked, Asked):
            shown[asked].add(line.field.number("score", line.given["score"]))
    scales = {
        asked: scale_of(asked.maximum, marks, asked.criteria) for asked, marks in shown.items()
    }
    return [
        line.example(scales[scale] if isinstance(scale, Asked) else scale)
        for line, scale in zip(lines, stated, strict=True)
    ]


class Asked(NamedTuple):
    """Lines of one question and one mark scheme."""

    exam: str
    question: str
    maximum: float
    criteria: tuple[Criterion, ...]


def _asked(line: Line) -> Asked:
    field = line.field
    own = field.optional_text("question_id") or field.text("question")
    return Asked(line.exam, own, field.max_score(), field.criteria(worthless=True))


def _written(example: MarkedExample | AnsweredQuestion) -> dict[str, Any]:
    told = _pair(example) if isinstance(example, AnsweredQuestion) else _marked(example)
    return {key: value for key, value in told.items() if value is not None}


def _pair(pair: AnsweredQuestion) -> dict[str, Any]:
    told = {"id": pair.id, "dataset": pair.exam, "where": pair.where}
    return {**told, "question": pair.question, "answer": pair.answer}


def _marked(example: MarkedExample) -> dict[str, Any]:
    question, scale = example.question, example.question.scale
    return {
        "id": example.id,
        "dataset": example.exam,
        "question_id": question.id,
        LABEL: question.label,
        "version": question.version,
        "question": question.text,
        "reference_answer": list(question.reference_answers),
        "criteria": [_criterion(each) for each in question.criteria],
        "rubric": question.rubric,
        "handwritten": question.handwritten or None,
        "student_answer": example.text,
        "max_score": float(scale.maximum),
        "score": float(example.mark),
        "scale": {
            "minimum": float(scale.minimum),
            "maximum": float(scale.maximum),
            "step": float(scale.step),
        },
        "points": _floats(example.criteria),
        "comment": example.comment,
        "predicted": None if example.predicted is None else float(example.predicted),
        "predicted_points": _floats(example.predicted_criteria),
        "where": example.where,
    }


def _floats(points: Points | None) -> list[float | None] | None:
    """A whole mark is written as 3.0 wherever it came from, or the sum would change."""
    return None if points is None else [None if each is None else float(each) for each in points]


def _criterion(criterion: Criterion) -> dict[str, Any]:
    told: dict[str, Any] = {"text": criterion.text, "marks": float(criterion.marks)}
    if criterion.group or criterion.best > 1:
        told |= {"group": criterion.group, "best": criterion.best}
    if criterion.ratings:
        levels = [{"marks": float(each.marks), "text": each.text} for each in criterion.ratings]
        told |= {"ratings": levels}
    return told
