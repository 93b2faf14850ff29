"""Whose script this is: how likely each student of the roster is, by what the script says.

A naive Bayes model over the roster with one more alternative, somebody who isn't on it. A clue is
the student's name or number as they write it, seen through the channel of misread characters, or
it says something else. Clues that speak for different students aren't weighed against each other:
then each is believed as much as the others, and the teacher is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from autograder.domain.script import Reading, Sheet, Student
from autograder.reading.clues import Clue, Kind, clues
from autograder.reading.misreading import SYMBOLS, handwriting
from autograder.reading.naming import Forms, StrangeNames, StrangeNumbers, together

CERTAIN = 0.99
"""From here on nobody is asked."""
NOBODY = 0.02
"""The chance that a script is nobody's on the roster: it is late, or another class's. Assumed."""
MUCH_RATHER = 10
"""A clue speaks against a student if it makes others so many times as likely."""
TELLING = 1.2
"""A clue says something if it makes a student at least so many times as likely as before."""
CLOSE = 20
"""So many of the nearest ways to write a name or number are weighed; the rest is negligible."""

Chances = NDArray[np.float64]
"""A chance for each student of the roster, and last the one for nobody of it."""


@dataclass(frozen=True)
class Candidate:
    """A student whose script it may be. ``certainty`` is the probability that it is."""

    student: Student
    certainty: float


def candidates(
    title: str, first_page: Reading | None, roster: Sequence[Student], sheet: Sheet | None = None
) -> list[Candidate]:
    """The roster's students, the likeliest first; what is missing to 1 is nobody's of the roster.

    Clues are the script's title, fields such as "Roll No: 17" or "Name: Asha Rao" and unlabelled
    names and numbers at the head of the first page, and the number in its printed code.
    """
    if not roster:
        return []
    known = _known(tuple(roster))
    weighed = [known.chances(clue) for clue in clues(title, first_page, sheet)]
    chances = _together(weighed, known.before)
    found = [
        Candidate(student, float(chance))
        for student, chance in zip(roster, chances[:-1], strict=True)
    ]
    return sorted(found, key=lambda each: -each.certainty)


def identify(title: str, first_page: Reading | None, roster: Sequence[Student]) -> Student | None:
    """The student, or None where the clues are missing, doubtful or contradictory."""
    best = next(iter(candidates(title, first_page, roster)), None)
    return best.student if best and best.certainty >= CERTAIN else None


class _KnownRoster:
    """A roster's ways to write names and numbers, and those of strangers."""

    def __init__(self, roster: Sequence[Student]) -> None:
        self._forms: dict[Kind, Forms] = {
            "name": Forms.of_names(roster),
            "number": Forms.of_numbers(roster),
        }
        numbers = frozenset(together(student.number) for student in roster)
        self._strange: dict[Kind, StrangeNames | StrangeNumbers] = {
            "name": StrangeNames.beside(roster, handwriting()),
            "number": StrangeNumbers(numbers, handwriting()),
        }
        self.before = np.full(len(roster) + 1, (1 - NOBODY) / len(roster))
        self.before[-1] = NOBODY

    def chances(self, clue: Clue) -> Chances:
        """How likely the clue is if the script is each one's, up to a common factor."""
        meant = np.zeros(len(self.before))
        for text, share in clue.texts:
            weight = share * float(SYMBOLS) ** len(text)  # over that of any letters whatever
            meant[-1] += weight * self._strange[clue.kind].chance(text)
            for place, chance in self._read_as(clue, text):
                meant[place] += weight * chance
        # A labelled name that isn't the roster's is a nickname: as strange as a stranger's.
        nicknamed = clue.kind == "name" and not clue.typed
        other = max(float(meant[-1]), 1.0) if nicknamed else 1.0
        chances = clue.trust * meant + (1 - clue.trust) * other
        return np.asarray(chances / chances.max())  # else the product of many may overflow

    def _read_as(self, clue: Clue, text: str) -> list[tuple[int, float]]:
        forms, channel = self._forms[clue.kind], handwriting()
        cutoff = 0 if clue.typed else max(2, len(text) // 3)
        near = process.extract(
            text, forms.texts, scorer=Levenshtein.distance, score_cutoff=cutoff, limit=CLOSE
        )
        found = [forms.all[index] for _, _, index in near]
        if clue.typed:
            return [(form.place, form.share) for form in found]
        return [(form.place, form.share * channel.chance(form.text, text)) for form in found]


@lru_cache(maxsize=4)
def _known(roster: tuple[Student, ...]) -> _KnownRoster:
    return _KnownRoster(roster)


def _together(weighed: Sequence[Chances], before: Chances) -> Chances:
    """The posterior: by all clues at once, or where they contradict each other by each in turn."""
    alone = [_normed(before * chances) for chances in weighed]
    both = _normed(before * np.prod(weighed, axis=0)) if weighed else before
    best = int(both[:-1].argmax())
    if not any(_against(chances, best) for chances in alone):
        return both
    telling = [chances for chances in alone if chances[:-1].max() > TELLING * before[0]]
    return np.asarray(np.mean(telling or alone, axis=0))


def _against(chances: Chances, student: int) -> bool:
    """Whether somebody else is rather meant."""
    students = chances[:-1]
    return bool(students[students > MUCH_RATHER * students[student]].sum() > 0.5)


def _normed(chances: Chances) -> Chances:
    return np.asarray(chances / chances.sum())
