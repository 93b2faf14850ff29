import pytest
from PIL import Image, ImageDraw, ImageFont

from autograder.domain.errors import EngineFailed
from autograder.domain.script import Line, Reading
from autograder.reading.recognizers import rapidocr
from autograder.reading.recognizers.rapidocr import RapidOcr
from autograder.reading.straighten import (
    Upright,
    read,
    read_upright,
    turn_back,
    turn_image,
)
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
    line = Line("x", tuple(map(float, box)), 1.0)  # type: ignore[arg-type]
    back = turn_back(Upright(turns, Reading("one", "1", (line,))), 60, 40)
    assert isinstance(back, Reading)
    assert back.lines[0].box == (5, 10, 25, 16)
