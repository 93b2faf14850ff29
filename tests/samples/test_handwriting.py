"""The generator of hand-like pages, which other tests use as a fixture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from autograder.domain.errors import AutoGraderError
from autograder.reading.recognizers.rapidocr import build
from autograder.settings import Settings
from samples.handwriting import (
    FONTS,
    HEIGHT,
    LINES_PER_PAGE,
    WIDTH,
    break_pages,
    wrap,
    write_page,
    write_script,
)

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=12), max_size=120)


def test_the_same_seed_writes_the_same_pixels_and_another_seed_does_not() -> None:
    lines = ["Q1. A process is a program in execution."]
    page = write_page(lines, "kalam", 7)
    assert page.size == (WIDTH, HEIGHT)
    assert page.tobytes() == write_page(lines, "kalam", 7).tobytes()
    assert page.tobytes() != write_page(lines, "kalam", 8).tobytes()


@given(WORDS)
def test_no_word_is_lost_or_moved_by_wrapping_and_page_breaks(words: list[str]) -> None:
    pages = break_pages([" ".join(words)] * 3, "caveat")
    assert " ".join(" ".join(line for page in pages for line in page).split()) == " ".join(
        words * 3
    )
    assert all(len(page) <= LINES_PER_PAGE for page in pages)


def test_a_long_script_goes_on_on_the_next_page() -> None:
    assert len(write_script(["Deadlock needs four conditions. " * 60], "caveat", 1)) == 2


def test_a_label_before_a_tab_stands_in_the_margin() -> None:
    assert wrap("Q1\tA thread", "caveat") == ["Q1\tA thread"]
    margins = [
        np.asarray(write_page([line], "caveat", 1).convert("L"), dtype=float)[60:115, 20:110]
        for line in ("Q1\tA thread", "A thread")
    ]
    assert margins[0].min() < margins[1].min() - 50


def test_more_lines_than_a_page_has_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="A page holds"):
        write_page(["line"] * (LINES_PER_PAGE + 1), "kalam", 1)


def test_every_font_stands_beside_its_licence() -> None:
    licences = [path.name for path in FONTS.glob("*.txt")]
    for font in FONTS.glob("*.ttf"):
        name = font.stem.removesuffix("-semibold").removesuffix("-italic")
        assert {f"{name}-OFL.txt", f"{name}-Apache-2.0.txt"} & set(licences), font.name


def test_the_embedded_engine_reads_a_page_at_a_few_errors_in_a_hundred() -> None:
    lines = ["Q1. A process is a program in execution,", "a thread is one flow inside it."]
    reading = build(Settings()).read([write_page(lines, "patrick-hand", 3)])[0]
    assert not isinstance(reading, AutoGraderError)
    text = " ".join(line.text for line in reading.lines)
    assert Levenshtein.distance(text, " ".join(lines)) <= 0.05 * len(text)
