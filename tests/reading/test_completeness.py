import pytest

from autograder.domain.script import Page, Script, Sheet, Student
from autograder.reading.stacking import incomplete

ADA = Student("1", "A", "Ada")


def sheet(number: int, student: str = "A", exam: str = "quiz", copy: str = "") -> Sheet:
    return Sheet(exam, student, number, 4, copy)


def told(
    *sheets: Sheet | None, student: Student | None = ADA, loose: bool = False, discarded: int = 0
) -> str:
    pages = tuple(
        Page(str(at), at, "", 1, 1, "x", discarded=at == discarded)
        for at, _ in enumerate(sheets, 1)
    )
    known = {str(at): each for at, each in enumerate(sheets, 1) if each}
    script = Script("s", "quiz", "A", student, pages, loose=loose)
    return incomplete([script], known).get("s", "")


FOUR = [sheet(number) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (FOUR, ""),
        ([sheet(0), *FOUR, None], ""),
        ([None, None], ""),
        ([FOUR[0], FOUR[1], FOUR[3]], "Page 3 of 4 is missing"),
        (FOUR[:1], "Pages 2, 3 and 4 of 4 are missing"),
        ([*FOUR, FOUR[1]], "Page 2 is there twice"),
        ([*FOUR[:3], FOUR[1], FOUR[1]], "Page 4 of 4 is missing; page 2 is there 3 times"),
        ([*FOUR, sheet(2, "B")], "Page 2 is of B"),
        ([*FOUR, sheet(1, "B"), sheet(2, "B")], "Pages 1 and 2 are of B"),
        ([*FOUR, sheet(0, "B")], "The cover sheet is of B"),
        ([*FOUR, sheet(1, exam="algebra")], "A page is from another exam"),
    ],
)
def test_what_is_wrong_with_a_script_is_said(sheets: list[Sheet | None], said: str) -> None:
    assert told(*sheets) == said


def test_a_discarded_page_is_missing_and_not_double() -> None:
    assert told(*FOUR, discarded=2) == "Page 2 of 4 is missing"
    assert told(*FOUR, FOUR[1], discarded=5) == ""


def test_where_nobody_is_assigned_the_most_sheets_say_whose_it_is() -> None:
    assert told(*FOUR, sheet(2, "B"), student=None) == "Page 2 is of B"


def test_two_blank_copies_of_one_student_are_each_counted() -> None:
    blank = [sheet(number, "", copy=copy) for copy in "XY" for number in (1, 2, 3, 4)]
    assert told(*blank) == ""
    assert told(*blank[:-1]) == "Page 4 of 4 is missing"


def test_loose_pages_are_nobodys_script() -> None:
    assert told(FOUR[0], sheet(1, "B"), student=None, loose=True) == ""
