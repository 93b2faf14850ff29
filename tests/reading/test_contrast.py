from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from autograder.domain.script import Line, Reading, Word
from autograder.reading.contrast import faint_lines, ratio

FONT = ImageFont.load_default(36)
ROWS = [(40.0, 40.0 + 80 * row, 600.0, 80.0 + 80 * row) for row in range(3)]


def page(*inks: str, paper: str = "white") -> tuple[Image.Image, Reading]:
    """A line of writing in each ink, and its reading."""
    image = Image.new("RGB", (640, 300), paper)
    draw = ImageDraw.Draw(image)
    for box, ink in zip(ROWS, inks, strict=False):
        draw.text(box[:2], "Every process has pages", fill=ink, font=FONT)
    lines = (Line("Every process has pages", box, 0.9) for box, _ in zip(ROWS, inks, strict=False))
    return image, Reading("one", "1", tuple(lines))


def test_black_on_white_is_the_greatest_contrast_and_nothing_on_white_the_least() -> None:
    grey = Image.new("L", (10, 10), 255)
    assert ratio(grey, (0, 0, 10, 10)) == pytest.approx(1)
    grey.paste(0, (0, 0, 10, 2))
    assert ratio(grey, (0, 0, 10, 10)) == pytest.approx(21)
    assert ratio(grey, (50, 50, 60, 60)) == 1


@pytest.mark.parametrize("ink", ["#f0f0f0", "#fefefe", "#e8e8e8", "yellow", "#ffff99", "#e6f2ff"])
def test_what_no_eye_can_read_is_marked(ink: str) -> None:
    assert faint_lines(*page("black", ink, "blue")) == [1]


@pytest.mark.parametrize(
    ("ink", "paper"), [("#a0a0a0", "white"), ("#6f6f6f", "#b4b4b4"), ("#3a3a3a", "#606060")]
)
def test_pencil_is_not_marked_in_poor_light_either(ink: str, paper: str) -> None:
    assert faint_lines(*page(ink, ink, paper=paper)) == []


def test_a_dark_stroke_from_the_next_line_does_not_make_a_faint_line_plain() -> None:
    image, reading = page("black", "#f0f0f0")
    ImageDraw.Draw(image).line((50, 100, 60, 150), fill="black", width=4)
    left, top, right, bottom = ROWS[1]
    width = (right - left) / 4
    words = tuple(
        Word("word", (left + at * width, top, left + (at + 1) * width, bottom), 0.9)
        for at in range(4)
    )
    faint = Line("word " * 4, ROWS[1], 0.9, words)
    assert faint_lines(image, Reading("one", "1", (reading.lines[0], faint))) == [1]


def test_an_empty_page_has_no_faint_lines() -> None:
    assert faint_lines(Image.new("RGB", (10, 10)), Reading("one", "1", ())) == []


def test_no_honest_handwriting_is_marked(shared_data: Path) -> None:
    """The faintest that there is: pencil in poor light; boxes of its lines by hand."""
    image = Image.open(shared_data / "scans" / "wdnn_random.png").convert("RGB")
    lines = (Line("notes", (20.0, 40.0, 430.0, 100.0), 0.9), Line("x", (20, 110, 430, 180), 0.9))
    assert faint_lines(image, Reading("one", "1", lines)) == []
