import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Sheet
from autograder.reading.sheets.payload import exam_mark, is_of, understood, written

EXAM = "3f9a2c71bd0441c6a3f2b86c0e3a5d17"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SHEETS = st.builds(Sheet, TEXTS, TEXTS, st.integers(0, 99), st.integers(0, 99), TEXTS)


@given(SHEETS)
def test_what_is_written_is_understood(sheet: Sheet) -> None:
    assert understood(written(sheet)) == sheet
    assert written(sheet).isascii()


@given(SHEETS, st.data())
def test_one_changed_character_is_not_believed(sheet: Sheet, data: st.DataObject) -> None:
    text = written(sheet)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0O1lI58BSZ:").filter(lambda letter: letter != text[at]))
    assert understood(text[:at] + other + text[at + 1 :]) in (None, sheet)


def test_a_line_that_holds_the_text_is_understood_whatever_stands_around_it() -> None:
    sheet = Sheet(EXAM[:12], "1OS21CS011", 2, 4)
    text = written(sheet)
    assert understood(f"  {text[:9]} {text[9:]} ") == sheet


@pytest.mark.parametrize(
    "text", ["", "https://school.example/?q=AG1:1", "AG1:a:1:2::b:0000", "AG2:a:1:2::b:C0DE"]
)
def test_a_foreign_text_is_none_of_ours(text: str) -> None:
    assert understood(text) is None


def test_a_random_exam_id_is_shortened_and_a_chosen_one_is_not() -> None:
    assert exam_mark(EXAM) == EXAM[:12]
    assert exam_mark("midterm-2026-section-a") == "midterm-2026-section-a"


def test_a_sheet_belongs_to_its_exam_only() -> None:
    assert is_of(Sheet(EXAM[:12], "", 1, 1), EXAM)
    assert is_of(Sheet("quiz", "", 1, 1), "quiz")
    assert not is_of(Sheet("quiz", "", 1, 1), "quiz-2")
    assert not is_of(Sheet(EXAM[:12], "", 1, 1), EXAM[::-1])
