"""Whose scripts a pile holds: a student who has one is less likely to have another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.reading.identify import CERTAIN, Candidate

ROUNDS = 50
DAMPING = 0.5
SLIGHT = 1e-6
"""The least chance of a script being nobody's on the roster: what is certain may yet be wrong."""


def assign_all(found: Mapping[str, Sequence[Candidate]]) -> dict[str, Candidate]:
    """The scripts (by id) whose student is certain, with the whole pile in view.

    Two scripts that each alone would be certainly one student's are both left to the teacher.
    Give a script whose student a person chose with that one candidate, certain.
    """
    claimed = Counter(each[0].student.id for each in found.values() if _is_certain(each))
    return {
        script: best[0]
        for script, best in within_pile(found).items()
        if _is_certain(best) and claimed[best[0].student.id] <= 1
    }


def within_pile(found: Mapping[str, Sequence[Candidate]]) -> dict[str, list[Candidate]]:
    """Each script's candidates, the likeliest first, given that no student has two scripts.

    The marginals by belief propagation after Williams and Lau, "Approximate evaluation of
    marginal association probabilities with belief propagation", IEEE Transactions on Aerospace
    and Electronic Systems 50 (2014).
    """
    students = {each.student.id: each.student for some in found.values() for each in some}
    places = {student_id: place for place, student_id in enumerate(students)}
    alone = np.zeros((len(found), len(students)))
    for row, some in enumerate(found.values()):
        for each in some:
            alone[row, places[each.student.id]] = each.certainty
    listed = list(students.values())
    return {
        script: [Candidate(listed[at], float(row[at])) for at in np.argsort(-row, kind="stable")]
        for script, row in zip(found, _exclusive(alone), strict=True)
    }


def _exclusive(alone: NDArray[np.float64]) -> NDArray[np.float64]:
    nobody = np.maximum(1 - alone.sum(axis=1, keepdims=True), SLIGHT)
    free = np.ones_like(alone)  # the chance that no other script is this student's
    for _ in range(ROUNDS):
        open_to = alone * free
        claims = alone / (nobody + open_to.sum(axis=1, keepdims=True) - open_to)
        now = 1 / (1 + claims.sum(axis=0) - claims)
        free = DAMPING * free + (1 - DAMPING) * now
    open_to = alone * free
    return np.asarray(open_to / (nobody + open_to.sum(axis=1, keepdims=True)))


def _is_certain(best: Sequence[Candidate]) -> bool:
    return bool(best) and best[0].certainty >= CERTAIN
