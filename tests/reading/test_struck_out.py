"""Words with strokes, zigzags and scribbles over them, on generated pages and on real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from autograder.domain.exam import Question, Scale
from autograder.domain.script import Line, Reading, Word
from autograder.reading import struck_out
from autograder.reading.segmentation import split
from samples.handwriting import FONTS
from tests.reading.forms import WORDS

FONT = ImageFont.truetype(str(FONTS / "kalam.ttf"), 34)
PITCH, LEFT = 60, 60
INK = (28, 38, 110)


def page(seed: int, ruled: bool = True) -> tuple[Image.Image, Reading]:
    """Twelve lines of handwriting, with where each word stands."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (1000, 900), (250, 248, 240))
    pen, lines = ImageDraw.Draw(image), []
    for row in range(12):
        top = 60.0 + PITCH * row
        if ruled:
            pen.line((0, top + 46, 1000, top + 46), fill=(176, 200, 224), width=2)
        left, words = float(LEFT), []
        for word in random.choice(WORDS, 7):
            right = left + FONT.getlength(str(word))
            pen.text((left, top + 40), str(word), font=FONT, fill=INK, anchor="ls")
            words.append(Word(str(word), (left, top + 8, right, top + 50), 0.93))
            left = right + 16
        box = (words[0].box[0], top + 8, words[-1].box[2], top + 50)
        lines.append(Line(" ".join(w.text for w in words), box, 0.9, tuple(words)))
    return image, Reading("t", "1", tuple(lines))


def strike(image: Image.Image, first: Word, last: Word, way: str, slope: float = 0.0) -> None:
    left, right = first.box[0] - 4, last.box[2] + 5
    middle = first.box[1] + 24
    pen = ImageDraw.Draw(image)
    if way == "line":
        rise = slope * (right - left) / 2
        pen.line((left, middle + rise, right, middle - rise), fill=INK, width=3)
        return
    step = 14 if way == "zigzag" else 3
    xs = np.arange(left, right, step)
    ys = [middle + (-1) ** at * 14 for at in range(len(xs))]
    pen.line([(float(x), float(y)) for x, y in zip(xs, ys, strict=True)], fill=INK, width=3)


def struck(reading: Reading) -> set[tuple[int, int]]:
    return {
        (row, at)
        for row, line in enumerate(reading.lines)
        for at, word in enumerate(line.words)
        if word.struck
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("way", "slope"), [("line", 0.0), ("line", 0.06), ("zigzag", 0.0)])
def test_struck_out_words_are_seen_and_no_others(seed: int, way: str, slope: float) -> None:
    image, reading = page(seed, ruled=seed > 0)
    for row, first, last in ((1, 0, 1), (4, 2, 4), (8, 5, 6)):
        words = reading.lines[row].words
        strike(image, words[first], words[last], way, slope)
    expected = {(1, 0), (1, 1), (4, 2), (4, 3), (4, 4), (8, 5), (8, 6)}
    found = struck(struck_out.mark(image, reading))
    assert not found - expected
    assert len(found & expected) >= (4 if way == "zigzag" else 5)


def test_a_scribble_hides_a_word_that_was_read_badly() -> None:
    image, reading = page(7)
    line = reading.lines[3]
    words = tuple(replace(w, confidence=0.5) if at == 2 else w for at, w in enumerate(line.words))
    lines = tuple(replace(line, words=words) if each is line else each for each in reading.lines)
    strike(image, line.words[2], line.words[2], "scribble")
    assert struck(struck_out.mark(image, replace(reading, lines=lines))) == {(3, 2)}


def test_a_page_without_strokes_stays_the_very_same() -> None:
    for seed in (10, 11):
        image, reading = page(seed)
        assert struck_out.mark(image, reading) is reading


def test_an_underlined_word_counts() -> None:
    image, reading = page(12)
    left, _, right, bottom = reading.lines[2].words[3].box
    ImageDraw.Draw(image).line((left, bottom + 2, right, bottom + 2), fill=INK, width=3)
    assert struck_out.mark(image, reading) is reading


def test_struck_words_leave_the_text_and_stay_in_the_note() -> None:
    image, reading = page(5)
    words = reading.lines[4].words
    strike(image, words[2], words[4], "line")
    marked = struck_out.mark(image, reading)
    gone = " ".join(word.text for word in words[2:5])
    kept = " ".join(word.text for word in (*words[:2], *words[5:]))
    assert marked.lines[4].text == kept
    (piece,) = split([("p", marked)], [Question("q", "Q1", "", Scale(0, 5))])
    assert kept in piece.text.split("\n")
    assert f"Struck out: “{gone}”." in piece.note
    assert piece.lines[4].line.words == marked.lines[4].words


def test_a_line_that_is_struck_out_whole_is_kept_for_the_teacher() -> None:
    gone = tuple(Word(text, (40.0 * at, 0, 40.0 * at + 30, 20), 0.9, struck=True)
                 for at, text in enumerate(("It", "is", "wrong")))  # fmt: skip
    lines = (
        Line("Q1 Paging", (0, 0, 90, 20), 0.9),
        Line("", (0, 30, 110, 50), 0.9, gone),
        Line("helps", (0, 60, 90, 80), 0.9),
    )
    questions = [Question("q1", "Q1", "", Scale(0, 5)), Question("q2", "Q2", "", Scale(0, 5))]
    (piece,) = split([("p", Reading("t", "1", lines))], questions)
    assert piece.text == "Paging\n\nhelps"
    assert "Struck out: “It is wrong”." in piece.note
    assert piece.lines[1].line.words == gone


def test_a_label_that_was_struck_out_opens_no_answer() -> None:
    words = (
        Word("Q2", (0, 0, 30, 20), 0.9, struck=True),
        Word("Q1", (40, 0, 70, 20), 0.9),
        Word("Paging", (80, 0, 140, 20), 0.9),
    )
    reading = Reading("t", "1", (Line("Q1 Paging", (0, 0, 140, 20), 0.9, words),))
    questions = [Question("q1", "Q1", "", Scale(0, 5)), Question("q2", "Q2", "", Scale(0, 5))]
    (piece,) = split([("p", reading)], questions)
    assert (piece.question_id, piece.text, piece.note) == ("q1", "Paging", "Struck out: “Q2”.")
