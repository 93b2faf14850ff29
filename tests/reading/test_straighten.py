from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from autograder.domain.errors import EngineFailed
from autograder.domain.script import Line, Reading, Word
from autograder.reading.recognizers import rapidocr
from autograder.reading.recognizers.rapidocr import RapidOcr
from autograder.reading.straighten import (
    Straightened,
    Upright,
    moved,
    read,
    read_upright,
    straighten,
    turn_image,
)
from autograder.reading.straightening.outline import outline
from autograder.reading.straightening.skew import skew
from autograder.reading.transforms import of_turns
from autograder.settings import Settings

TEXT = [
    "Paging divides memory into frames",
    "of a fixed size and every process",
    "into pages of the same size.",
    "A page table maps one to the other.",
]


def written() -> Image.Image:
    image = Image.new("RGB", (700, 420), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(36)
    for row, text in enumerate(TEXT):
        draw.text((40, 40 + 80 * row), text, fill="black", font=font)
    return image


@pytest.fixture(scope="module")
def engine() -> RapidOcr:
    return rapidocr.build(Settings())


@pytest.mark.parametrize("lies", [0, 1, 2, 3])
def test_a_page_is_turned_until_it_reads(engine: RapidOcr, lies: int) -> None:
    (found,) = read_upright([turn_image(written(), lies)], engine)
    assert found.turns == (4 - lies) % 4
    assert isinstance(found.reading, Reading)
    assert found.reading.text.splitlines() == TEXT


def test_a_page_that_must_not_be_turned_is_read_with_boxes_of_its_own(engine: RapidOcr) -> None:
    page = turn_image(written(), 1)
    (reading,) = read([page], engine)
    assert isinstance(reading, Reading)
    assert reading.text.splitlines() == TEXT
    left, top, right, bottom = reading.lines[0].box
    assert 0 <= left < right <= page.width
    assert bottom - top > 10 * (right - left)


def test_an_empty_page_is_left_as_it_lies(engine: RapidOcr) -> None:
    (found,) = read_upright([Image.new("RGB", (300, 400), "white")], engine)
    assert isinstance(found.reading, Reading)
    assert (found.turns, found.reading.lines) == (0, ())


class OneReading:
    """An engine that has one reading, good or bad, for every page and counts the pages."""

    name, version, batch_size = "one", "1", 4

    def __init__(self, reading: Reading | EngineFailed) -> None:
        self.reading, self.pages = reading, 0

    def read(self, pages: list[Image.Image]) -> list[Reading | EngineFailed]:
        self.pages += len(pages)
        return [self.reading] * len(pages)


def test_a_page_that_reads_well_costs_one_reading() -> None:
    engine = OneReading(Reading("one", "1", (Line("all is well", (0, 0, 100, 10), 0.95),)))
    found = read_upright([written(), written()], engine)  # type: ignore[arg-type]
    assert [each.turns for each in found] == [0, 0]
    assert engine.pages == 2


def test_lines_that_run_down_side_by_side_do_not_look_level() -> None:
    """As one row they are wider than high; their words tell that they aren't."""
    words = tuple(Word("pages", (at * 20.0, 0, at * 20.0 + 15, 90), 0.95) for at in range(9))
    engine = OneReading(Reading("one", "1", (Line("pages " * 9, (0, 0, 180, 90), 0.95, words),)))
    read_upright([written()], engine)  # type: ignore[arg-type]
    assert engine.pages == 4  # the page, and three ways up on trial


def test_a_page_that_fails_is_an_error_in_its_own_place() -> None:
    error = EngineFailed("no network")
    (found,) = read_upright([written()], OneReading(error))  # type: ignore[arg-type]
    assert found == Upright(0, error)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_boxes_turn_back_onto_the_unturned_page(turns: int) -> None:
    page = Image.new("L", (60, 40), 255)
    page.paste(0, (5, 10, 25, 16))
    turned = turn_image(page, turns)
    box = turned.point(lambda value: 255 - value).getbbox()
    assert box is not None
    line = Line("x", tuple(map(float, box)), 1.0, (Word("x", (1, 2, 3, 4), 1.0),))  # type: ignore[arg-type]
    back = moved(Reading("one", "1", (line,)), of_turns(turns, 60, 40))
    assert isinstance(back, Reading)
    assert back.lines[0].box == (5, 10, 25, 16)


def test_a_level_scan_is_left_as_it_is() -> None:
    page = written()
    found = straighten(page, photo=True)
    assert found.image is page
    assert found.transform == ()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("askew", [-9, -3, 4, 8])
def test_a_page_that_lies_askew_is_levelled_whichever_way_up_it_lies(
    askew: float, turns: int
) -> None:
    page = turn_image(essay().rotate(askew, expand=True, fillcolor="white"), turns)
    found = straighten(page, photo=False)
    assert skew(np.asarray(found.image.convert("L"))) == pytest.approx(0, abs=0.5)
    a, b, _, c, d, *_ = found.transform
    assert np.degrees(np.arctan2(c, a)) == pytest.approx(-askew, abs=0.5)
    assert a * d - b * c == pytest.approx(1)


def test_a_sheet_on_a_desk_is_cut_out_and_its_boxes_lead_back_to_the_photo(
    engine: RapidOcr,
) -> None:
    corners = [(310, 240), (980, 300), (930, 1010), (250, 930)]
    found = straighten(photo(corners), photo=True)
    assert corners_of(found) == pytest.approx(np.array(corners), abs=8)
    (upright,) = read_upright([found.image], engine)
    assert isinstance(upright.reading, Reading)
    assert upright.reading.text.splitlines() == TEXT
    (reading,) = read([photo(corners)], engine, photos=True)
    assert isinstance(reading, Reading)
    left, top, right, bottom = reading.lines[0].box
    assert 310 < left < right < 980
    assert 240 < top < bottom < 450


@pytest.mark.parametrize(
    "corners",
    [
        [(310, 240), (500, 300), (450, 480), (300, 430)],  # a note: too small to be the page
        [(0, 0), (1199, 0), (1199, 1199), (0, 1199)],  # a scan: nothing but paper
        [(310, 240), (980, 300), (930, 1010), (640, 600)],  # no sheet has such corners
    ],
)
def test_what_is_not_clearly_a_sheet_is_not_cut(corners: list[tuple[int, int]]) -> None:
    assert outline(np.asarray(photo(corners))) is None


def test_a_box_drawn_on_paper_is_not_a_sheet() -> None:
    page = Image.new("RGB", (900, 1200), (235, 235, 230))
    ImageDraw.Draw(page).rectangle((150, 200, 750, 1000), outline="black", width=8)
    assert outline(np.asarray(page)) is None


@pytest.mark.parametrize("across", [0.3, 0.5, 0.7])
def test_the_edge_of_a_shadow_is_not_the_sheets(across: float) -> None:
    corners = [(200, 150), (1000, 150), (1000, 1050), (200, 1050)]
    page = np.asarray(photo(corners)).astype(float)
    page[round(1200 * across) :] *= 0.35
    found = outline(page.astype(np.uint8))
    assert found is None or found == pytest.approx(np.array(corners), abs=12)


def test_two_sheets_are_not_cut_to_one() -> None:
    page = photo([(60, 100), (560, 100), (560, 1000), (60, 1000)])
    page.paste((240, 238, 235), (640, 100, 1140, 1000))
    assert straighten(page, photo=True).transform == ()


def essay() -> Image.Image:
    """A page with more lines, for what looks at the page as a whole."""
    image = Image.new("RGB", (700, 900), "white")
    for row in range(2):
        image.paste(written(), (0, 440 * row))
    return image


def photo(corners: list[tuple[int, int]]) -> Image.Image:
    """The written page as a sheet on a dark desk, its corners there."""
    sheet = np.asarray(written())
    height, width = sheet.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    way = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    desk = np.full((1200, 1200, 3), (90, 70, 50), np.uint8)
    cv2.warpPerspective(sheet, way, (1200, 1200), desk, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    return Image.fromarray(desk)


def corners_of(found: Straightened) -> NDArray[Any]:
    width, height = found.image.size
    flat = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)])
    there = flat @ np.reshape(found.transform, (3, 3)).T
    return np.asarray(there[:, :2] / there[:, 2:])
