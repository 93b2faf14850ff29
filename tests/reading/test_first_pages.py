from autograder.domain.script import Line, Reading
from autograder.reading.first_pages import first_pages

TITLE, LABELS = "Operating Systems Quiz 2", ("Q1", "Q2", "Q3")


def first(*pages: list[str]) -> list[int]:
    """The indexes of the pages at which scripts begin."""
    readings = [
        Reading(
            "x",
            "1",
            tuple(
                Line(text, (10.0, 40.0 * row, 300.0, 40.0 * row + 30), 0.9)
                for row, text in enumerate(page)
            ),
        )
        for page in pages
    ]
    begins = first_pages(readings, TITLE, LABELS)
    return [at for at, begin in enumerate(begins) if begin]


def test_a_new_name_begins_a_script() -> None:
    pile = ["Name: Asha Rao ID: 17", "Q1 text"], ["Q2 text"], ["Name: Meera Nair ID: 18"], ["x"]
    assert first(*pile) == [0, 2]


def test_a_name_repeated_on_each_page_goes_on_with_the_script() -> None:
    pile = ["Name: Asha Rao"], ["Name: Asha Roo"], ["Name: Meera Nair"], ["Name: Meera Nair"]
    assert first(*pile) == [0, 2]


def test_a_number_alone_tells_scripts_apart() -> None:
    pile = ["Roll No: 4417"], ["Roll No: 4417"], ["Roll No: 9032"], ["Q1 no head"]
    assert first(*pile) == [0, 2]


def test_numbers_of_one_class_are_alike_and_names_tell_them_apart() -> None:
    pile = (
        ["Name: Asha Rao ID: 1OS21CS001"],
        ["Name: Asha Roo ID: 10S2ICS001"],
        ["Name: Meera Nair ID: 1OS21CS004"],
        ["Name: Meera Nair ID: 1OS21CSOO4"],
    )
    assert first(*pile) == [0, 2]


def test_two_students_of_one_name_are_told_apart_by_their_numbers() -> None:
    assert first(["Name: Asha Rao ID: 4417"], ["Name: Asha Rao ID: 9082"]) == [0, 1]


def test_page_numbers_tell_where_names_do_not() -> None:
    assert first(["Page 1 of 2"], ["Page 2 of 2"], ["Page 1 of 2"], ["Page 2 of 2"]) == [0, 2]


def test_a_new_name_on_a_page_2_is_a_script_whose_page_1_is_missing() -> None:
    assert first(["Name: Asha Rao", "Page 1"], ["Name: Meera Nair", "Page 2"]) == [0, 1]


def test_the_exams_title_begins_a_script() -> None:
    pile = ["Operating Systems Quiz 2", "text"], ["more"], ["operating systems quiz 2"], ["more"]
    assert first(*pile) == [0, 2]


def test_a_title_printed_on_every_page_needs_the_first_questions_label() -> None:
    pile = ([TITLE, "Q1 a"], [TITLE, "Q3 b"], [TITLE, "Q1 c"], [TITLE, "d"])
    assert first(*pile) == [0, 2]


def test_empty_name_fields_on_every_page_need_the_first_questions_label() -> None:
    pile = ["Name:", "Q1 a"], ["Name:", "b"], ["Name:", "Q1 c"], ["Name:", "d"]
    assert first(*pile) == [0, 2]


def test_labels_alone_tell_where_nothing_else_does() -> None:
    assert first(["Q1 a", "b"], ["Q2 c"], ["Q1. d"], ["e"]) == [0, 2]


def test_an_answer_to_the_first_question_inside_a_named_script_begins_nothing() -> None:
    pile = ["Name: Asha Rao", "Q2 a"], ["Q1 b"], ["Name: Meera Nair", "Q1 c"], ["Q3 d"]
    assert first(*pile) == [0, 2]


def test_pages_that_nobody_read_begin_nothing() -> None:
    assert first_pages([None, None], TITLE, LABELS) == [False, False]
