import pytest

from autograder.reading.headers import fields, is_header, is_page_number, is_title


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Name: Asha Rao", [("name", "Asha Rao")]),
        ("Name Asha Rao", [("name", "Asha Rao")]),
        ("Student's Name - Asha Rao", [("name", "Asha Rao")]),
        ("Student ID: 20230016", [("number", "20230016")]),
        ("USN 18CS042", [("number", "18CS042")]),
        (
            "Name: Asha Rao  Roll No. 17  Date: 3/4",
            [("name", "Asha Rao"), ("number", "17"), ("", "3/4")],
        ),
        ("Section: A", [("", "A")]),
        ("Marks: ____", [("", "")]),
        ("Name two kinds of page tables", []),
        ("Time is shared by the processes", []),
        ("Identity maps every page: Name it", []),
        ("Code: the segment of a process that holds its instructions", []),
    ],
)
def test_fields_are_told_from_sentences(text: str, found: list[tuple[str, str]]) -> None:
    assert fields(text) == found


@pytest.mark.parametrize("text", ["Page 2", "page 2 of 4", "- 2 -", "P.T.O.", "Pg. 3", "2 of 4"])
def test_page_numbers_are_known(text: str) -> None:
    assert is_page_number(text)


@pytest.mark.parametrize("text", ["3/4", "2", "page tables", "Page 2 is swapped out", "-2"])
def test_what_may_be_an_answer_is_no_page_number(text: str) -> None:
    assert not is_page_number(text)


def test_titles_are_short_and_name_an_exam() -> None:
    assert is_title("Operating Systems Quiz 2")
    assert not is_title("A test of the valid bit tells whether the page is in memory")


def test_on_later_pages_only_what_is_sure_is_a_header() -> None:
    assert is_header("Section: A", first_page=True)
    assert not is_header("Section: A", first_page=False)
    assert is_header("Name: Asha Rao  Section: A", first_page=False)
    assert is_header("Date: 3.4.2026", first_page=False)
    assert not is_header("Test of the valid bit", first_page=False)
