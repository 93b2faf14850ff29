from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.grade import Flag, Judgement
from autograder.domain.script import Line, PlacedLine, Word
from autograder_ui.components import marked_text
from autograder_ui.components.marked_text import Mark

HOSTILE = "<img src=x onerror=alert(1)>\"'&${alert(1)}{{value}}"
spans = st.tuples(st.integers(-2, 40), st.integers(-2, 40))
marks = st.lists(st.builds(Mark, spans, st.sampled_from(["evidence", "unsure"])), max_size=6)


@given(st.text("ab <>&\"'${}\n", max_size=40), marks)
def test_marked_text_says_what_the_student_wrote_and_nothing_else(
    text: str, marked: list[Mark]
) -> None:
    markup = marked_text.render(text, marked)
    assert unescape(re.sub(r"</?mark[^>]*>", "", markup)) == text
    assert set(re.findall(r"<(/?\w+)", markup)) <= {"mark", "/mark"}


def test_hostile_text_stays_text() -> None:
    mark = Mark((0, 4), "unsure", HOSTILE, HOSTILE, (("data-page", HOSTILE),))
    markup = marked_text.render(HOSTILE, [mark])
    assert "<img" not in markup
    assert markup.count("<") == markup.count("<mark") + markup.count("</mark") + 2  # and one <sup>


def test_overlapping_evidence_keeps_both_criteria() -> None:
    judged = [Judgement("first", 0.9, 1, (0, 6)), Judgement("second", 0.9, 1, (3, 9))]
    markup = marked_text.render("abcdefghi", marked_text.evidence(judged))
    assert re.findall(r'title="([^"]*)"', markup) == [
        "Evidence for: first",
        "Evidence for: first; Evidence for: second",
        "Evidence for: second",
    ]
    assert re.findall(r"<sup>(\d)</sup>", markup) == ["1", "2"]


def test_evidence_outside_of_the_text_is_left_out() -> None:
    judged = [Judgement("gone", 0.9, 1, (4, 90))]
    assert marked_text.render("short", marked_text.evidence(judged)) == "short"


def test_a_flags_place_is_marked_with_its_reason() -> None:
    marks = marked_text.flagged([Flag("orders", "It speaks to the grader", (0, 2)), Flag("x", "y")])
    assert [mark.title for mark in marks] == ["Please look: It speaks to the grader"]


def line(*words: tuple[str, float]) -> PlacedLine:
    read = tuple(Word(text, (0, 0, 10, 10), sure) for text, sure in words)
    return PlacedLine("p1", Line(" ".join(text for text, _ in words), (0, 0, 9, 9), 0.9, read))


def test_unsure_words_are_found_in_their_order_also_when_the_label_was_cut_off() -> None:
    lines = [line(("Q1", 0.5), ("the", 0.95), ("cat", 0.6)), line(("the", 0.85), ("cat", 0.99))]
    doubts = marked_text.doubts("the cat\nthe cat", lines)
    assert [(mark.span, mark.kind) for mark in doubts] == [
        ((4, 7), "unsure"),
        ((8, 11), "doubtful"),
    ]


def test_words_that_a_person_changed_are_not_marked() -> None:
    assert marked_text.doubts("dog", [line(("cat", 0.1))]) == []
