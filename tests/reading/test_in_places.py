"""Scripts on a form: places that were drawn, together with what labels say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autograder.domain.exam import Question, Scale
from autograder.domain.script import Line, Piece, Reading, Region, Word
from autograder.reading.regions import TURNED, UNKNOWN, Layout, Place, layout
from autograder.reading.registration import Print
from autograder.reading.segmentation import split
from tests.reading.forms import BOXES, filled, printed, scanned

QUESTIONS = [
    Question(f"q{n}", f"Q{n}", text, Scale(0, 5))
    for n, text in enumerate(("What is paging?", "Define a semaphore.", "Compare two."), 1)
]


def place(question: str, left: float, top: float, right: float, bottom: float) -> Place:
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
    return Place(question, corners)


FORM = Layout(
    (
        place("q1", 0, 100, 1000, 300),
        place("q2", 0, 300, 1000, 500),
        place("q3", 0, 500, 1000, 700),
        place("", 0, 700, 1000, 800),
    )
)


def line(text: str, top: float, left: float = 20) -> Line:
    words = []
    for word in text.split():
        words.append(Word(word, (left, top, left + 10 * len(word), top + 30), 0.9))
        left += 10 * len(word) + 10
    return Line(text, (words[0].box[0], top, words[-1].box[2], top + 30), 0.9, tuple(words))


def page(*lines: Line, name: str = "p1") -> tuple[str, Reading]:
    return name, Reading("t", "1", lines)


def texts(pieces: list[Piece]) -> dict[str | None, str]:
    return {piece.question_id: piece.text.replace("\n", " / ") for piece in pieces}


def note(pieces: list[Piece], question: str | None) -> str:
    return next(piece.note for piece in pieces if piece.question_id == question)


def test_lines_without_labels_go_by_their_place() -> None:
    script = [page(line("Paging is", 120), line("a method", 160), line("It counts", 320))]
    pieces = split(script, QUESTIONS, {"p1": FORM})
    assert texts(pieces) == {"q1": "Paging is / a method", "q2": "It counts"}
    assert [piece.note for piece in pieces] == ["", ""]


def test_steps_in_a_place_are_no_labels() -> None:
    script = [page(line("1. load", 120), line("2. link", 160), line("3. run", 200))]
    pieces = split(script, QUESTIONS, {"p1": FORM})
    assert texts(pieces) == {"q1": "load / 2. link / 3. run"}


def test_a_label_that_agrees_is_cut_off() -> None:
    script = [page(line("Q1. Paging is", 120), line("Q2 Define a semaphore. It counts", 320))]
    pieces = split(script, QUESTIONS, {"p1": FORM})
    assert texts(pieces) == {"q1": "Paging is", "q2": "It counts"}


def test_a_label_that_disagrees_with_the_place_is_asked_about() -> None:
    script = [page(line("Paging is", 120), line("Q3. Both wait", 320), line("for ever", 360))]
    pieces = split(script, QUESTIONS, {"p1": FORM})
    assert texts(pieces) == {"q1": "Paging is", None: "Q3. Both wait / for ever"}
    assert note(pieces, None) == "Labelled “Q3.”, but written in the place of Q2."


def test_what_stands_in_no_place_is_shown_and_the_forms_own_print_is_not() -> None:
    script = [
        page(
            line("Name: Asha Rao", 10),
            line("Q1 What is paging?", 60),
            line("see the back", 60, 500),
            line("Paging is", 120),
            line("turn over", 720),
        )
    ]
    pieces = split(script, QUESTIONS, {"p1": FORM})
    assert texts(pieces) == {"q1": "Paging is", None: "see the back"}
    assert "outside the places" in note(pieces, None)


def test_lines_side_by_side_that_were_read_as_one_are_taken_apart() -> None:
    halves = Layout((place("q1", 0, 0, 200, 900), place("q2", 200, 0, 900, 900)))
    both = line("Paging is It counts", 120)
    words = [
        replace(word, box=(word.box[0] + 200 * (at > 1), 120, word.box[2] + 200 * (at > 1), 150))
        for at, word in enumerate(both.words)
    ]
    script = [page(Line(both.text, (20, 120, 500, 150), 0.9, tuple(words)))]
    pieces = split(script, QUESTIONS, {"p1": halves})
    assert texts(pieces) == {"q1": "Paging is", "q2": "It counts"}


def test_a_line_that_leaves_its_place_is_pointed_out() -> None:
    narrow = Layout((place("q1", 0, 100, 80, 300),))
    script = [page(Line("Paging", (20, 120, 130, 150), 0.9))]
    pieces = split(script, QUESTIONS, {"p1": narrow})
    assert texts(pieces) == {"q1": "Paging"}
    assert "over the edge" in note(pieces, "q1")


def test_an_extra_sheet_goes_by_labels_and_joins_what_is_in_the_places() -> None:
    script = [
        page(line("Paging is", 120)),
        page(line("loose words", 20), line("Q1 contd. a method", 120), name="p2"),
    ]
    pieces = split(script, QUESTIONS, {"p1": FORM, "p2": Layout(None)})
    assert texts(pieces) == {None: "loose words", "q1": "Paging is / contd. a method"}
    assert "line 1, then line 2, marked as going on" in note(pieces, "q1")


def test_a_page_that_nobody_recognises_goes_by_labels_alone() -> None:
    script = [page(line("some words", 20), line("Q2 It counts", 320))]
    pieces = split(script, QUESTIONS, {"p1": Layout(None, UNKNOWN)})
    assert texts(pieces)["q2"] == "It counts"
    assert texts(pieces)[None] == "some words"


def test_a_place_over_two_pages_is_one_answer() -> None:
    first, second = Layout((place("q1", 0, 0, 900, 900),)), Layout((place("q1", 0, 0, 900, 900),))
    script = [page(line("Paging is", 120)), page(line("a method", 120), name="p2")]
    (piece,) = split(script, QUESTIONS, {"p1": first, "p2": second})
    assert (piece.text, piece.note) == ("Paging is\na method", "")


@pytest.fixture(scope="module")
def form() -> Print:
    return Print.of(printed("text"))


def shares(row: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = BOXES[row]
    return left / 1240, top / 1754, right / 1240, bottom / 1754


def test_places_are_found_again_on_a_scan(form: Print) -> None:
    scan, truth = scanned(filled(printed("text"), 4), 0.8, 1.5, (0.01, 0.02))
    regions = [Region("q1", 1, shares(0)), Region("q2", 1, shares(2))]
    found = layout(regions, {1: form}, Print.of(scan), 1)
    assert found.places is not None and found.note == ""
    left, top, right, bottom = BOXES[2]
    middle = truth @ ((left + right) / 2, (top + bottom) / 2, 1)
    x, y = middle[:2]
    assert [each.share((x - 5, y - 5, x + 5, y + 5)) for each in found.places] == [0, 1]


def test_pages_that_are_no_template_pages_have_no_places(form: Print) -> None:
    regions = [Region("q1", 1, shares(0))]
    ruled = Print.of(filled(printed("ruled"), 2))
    assert layout(regions, {1: form}, ruled, 1) == Layout(None, UNKNOWN)
    assert layout(regions, {1: form}, ruled, 2) == Layout(None)
    assert layout(regions, {1: form}, form, 2) == Layout(None)  # the same letterhead


def test_pages_out_of_order_say_so(form: Print) -> None:
    other = Print.of(printed("ruled"))
    regions = [Region("q1", 1, shares(0)), Region("q2", 2, shares(1))]
    found = layout(regions, {1: form, 2: other}, form, 2)
    assert found.places is not None and len(found.places) == 1
    assert found.note == TURNED.format(1)
