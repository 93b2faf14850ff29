import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Line, Reading, Sheet
from autograder.reading.sheets.payload import written
from autograder.reading.stacking import SeenPage, Stacked, stacks

EXAM = Exam("quiz", "Operating Systems Quiz", questions=(Question("1", "Q1", "?", Scale(0, 5)),))


def sheet(student: str, number: int, of: int = 2, copy: str = "", exam: str = "quiz") -> Sheet:
    return Sheet(exam, student, number, of, copy)


def seen(*sheets: Sheet | None) -> list[SeenPage]:
    return [SeenPage(f"pile.pdf, page {at}", each) for at, each in enumerate(sheets, 1)]


def read(*lines: str) -> Reading:
    boxes = [(10.0, 40.0 * row, 300.0, 40.0 * row + 30) for row in range(len(lines))]
    return Reading("x", "1", tuple(map(Line, lines, boxes, [0.9] * len(lines))))


def named(stacked: Stacked) -> dict[str, list[int]]:
    return {plan.title: places for plan, places in stacked}


def test_pages_in_any_order_go_to_their_students_in_the_order_of_their_numbers() -> None:
    pages = seen(sheet("B", 2), sheet("A", 2), sheet("B", 1), sheet("A", 0), sheet("A", 1))
    stacked = stacks(pages, "pile", "", EXAM)
    assert named(stacked) == {"A": [3, 4, 1], "B": [2, 0]}
    assert [plan.student for plan, _ in stacked] == ["B", "A"]
    assert not any(plan.problem or plan.loose for plan, _ in stacked)


def test_blank_copies_stay_apart() -> None:
    pages = seen(*(sheet("", number, copy=copy) for number in (1, 2) for copy in ("X", "Y")))
    assert named(stacks(pages, "pile", "", EXAM)) == {
        "Blank sheets X": [0, 2],
        "Blank sheets Y": [1, 3],
    }


def test_own_paper_behind_a_cover_sheet_is_that_students() -> None:
    cover = [sheet(student, 0, of=0) for student in "AB"]
    stacked = stacks(seen(cover[0], None, None, cover[1], None), "pile", "", EXAM)
    assert named(stacked) == {"A": [0, 1, 2], "B": [3, 4]}
    assert not any(plan.problem for plan, _ in stacked)


def test_the_backs_of_sheets_go_with_their_fronts() -> None:
    pages = seen(sheet("A", 1), None, sheet("A", 2), None, sheet("B", 2), None, sheet("B", 1), None)
    stacked = stacks(pages, "pile", "", EXAM)
    assert named(stacked) == {"A": [0, 1, 2, 3], "B": [6, 7, 4, 5]}
    assert not any(plan.loose for plan, _ in stacked)


def test_a_page_without_a_code_between_two_of_one_student_is_theirs_and_told() -> None:
    pages = seen(sheet("A", 1), None, sheet("A", 2), sheet("B", 1))
    (first, _), *_ = stacks(pages, "pile", "", EXAM)
    assert named(stacks(pages, "pile", "", EXAM)) == {"A": [0, 1, 2], "B": [3]}
    assert "pile.pdf, page 2 has no code" in first.problem


def test_a_page_without_a_code_between_two_students_is_loose() -> None:
    *_, (plan, places) = stacks(seen(sheet("A", 1), None, sheet("B", 1)), "pile", "", EXAM)
    assert (plan.loose, places) == (True, [1])
    assert "pile.pdf, page 2" in plan.problem


def test_the_text_under_an_unreadable_code_places_the_page() -> None:
    torn = SeenPage("pile.pdf, page 2", reading=read("Page 2 of 2", written(sheet("A", 2))))
    pages = [seen(sheet("A", 1))[0], torn, seen(sheet("B", 1))[0]]
    assert named(stacks(pages, "pile", "", EXAM)) == {"A": [0, 1], "B": [2]}


def test_another_exams_pages_are_named_and_loose_in_every_way() -> None:
    pages = seen(sheet("A", 1), sheet("A", 2, exam="algebra"), sheet("A", 2))
    for way in ("", "pages:2", "first"):
        *_, (plan, places) = stacks(pages, "pile", way, EXAM)
        assert (plan.loose, places) == (True, [1])
        assert plan.problem == "pile.pdf, page 2: from another exam."


def test_a_file_without_codes_is_one_script() -> None:
    assert named(stacks(seen(None, None), "Asha", "", EXAM)) == {"Asha": [0, 1]}


def test_so_many_pages_are_a_script_and_a_shorter_last_one_is_told() -> None:
    stacked = stacks(seen(*[None] * 11), "pile", "pages:4", EXAM)
    assert named(stacked) == {
        "pile 1": [0, 1, 2, 3],
        "pile 2": [4, 5, 6, 7],
        "pile 3": [8, 9, 10],
    }
    assert [plan.problem for plan, _ in stacked] == ["", "", "It has 3 pages, most have 4."]


def test_codes_name_the_student_of_a_counted_script_and_tell_of_two() -> None:
    pages = seen(sheet("A", 1), None, sheet("A", 1), sheet("B", 1))
    (first, _), (second, _) = stacks(pages, "pile", "pages:2", EXAM)
    assert (first.student, first.problem) == ("A", "")
    assert (second.student, second.problem) == ("", "Sheets of A and B lie in it.")


def test_scripts_begin_at_their_first_pages() -> None:
    heads = [["Name: Asha Rao", "Q1. A process"], ["goes on"], ["Name: Meera Nair"], ["more"]]
    pages = [SeenPage(f"page {at}", reading=read(*lines)) for at, lines in enumerate(heads)]
    assert named(stacks(pages, "pile", "first", EXAM)) == {"pile 1": [0, 1], "pile 2": [2, 3]}


def test_what_was_found_out_before_about_first_pages_counts() -> None:
    pages = [SeenPage("x", first=first) for first in (False, True, False, True)]
    places = [places for _, places in stacks(pages, "pile", "first", EXAM)]
    assert places == [[0], [1, 2], [3]]


@pytest.mark.parametrize("way", ["pages:0", "pages:", "pages:x", "colour"])
def test_a_way_that_there_is_not_is_told(way: str) -> None:
    with pytest.raises(InvalidInput, match="no way"):
        stacks(seen(None), "pile", way)


ANY_SHEET = st.none() | st.builds(
    Sheet,
    st.sampled_from(["quiz", "algebra"]),
    st.sampled_from(["", "A", "B"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["", "X"]),
)


@given(st.lists(ANY_SHEET, max_size=12), st.sampled_from(["", "pages:3", "first"]))
def test_each_page_goes_in_and_comes_out_once(sheets: list[Sheet | None], way: str) -> None:
    placed = [at for _, places in stacks(seen(*sheets), "pile", way, EXAM) for at in places]
    assert sorted(placed) == list(range(len(sheets)))


@given(st.integers(1, 30), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_shuffled_class_comes_out_as_it_was_printed(
    students: int, pages: int, shuffler: random.Random
) -> None:
    printed = [sheet(f"S{n}", page, pages) for n in range(students) for page in range(1, pages + 1)]
    shuffler.shuffle(printed)
    stacked = stacks(seen(*printed), "pile", "", EXAM)
    assert len(stacked) == students
    for plan, places in stacked:
        assert [printed[at] for at in places] == [
            sheet(plan.student, page, pages) for page in range(1, pages + 1)
        ]
