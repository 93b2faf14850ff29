"""Typed text as pages: shown like a scan, read back to the letter."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autograder.reading.written.typesetting import file_of, typeset, written_on

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)


def read(name: str, text: str) -> str:
    readings = [written_on(page.png) for page in typeset(name, text, "asha")]
    assert all(readings)
    return "\n".join(reading.text for reading in readings if reading)


@given(TEXTS, st.sampled_from(["a.py", "a.c", "essay.txt"]))
@settings(max_examples=25, deadline=None)
def test_what_is_set_is_read_back_to_the_letter(text: str, name: str) -> None:
    assert read(name, text) == text


def test_a_long_file_takes_several_pages_and_no_line_stands_on_two() -> None:
    text = "\n".join(f"line {number}" + " and more" * (number % 40) for number in range(150))
    pages = typeset("src/main.c", text, "asha")
    assert len(pages) > 3 and {file_of(page.source) for page in pages} == {"src/main.c"}
    assert pages[1].source == f"src/main.c, page 2 of {len(pages)}"
    assert read("src/main.c", text) == text


def test_each_line_has_its_place_on_the_page_and_is_certain() -> None:
    (page,) = typeset("main.c", "int a;\n\nint b;", "asha")
    reading = written_on(page.png)
    assert reading and [line.confidence for line in reading.lines] == [1.0] * 3
    tops = [line.box[1] for line in reading.lines]
    assert tops == sorted(tops) and tops[0] < tops[1] < tops[2]
    assert all(line.box[2] <= page.width and line.box[3] <= page.height for line in reading.lines)


def test_one_endless_line_is_drawn_in_part_and_kept_whole() -> None:
    text = "x" * 100_000
    (page,) = typeset("a.js", text, "asha")
    reading = written_on(page.png)
    assert page.height < 2_000 and reading and reading.text == text


def test_two_who_wrote_the_same_have_two_pages() -> None:
    assert typeset("a.c", "int a;", "asha")[0].png != typeset("a.c", "int a;", "ben")[0].png


def test_a_picture_that_is_drawn_anew_tells_no_text() -> None:
    (page,) = typeset("a.c", "int a;", "asha")
    again = io.BytesIO()
    Image.open(io.BytesIO(page.png)).save(again, "PNG")
    assert written_on(again.getvalue()) is None
