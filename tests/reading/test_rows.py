import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.script import Line, Word
from autograder.reading.quads import Quad, box_of, is_tall, part_of, slope
from autograder.reading.rows import in_reading_order


def quad(left: float, top: float, width: float, height: float, fall: float = 0.0) -> Quad:
    """An area whose upper edge falls by ``fall`` pixels a pixel, on a page that is so skewed."""
    top += fall * left
    right = left + width
    return np.array(
        [
            (left, top),
            (right, top + fall * width),
            (right, top + fall * width + height),
            (left, top + height),
        ]
    )


def piece(text: str, area: Quad) -> tuple[Line, Quad]:
    box = box_of(area)
    return Line(text, box, 0.9, (Word(text, box, 0.8),)), area


def texts(pieces: list[tuple[Line, Quad]]) -> list[str]:
    return [line.text for line in in_reading_order(pieces)]


def test_a_number_in_the_margin_and_its_text_are_one_line() -> None:
    pieces = [
        piece("Atom", quad(240, 142, 216, 108)),
        piece("1]", quad(75, 143, 99, 115)),
        piece("Molecule", quad(237, 393, 283, 85)),
        piece("2.]", quad(79, 385, 93, 105)),
    ]
    first, second = in_reading_order(pieces)
    assert (first.text, second.text) == ("1] Atom", "2.] Molecule")
    assert first.box == (75, 142, 456, 258)
    assert [word.text for word in first.words] == ["1]", "Atom"]


@pytest.mark.parametrize("fall", [-0.15, -0.05, 0.0, 0.05, 0.15])
def test_rows_of_a_skewed_page_stay_apart(fall: float) -> None:
    pieces = [
        piece(f"{row}{part}", quad(left, 50 * row, width, 36, fall))
        for row in range(8)
        for part, left, width in (("a", 20, 280), ("b", 320, 400))
    ]
    assert texts(pieces[::-1])[:3] in (["0a 0b", "1a 1b", "2a 2b"], ["0a", "1a", "2a"])


def test_two_columns_are_read_one_after_the_other() -> None:
    pieces = [
        piece(f"{column}{row}", quad(left, 50 * row, 380, 36))
        for row in range(6)
        for column, left in (("l", 20), ("r", 450))
    ]
    assert texts(pieces) == [f"{column}{row}" for column in "lr" for row in range(6)]


def test_a_heading_over_the_page_makes_it_one_column() -> None:
    pieces = [piece("title", quad(20, 0, 800, 36))] + [
        piece(f"{column}{row}", quad(left, 60 + 50 * row, 380, 36))
        for row in range(6)
        for column, left in (("l", 20), ("r", 450))
    ]
    assert texts(pieces)[:2] == ["title", "l0 r0"]


def test_an_empty_page_has_no_lines() -> None:
    assert in_reading_order([]) == []


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(0, 900)] * 2, st.floats(1, 500), st.floats(1, 80)), max_size=30)
)
def test_every_piece_is_read_once(areas: list[tuple[float, float, float, float]]) -> None:
    pieces = [piece(f"w{number}", quad(*area)) for number, area in enumerate(areas)]
    words = [word.text for line in in_reading_order(pieces) for word in line.words]
    assert sorted(words) == sorted(f"w{number}" for number in range(len(areas)))


def test_a_part_of_a_slanted_line_lies_on_it() -> None:
    part = part_of(quad(100, 50, 200, 30, 0.1), 0.5, 1.0)
    assert box_of(part) == pytest.approx((200, 70, 300, 110))


def test_a_part_of_a_line_that_runs_downwards_lies_below() -> None:
    area = quad(100, 50, 30, 300)
    assert is_tall(area)
    assert box_of(part_of(area, 0.0, 0.5)) == pytest.approx((100, 50, 130, 200))


def test_the_slope_is_that_of_the_long_lines() -> None:
    areas = [quad(0, 50 * row, 600, 30, 0.04) for row in range(5)]
    assert slope([*areas, quad(0, 0, 20, 14, -0.5)]) == pytest.approx(0.04)
    assert slope([quad(0, 0, 20, 200)]) == 0.0
