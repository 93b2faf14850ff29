"""What scripts are called where they are marked: by a number, or once somebody asks by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from autograder.domain.script import Script

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

FIRST, NUMBERS = 1000, 9000
"""Pseudonyms have four digits: enough that a script that comes later hardly changes another's."""


def names_in_marking(gradebook: Gradebook, exam_id: str) -> Mapping[str, str]:
    """What each script of the exam is called now, by its id."""
    scripts = gradebook.scripts.all(exam_id)
    if gradebook.names.shown(exam_id):
        return {script.id: name_of(script) for script in scripts}
    return pseudonyms(scripts)


def pseudonyms(scripts: Sequence[Script]) -> Mapping[str, str]:
    """A number for each script that stays the same and says nothing of its name or place."""
    drawn: dict[str, int] = {}
    taken: set[int] = set()
    for digest, script in sorted((_digest(script), script.id) for script in scripts):
        number = int(digest, 16) % NUMBERS
        while number in taken:
            number = (number + 1) % NUMBERS
        taken.add(number)
        drawn[script] = FIRST + number
    return {script_id: f"Script {number}" for script_id, number in drawn.items()}


def name_of(script: Script) -> str:
    """The student's name, else the script's title."""
    return script.student.name if script.student else script.title


def _digest(script: Script) -> str:
    return sha256(f"{script.exam_id}/{script.id}".encode()).hexdigest()
