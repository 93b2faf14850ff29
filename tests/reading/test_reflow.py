from hypothesis import given
from hypothesis import strategies as st

from autograder.reading.reflow import reflow


def test_lines_that_the_margin_broke_are_one_sentence_again() -> None:
    written = "A process is an executing program\ntogether with its address space.\nIt owns files."
    assert reflow(written) == written.replace("\n", " ")


def test_a_list_keeps_its_points_and_a_short_line_its_end() -> None:
    written = "Four conditions hold together here:\n1. mutual exclusion of them\n- hold and wait"
    assert reflow(written) == written
    assert reflow("Yes\nBecause the table maps pages") == "Yes\nBecause the table maps pages"


@given(st.text(alphabet="ab .\n-1)", max_size=80))
def test_every_place_stays_where_it_was(text: str) -> None:
    flowing = reflow(text)
    assert len(flowing) == len(text)
    pairs = zip(text, flowing, strict=True)
    assert all(one == other or (one, other) == ("\n", " ") for one, other in pairs)
