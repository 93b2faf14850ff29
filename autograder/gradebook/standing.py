"""Where each student stands: a line of the gradebook, on the screen and in every export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.domain.exam import Exam
from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import Script, Student


@dataclass(frozen=True, slots=True)
class Standing:
    """A student's marks, question by question in the exam's order; None where there is none.

    ``student`` is None for a script that nobody was found for, ``scripts`` empty for a student
    who handed in nothing.
    """

    student: Student | None
    scripts: tuple[Script, ...]
    answers: tuple[MarkedAnswer | None, ...]
    warnings: tuple[str, ...]

    @property
    def machine(self) -> tuple[float | None, ...]:
        """The newest predicted mark of each question."""
        return tuple(
            each.predicted.mark if each and each.predicted else None for each in self.answers
        )

    @property
    def final(self) -> tuple[float | None, ...]:
        """The mark that counts of each question."""
        return tuple(each.mark if each else None for each in self.answers)


def total(marks: Iterable[float | None]) -> float | None:
    """The sum of the marks that there are; None, not 0, where there are none."""
    there = [mark for mark in marks if mark is not None]
    return sum(there) if there else None


def standings(
    exam: Exam,
    students: Sequence[Student],
    scripts: Sequence[Script],
    marked: Sequence[MarkedAnswer],
) -> list[Standing]:
    """A line for each student of the roster, then one for each script without a student."""
    owned: dict[str, list[Script]] = defaultdict(list)
    for script in scripts:
        owned[script.student.id if script.student else ""].append(script)
    answers = _by_place(marked)
    lines = [_standing(exam, student, owned[student.id], answers) for student in students]
    return lines + [_standing(exam, None, [script], answers) for script in owned[""]]


def _by_place(marked: Sequence[MarkedAnswer]) -> dict[tuple[str, str], MarkedAnswer]:
    return {
        (each.answer.script_id, each.answer.question_id): each
        for each in marked
        if each.answer.question_id is not None
    }


def _standing(
    exam: Exam,
    student: Student | None,
    scripts: Sequence[Script],
    answers: dict[tuple[str, str], MarkedAnswer],
) -> Standing:
    warnings = [] if student else ["no student"]
    warnings += [] if scripts else ["no script"]
    warnings += [f"{script.title}: {script.problem}" for script in scripts if script.problem]
    found: list[MarkedAnswer | None] = []
    for question in exam.questions:
        held = [answers.get((script.id, question.id)) for script in scripts]
        there = [each for each in held if each is not None]
        # Of two answers to one question neither is the right one until a person says so.
        found.append(there[0] if len(there) == 1 else None)
        if scripts:
            warnings += [f"{question.label} {warning}" for warning in _warnings(there)]
    return Standing(student, tuple(scripts), tuple(found), tuple(warnings))


def _warnings(there: Sequence[MarkedAnswer]) -> list[str]:
    if not there:
        return ["not marked (no answer found)"]
    if len(there) > 1:
        return ["answered in two scripts"]
    marked = there[0]
    if marked.review is not None:
        return []
    if marked.mark is None:
        return ["not marked"]
    outdated = ["mark outdated"] if marked.outdated else []
    flagged = ["flagged"] if marked.predicted and marked.predicted.flags else []
    return outdated + flagged
