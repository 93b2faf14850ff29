"""The rosters: who sits which exam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.script import Student
from autograder.gradebook.database import Database
from autograder.gradebook.exams import exam_row
from autograder.gradebook.tables import ScriptRow, StudentRow, new_id


class Rosters:
    """The students of each exam, known by their number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def students(self, exam_id: str) -> list[Student]:
        """The roster, by name."""
        query = select(StudentRow).where(StudentRow.exam_id == exam_id)
        with self._database.reading() as session:
            found = [student_of(row) for row in session.scalars(query)]
        return sorted(found, key=lambda student: (student.name.casefold(), student.number))

    def merge(self, exam_id: str, students: Sequence[Student]) -> list[Student]:
        """Adds students and updates those of a known number: all of them, or none on an error.

        What the new line leaves blank stays as it was, and nobody is removed. Returns the given
        students as they now stand. InvalidInput: no number, or one number twice.
        """
        merged = [_clean(student) for student in students]
        _refuse_doubles(merged)
        with self._database.writing() as session:
            exam_row(session, exam_id)
            rows = session.scalars(select(StudentRow).where(StudentRow.exam_id == exam_id))
            known = {row.number: row for row in rows}
            return [_merge_one(session, exam_id, known, student) for student in merged]

    def save(self, exam_id: str, student: Student) -> Student:
        """Adds a student, or changes the one of that id. InvalidInput: the number is taken."""
        student = _clean(student)
        with self._database.writing() as session:
            exam_row(session, exam_id)
            _refuse_taken(session, exam_id, student)
            row = session.get(StudentRow, student.id) if student.id else None
            if row is None or row.exam_id != exam_id:
                return _add(session, exam_id, student)
            row.number, row.name = student.number, student.name
            row.email, row.section = student.email, student.section
            return student_of(row)

    def remove(self, exam_id: str, student_id: str) -> None:
        """Takes a student off the roster. NotFound; InvalidInput: a script is theirs."""
        with self._database.writing() as session:
            row = session.get(StudentRow, student_id)
            if row is None or row.exam_id != exam_id:
                raise NotFound("This student is not on the roster. Reload the page.")
            scripts = session.scalars(select(ScriptRow).where(ScriptRow.student_id == student_id))
            for script in scripts:
                _let_go(script, row)
            session.flush()
            session.delete(row)


def student_of(row: StudentRow) -> Student:
    """The student that a row holds."""
    return Student(row.id, row.number, row.name, row.email, row.section)


def _clean(student: Student) -> Student:
    if not student.number.strip():
        who = student.name.strip() or "A student"
        raise InvalidInput(f"{who} has no student ID. Every student needs one.")
    return replace(
        student,
        number=student.number.strip(),
        name=student.name.strip(),
        email=student.email.strip(),
        section=student.section.strip(),
    )


def _refuse_doubles(students: Sequence[Student]) -> None:
    seen: dict[str, Student] = {}
    for student in students:
        other = seen.setdefault(student.number, student)
        if other is not student:
            raise InvalidInput(
                f"The student ID {student.number} stands there twice, for {other.name} and for "
                f"{student.name}. Correct one of them."
            )


def _refuse_taken(session: Session, exam_id: str, student: Student) -> None:
    query = select(StudentRow).where(
        StudentRow.exam_id == exam_id,
        StudentRow.number == student.number,
        StudentRow.id != student.id,
    )
    other = session.scalar(query)
    if other is not None:
        raise InvalidInput(f"The student ID {student.number} is already that of {other.name}.")


def _merge_one(
    session: Session, exam_id: str, known: dict[str, StudentRow], student: Student
) -> Student:
    row = known.get(student.number)
    if row is None:
        return _add(session, exam_id, replace(student, id=""))
    row.name = student.name or row.name
    row.email = student.email or row.email
    row.section = student.section or row.section
    return student_of(row)


def _add(session: Session, exam_id: str, student: Student) -> Student:
    known = session.get(StudentRow, student.id) if student.id else None
    student_id = new_id() if known is not None or not student.id else student.id
    added = replace(student, id=student_id)
    session.add(
        StudentRow(
            id=added.id,
            exam_id=exam_id,
            number=added.number,
            name=added.name,
            email=added.email,
            section=added.section,
        )
    )
    return added


def _let_go(script: ScriptRow, student: StudentRow) -> None:
    if not script.discarded:
        raise InvalidInput(
            f"The script “{script.title}” is {student.name}'s. Give it to somebody else first."
        )
    script.student_id, script.certainty = None, None
