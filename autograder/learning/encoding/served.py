"""What grading must know of a trained classifier: how its logits become chances of marks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.domain.marked_example import MarkedExample
from autograder.learning.encoding.ordinal import Marks, Ordinal, fit
from autograder.learning.encoding.readings import Reading
from autograder.sequence_network import SequenceNetwork, pooled

START = Ordinal(np.array([1.0, 0.0]), slope=4.0, strictness=0.5)
SPREAD, LEAST = np.array([0.5, 1.0]), np.array([0.05, -np.inf])
"""A logit's factor and bias begin as trained, and move by as much as the marks ask for."""
FEW = 30
"""Judged criteria below which they are calibrated as whole answers are."""
ALIKE = 0.98
"""The correlation of logits that int8 must keep to stand in for float32."""


def described(network: Path, rows: Sequence[Reading]) -> dict[str, Any]:
    """``whole`` and, where enough criteria were judged, ``point``: factor, bias, slope and
    strictness, fitted on ``rows``, which the network didn't learn from."""
    served = SequenceNetwork(network)
    logits = np.array([_logit(served, row) for row in rows])
    points = np.array([row.point for row in rows])
    told: dict[str, Any] = {"whole": _fitted(rows, logits, ~points), "point": None}
    if points.sum() >= FEW:
        told["point"] = _fitted(rows, logits, points)
    return told


def as_good(full: SequenceNetwork, narrow: SequenceNetwork, rows: Sequence[Reading]) -> bool:
    """Whether the ``narrow`` network orders the answers as the ``full`` one does."""
    logits = np.array([[_logit(full, row), _logit(narrow, row)] for row in rows])
    if len(rows) < 3 or (logits.std(0) < 1e-6).any():
        return True
    return bool(np.corrcoef(logits.T)[0, 1] >= ALIKE)


def prompts(examples: Sequence[MarkedExample]) -> list[str]:
    """Names of the questions that were learned without anything to compare with: essays."""
    bare = {
        each.question.text
        for each in examples
        if not (each.question.reference_answers or each.question.criteria or each.question.rubric)
    }
    return sorted(hashlib.sha256(text.encode()).hexdigest()[:16] for text in bare)


def _logit(network: SequenceNetwork, row: Reading) -> float:
    return pooled(row.windows, network.read(row.windows))


def _fitted(rows: Sequence[Reading], logits: np.ndarray, chosen: np.ndarray) -> dict[str, float]:
    own = [row for row, wanted in zip(rows, chosen, strict=True) if wanted]
    _, numbers = np.unique([row.question for row in own], return_inverse=True)
    marks = Marks(
        features=np.column_stack([logits[chosen], np.ones(len(own))]),
        given=np.zeros(len(own)),
        low=np.array([row.low for row in own]),
        high=np.array([row.high for row in own]),
        question=numbers,
    )
    found = fit(marks, START, SPREAD, LEAST)
    named = ("factor", found.weights[0]), ("bias", found.weights[1])
    more = ("slope", found.slope), ("strictness", found.strictness)
    return {name: round(float(value), 4) for name, value in (*named, *more)}
