import pytest

from autograder.domain.script import Line, Reading, Student
from autograder.reading.identify import identify

ROSTER = [
    Student("a", "18CS042", "Asha Rao"),
    Student("b", "18CS043", "Ben Okafor"),
    Student("c", "007", "Chen Wei"),
    Student("d", "7", "Dara Singh"),
    Student("e", "20230015", "Eva Novak"),
    Student("f", "20230951", "Eva Nowak"),
]


def page(*lines: str) -> Reading:
    return Reading(
        "test",
        "1",
        tuple(Line(text, (0, 20 * y, 100, 20 * y + 15), 0.9) for y, text in enumerate(lines)),
    )


def who(title: str, *lines: str) -> str | None:
    student = identify(title, page(*lines) if lines else None, ROSTER)
    return student.id if student else None


@pytest.mark.parametrize(
    ("title", "student"),
    [
        ("18CS042", "a"),
        ("18cs042 asha", "a"),
        ("quiz_18-CS-043", "b"),
        ("007", "c"),
        ("7", "d"),
        ("Asha Rao", "a"),
        ("rao_asha", "a"),
        ("okafor", "b"),
        ("IMG_0001", None),
        ("18CS0", None),
        ("Eva", None),
        ("scan 7", None),
    ],
)
def test_the_title_names_a_student_or_nobody(title: str, student: str | None) -> None:
    assert who(title) == student


@pytest.mark.parametrize(
    ("line", "student"),
    [
        ("Name: Asha Rao", "a"),
        ("Name - Asha Rac   Date: 3.4.2026", "a"),
        ("NAME: BEN OKAFOR  ROLL NO: 18CS043", "b"),
        ("USN: 18C5042", "a"),
        ("Roll No. 007", "c"),
        ("ID: 2O23OO15", "e"),
        ("Student ID: 20230016", "e"),
        ("Name: Eva Nowek", None),
        ("Name: Somebody Else", None),
        ("Name two pages of Asha Rao", None),
    ],
)
def test_the_head_of_the_first_page_names_a_student_or_nobody(
    line: str, student: str | None
) -> None:
    assert who("scan 3", "Operating Systems Quiz", line, "Q1. Paging is") == student


def test_contradictory_clues_identify_nobody() -> None:
    assert who("18CS042", "Name: Ben Okafor") is None
    assert who("18CS042", "Name: Asha Rao") == "a"


def test_a_name_in_an_answer_is_no_clue() -> None:
    assert who("scan 3", *["Q1. text"] * 12, "Name: Asha Rao") is None


def test_two_students_of_one_name_are_told_apart_by_number_only() -> None:
    twins = [Student("a", "1", "Li Na"), Student("b", "2", "Li Na")]
    assert identify("Li Na", None, twins) is None
    found = identify("Li Na", page("Roll No: 2"), twins)
    assert found is not None
    assert found.id == "b"
