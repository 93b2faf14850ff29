"""A programming lab or an essay prompt: ``rubrics.json`` with what is asked beside it.

Read are a list of criteria, or an object that holds one as ``rubrics``, ``criteria`` or
``traits``, and an LMS's own rubric export (``description``, ``points``, ``ratings``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import gcd
from pathlib import Path
from typing import Any

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Criterion, Exam, Question, Rating, Scale
from autograder.formats.csv_table import decode

RUBRICS = "rubrics.json"
STATEMENTS = ("ps", "problem", "problem_statement", "statement", "prompt", "question", "readme")
SUFFIXES = (".md", ".txt")
_LISTS = ("rubrics", "rubric", "criteria", "traits", "data")
_TEXTS = ("text", "description", "title", "name", "criterion", "trait")
_POINTS = ("marks", "points", "score", "value")
_LEVELS = ("ratings", "Ratings", "options", "levels")
FINEST = 1_000
"""Points are looked at to a thousandth of a mark."""


def is_lab(path: Path) -> bool:
    """Whether the JSON is a rubric rather than an exam. RefusedFile: it is no JSON."""
    loaded = _loaded(path)
    return isinstance(loaded, list) or ("questions" not in loaded and _listed(loaded) is not None)


def read_lab(path: Path, handed_in: bool = False) -> Exam:
    """An exam of one question: the statement beside the file, and the rubric's criteria.

    It is called as the rubric says, else as its folder is, or, where it was ``handed_in`` without
    one, as the statement begins.

    RefusedFile: a criterion without a text or without points (named by its number).
    """
    loaded = _loaded(path)
    rows = loaded if isinstance(loaded, list) else _listed(loaded) or []
    told = loaded if isinstance(loaded, Mapping) else {}
    try:
        criteria = tuple(_criterion(row, number) for number, row in enumerate(rows, 1))
        if not criteria:
            raise InvalidInput("it holds no criteria.")
        text = str(told.get("prompt") or told.get("question") or _statement(path))
        folder = text.strip("# \n").split("\n")[0][:60] if handed_in else path.resolve().parent.name
        title = str(told.get("title") or folder)
        question = Question("", "Q1", text, scale_of(criteria), criteria=criteria)
        return Exam("", title, str(told.get("course", "")), (question,))
    except InvalidInput as error:
        raise RefusedFile(path.name, str(error)) from error


def rating_of(row: object, where: str) -> Rating:
    """A rating from ``{"marks", "text"}`` or an LMS's words for them. InvalidInput: no points."""
    if not isinstance(row, Mapping):
        raise InvalidInput(f"{where} has a rating that is no object with marks and text.")
    marks = _number(row)
    if marks is None:
        raise InvalidInput(f"{where} has a rating without “marks”. Add them and try again.")
    words = [str(row[key]).strip() for key in ("title", "text", "description") if row.get(key)]
    return Rating(marks, ": ".join(dict.fromkeys(words)))


def scale_of(criteria: Sequence[Criterion]) -> Scale:
    """From the sum of the lowest ratings to that of the highest, in steps that reach every sum."""
    points = [criterion.points(1.0) for criterion in criteria]
    low = sum(each[0] for each in points)
    high = sum(max(0.0, *each) for each in points)
    steps = [round(abs(each - row[0]) * FINEST) for row in points for each in row]
    step = (gcd(*steps) or FINEST) / FINEST
    return Scale(low, high, min(step, high - low) if high > low else step)


def _loaded(path: Path) -> Any:
    try:
        loaded = json.loads(decode(path))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RefusedFile(path.name, f"it is not JSON: {error.msg} in {where}.") from error
    except RecursionError as error:
        raise RefusedFile(path.name, "it is nested too deeply to be a rubric.") from error
    if not isinstance(loaded, list | dict):
        raise RefusedFile(path.name, "it is JSON, but neither an exam nor a rubric.")
    return loaded


def _listed(loaded: Mapping[str, Any]) -> list[Any] | None:
    found = (loaded[key] for key in _LISTS if isinstance(loaded.get(key), list))
    return next(found, None)


def _criterion(row: object, number: int) -> Criterion:
    where = f"criterion {number}"
    if not isinstance(row, Mapping):
        raise InvalidInput(f"{where} is no object with a text and ratings.")
    words = [str(row[key]).strip() for key in _TEXTS if row.get(key)]
    if not words:
        raise InvalidInput(f"{where} has no “text”. Add it and try again.")
    text = ": ".join(dict.fromkeys(reversed(words[:2])))
    ratings = tuple(rating_of(each, where) for each in _levels(row))
    marks = _number(row) if not ratings else max(each.marks for each in ratings)
    if not marks:
        raise InvalidInput(f"{where} has neither “ratings” nor “marks”. Add them and try again.")
    return Criterion(text, marks, ratings=ratings)


def _levels(row: Mapping[str, Any]) -> list[Any]:
    """The ratings, which may stand as ``{"5": "all cases", "0": "none"}`` too."""
    found: object = next((row[key] for key in _LEVELS if row.get(key)), [])
    if isinstance(found, Mapping):
        return [{"marks": points, "text": text} for points, text in found.items()]
    return list(found) if isinstance(found, list) else []


def _number(row: Mapping[str, Any]) -> float | None:
    for key in _POINTS:
        try:
            return float(row[key])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _statement(path: Path) -> str:
    beside = {each.name.lower(): each for each in path.parent.iterdir() if each.is_file()}
    names = [stem + suffix for stem in STATEMENTS for suffix in SUFFIXES]
    found = next((beside[name] for name in names if name in beside), None)
    if found is None:
        raise InvalidInput(
            f"there is no problem statement beside it. Put it there as {STATEMENTS[0]}.txt."
        )
    return decode(found).strip()
