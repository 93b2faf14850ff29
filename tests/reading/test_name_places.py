from __future__ import annotations

from autograder.domain.script import Line, Reading, Student
from autograder.reading.name_places import around, name_lines

ASHA = Student("a", "18CS042", "Asha Rao")


def page(*lines: str) -> Reading:
    return Reading(
        "test",
        "1",
        tuple(Line(text, (10, 20 * y, 100, 20 * y + 15), 0.9) for y, text in enumerate(lines)),
    )


def found(*lines: str, student: Student | None = None) -> list[str]:
    return [line.text for line in name_lines(page(*lines), student)]


def test_fields_with_name_and_number_are_found_without_knowing_whose_they_are() -> None:
    head = ("Quiz 2", "Name: Asha Rao  Date: 3/4", "Roll No: 18CS042", "Q1. Paging is")
    assert found(*head) == ["Name: Asha Rao  Date: 3/4", "Roll No: 18CS042"]


def test_the_box_below_an_empty_label_is_found() -> None:
    assert found("Name:", "Asha Rao", "Q1. Paging") == ["Name:", "Asha Rao"]
    assert found("Name:", "Roll No: 17") == ["Name:", "Roll No: 17"]


def test_the_students_name_is_found_wherever_and_however_it_stands() -> None:
    lines = ("Asha Rac", "Q1. Paging", *["text"] * 12, "RAO ASHA, page 2", "exam 18 CS 042")
    assert found(*lines, student=ASHA) == ["Asha Rac", "RAO ASHA, page 2", "exam 18 CS 042"]


def test_answers_are_left_alone() -> None:
    short = Student("b", "7", "Li")
    lines = ("Q1. A list of 7 pages", "a share of the memory", "The name of the process")
    assert found(*lines, student=ASHA) == []
    assert found(*lines, student=short) == []


def test_the_place_is_what_holds_all_lines() -> None:
    assert around(page("a", "b").lines) == (10, 0, 100, 35)
    assert around([]) is None
