from pathlib import Path

import pytest

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Exam
from autograder.domain.script import Student
from autograder.gradebook.importers.reviews_csv import GivenMark, read_reviews

STUDENTS = (Student("s1", "007", "Ann Lee"), Student("s2", "7", "Bob Ray"))


def _read(tmp_path: Path, exam: Exam, content: str) -> list[GivenMark]:
    path = tmp_path / "teacher.csv"
    path.write_text(content, "utf-8")
    return read_reviews(path, exam, STUDENTS)


def test_marks_are_read_with_their_comments(tmp_path: Path, exam: Exam) -> None:
    content = 'student_id,question,mark,comment\n007,q1,5,Good.\n7,Q2,"7,5",\n7,Q1,,later\n'
    assert _read(tmp_path, exam, content) == [
        GivenMark("007", "Q1", 5.0, "Good."),
        GivenMark("7", "Q2", 7.5, ""),
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("07,Q1,5", "line 2: no student has the ID “07”"),
        ("7,Q9,5", "line 2: the exam has no question “Q9”"),
        ("7,Q1,6", "line 2: Q1 is marked 1 to 5, not “6”"),
        ("7,Q1,nan", "line 2: Q1 is marked 1 to 5, not “nan”"),
        ("7,Q1,5\n7,q1,4", "line 3: 7 has a mark for q1 in line 2 already"),
        ("\n".join(["8,Q1,5"] * 7), "and 2 more"),
    ],
)
def test_what_does_not_fit_the_exam_is_refused_as_a_whole(
    tmp_path: Path, exam: Exam, rows: str, reason: str
) -> None:
    with pytest.raises(RefusedFile, match=reason):
        _read(tmp_path, exam, f"student_id,question,mark\n{rows}\n007,Q2,5\n")


@pytest.mark.parametrize("missing", ["student_id", "question", "mark"])
def test_a_missing_column_is_named(tmp_path: Path, exam: Exam, missing: str) -> None:
    header = "student_id,question,mark".replace(missing, "other")
    with pytest.raises(RefusedFile, match=f"no column “{missing}”"):
        _read(tmp_path, exam, f"{header}\n007,Q1,5\n")
