from pathlib import Path

import pytest

from autograder.domain.errors import RefusedFile
from autograder.domain.script import Student
from autograder.gradebook.importers.roster_csv import read_roster

ROSTER = "Student ID,Name,Email,Section\n007,Ann Lee,ann@example.edu,A\n1OS21CS002,Zoë Ng,,B\n"
ANN = Student("", "007", "Ann Lee", "ann@example.edu", "A")


def _read(tmp_path: Path, content: str | bytes) -> list[Student]:
    path = tmp_path / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"], ids=str
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_roster_is_read_however_it_was_saved(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    content = ROSTER.replace(",", delimiter).replace("\n", newline).encode(encoding)
    assert _read(tmp_path, content) == [ANN, Student("", "1OS21CS002", "Zoë Ng", "", "B")]


@pytest.mark.parametrize(
    "name", ["SID", "Student ID", "student_id", "Roll No.", "USN", "Number", "ID", "Matric No"]
)
def test_the_column_of_ids_goes_by_many_names(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, f"{name},Full Name\n007,Ann Lee\n")[0].number == "007"


def test_first_and_last_names_are_joined(tmp_path: Path) -> None:
    content = "Last Name,First Name,SID\nLee,Ann Mary,007\nNg,,008\n"
    assert [each.name for each in _read(tmp_path, content)] == ["Ann Mary Lee", "Ng"]


def test_blank_lines_and_excels_own_marks_are_passed_over(tmp_path: Path) -> None:
    content = 'sep=;\r\nSID;Name\r\n\r\n;;\r\n="007";"Lee; Ann"\r\n'
    assert _read(tmp_path, content) == [Student("", "007", "Lee; Ann")]


def test_an_id_that_stands_there_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    content = 'SID,Name\n007,"Ann\nLee"\n\n008,Bob\n007,Eve\n'
    with pytest.raises(RefusedFile) as refusal:
        _read(tmp_path, content)
    assert "007 stands in line 2 (Ann\nLee) and in line 6 (Eve)" in str(refusal.value)


@pytest.mark.parametrize("number", ["1.23E+10", "1E+09", "1,23E+10", "1.2e+7"])
def test_an_id_that_excel_rounded_is_refused_with_advice(tmp_path: Path, number: str) -> None:
    with pytest.raises(RefusedFile, match=r"line 2 is .* Excel has rounded it.*as text"):
        _read(tmp_path, f"SID;Name\n{number};Ann\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"SID,Name\n", "no rows"),
        (b"Name,Email\nAnn,a@example.edu\n", "no column of student IDs"),
        (b"SID,Email\n007,a@example.edu\n", "no column of names"),
        (b"SID,Name\n,Ann\n", r"line 2 \(Ann\) has no student ID"),
        ("SID,Name\n007,Zoë\n".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"SID,Name\n007,A\0nn and much more text that follows here\n", "not a text file"),
        (b'SID,Name\n007,"Ann\n', "can't be read as CSV"),
        (b"SID,Name\n007," + b"x" * 200_000 + b"\n", "can't be read as CSV"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_roster_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(RefusedFile, match=reason):
        _read(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="can't be opened"):
        read_roster(tmp_path / "nope.csv")
