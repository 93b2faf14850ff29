"""Marking without reading, the least that a grader has to beat: by the commonest mark, by length.

Both are told the teacher's marks of all other questions (the length also how long answers score
there), never of the question itself; where there is one question, those of its other half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.grading.jsonl import Row
from autograder.metrics import Values

FOLDS = 5
Outputs = list[Mapping[str, Any]]
"""As ``jsonl.predict_rows`` yields them, as far as an evaluation looks at them."""
Learned = Callable[[Values], Values]
"""A share (0-1) for each length, learned from other questions."""


def baselines(rows: Sequence[Row], steps: Values, questions: Sequence[str]) -> dict[str, Outputs]:
    """What each baseline gives the rows; all of them hold a score. ``steps`` as shares (0-1)."""
    return {
        "majority": _outputs(rows, steps, questions, _commonest, _mean),
        "length": _outputs(rows, steps, questions, _line, _line),
    }


def _outputs(
    rows: Sequence[Row],
    steps: Values,
    questions: Sequence[str],
    of_marks: Callable[[Values, Values], Learned],
    of_criteria: Callable[[Values, Values], Learned],
) -> Outputs:
    lengths = np.array([np.log1p(len(row.answer.split())) for row in rows])
    given = np.array([(row.score or 0.0) / row.max_score for row in rows])
    shares, sure, met = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    for fold, rest in _folds(questions):
        mark = of_marks(lengths[rest], given[rest])
        shares[fold] = _on_grid(mark(lengths[fold]), steps[fold])
        off = np.abs(_on_grid(mark(lengths[rest]), steps[rest]) - given[rest])
        sure[fold] = np.mean(off <= steps[rest] / 2 + 1e-9)
        met[fold] = _learned_criteria(rows, rest, lengths, of_criteria)(lengths[fold])
    values = zip(rows, shares.tolist(), sure.tolist(), met.tolist(), strict=True)
    return [_output(*each) for each in values]


def _output(row: Row, share: float, sure: float, met: float) -> Mapping[str, Any]:
    score = share * row.max_score
    return {
        "score": score,
        "max_score": row.max_score,
        "distribution": {score: sure},
        "criteria": [{"met": met}] * len(row.criteria),
    }


def _on_grid(shares: Values, steps: Values) -> Values:
    return np.asarray(np.clip(np.rint(shares / steps) * steps, 0, 1))


def _learned_criteria(
    rows: Sequence[Row], rest: Values, lengths: Values, learn: Callable[[Values, Values], Learned]
) -> Learned:
    judged = [
        (length, met)
        for row, length, other in zip(rows, lengths, rest, strict=True)
        if other and row.teacher is not None
        for met in row.teacher
    ]
    return learn(*np.array(judged, dtype=float).reshape(-1, 2).T)


def _folds(questions: Sequence[str]) -> Iterator[tuple[Values, Values]]:
    """Rows to mark, and the rows to learn from: those themselves where there is but one."""
    names, member = np.unique(np.asarray(questions), return_inverse=True)
    parts = (member if len(names) > 1 else np.arange(len(member))) % FOLDS
    for part in np.unique(parts):
        fold = parts == part
        yield fold, ~fold if not fold.all() else fold


def _commonest(_lengths: Values, given: Values) -> Learned:
    values, counts = np.unique(given, return_counts=True)
    return lambda lengths: np.full(len(lengths), values[counts.argmax()])


def _mean(_lengths: Values, given: Values) -> Learned:
    mean = given.mean() if len(given) else 0.0
    return lambda lengths: np.full(len(lengths), mean)


def _line(lengths: Values, given: Values) -> Learned:
    """Least squares on the logarithm of the number of words."""
    if len(lengths) < 2 or np.std(lengths) < 1e-9:
        return _mean(lengths, given)
    slope, base = np.polyfit(lengths, given, 1)
    return lambda others: np.clip(base + slope * others, 0, 1)
