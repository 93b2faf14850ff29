"""Rosters as CSV, from any school system or spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.domain.script import Student
from autograder.formats.csv_table import Row, Table, read_table

NUMBERS = (
    *("studentid", "studentnumber", "studentno", "sid", "sisuserid", "orgdefinedid", "uin"),
    *("rollno", "rollnumber", "roll", "usn", "regno", "registrationno", "registrationnumber"),
    *("registerno", "registernumber", "enrolmentno", "enrollmentno", "enrolmentnumber"),
    *("enrollmentnumber", "matric", "matricno", "matricnumber", "matriculationnumber"),
    *("matrikelnummer", "candidateno", "candidatenumber", "admissionno", "idnumber", "idno"),
    *("number", "no", "id", "username", "netid"),
)
"""Names of the column that holds the school's id, the surest first."""
NAMES = ("name", "fullname", "studentname", "nameofstudent", "nameofthestudent", "student")
FIRST_NAMES = ("firstname", "givenname", "givennames", "forename", "first", "vorname")
LAST_NAMES = ("lastname", "surname", "familyname", "last", "nachname")
EMAILS = ("email", "emailaddress", "emailid", "mail")
SECTIONS = ("section", "sections", "group", "class", "batch", "division")

MANGLED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)


def read_roster(path: Path) -> list[Student]:
    """Reads a roster; ids stay text as they stand, leading zeros and all.

    RefusedFile: no column of ids or names, a student without an id, an id that stands there
    twice, or one that Excel has rounded to something like 1.23E+10.
    """
    table = read_table(path)
    column = _number_column(table)
    lines: dict[str, tuple[int, str]] = {}
    students = []
    for row in table.rows:
        student = _student(table, row, column)
        known = lines.setdefault(student.number, (row.line, student.name))
        if known[0] != row.line:
            raise RefusedFile(path.name, _twice(student, row.line, *known))
        students.append(student)
    return students


def _number_column(table: Table) -> str:
    column = table.first_of(NUMBERS)
    if column is None:
        raise RefusedFile(
            table.name,
            "its first line names no column of student IDs. Name it “Student ID”, and the others "
            "“Name”, “Email” and “Section”.",
        )
    if table.first_of((*NAMES, *FIRST_NAMES, *LAST_NAMES)) is None:
        raise RefusedFile(
            table.name, "its first line names no column of names. Name it “Name” and try again."
        )
    return column


def _student(table: Table, row: Row, column: str) -> Student:
    number, name = row.get(column), _name(row)
    if not number:
        who = f" ({name})" if name else ""
        raise RefusedFile(table.name, f"line {row.line}{who} has no student ID. Add it.")
    if MANGLED.fullmatch(number):
        raise RefusedFile(
            table.name,
            f"the student ID in line {row.line} is {number}: Excel has rounded it. Format that "
            "column as text in Excel, enter the IDs again, and save the file once more.",
        )
    return Student("", number, name, row.get(*EMAILS), row.get(*SECTIONS))


def _name(row: Row) -> str:
    parts = f"{row.get(*FIRST_NAMES)} {row.get(*LAST_NAMES)}".strip()
    return row.get(*NAMES) or parts


def _twice(student: Student, line: int, first_line: int, first_name: str) -> str:
    return (
        f"the student ID {student.number} stands in line {first_line} ({first_name}) and in line "
        f"{line} ({student.name}). Correct one of them."
    )
