from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.grade import Flag, Judgement
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
    mark = Mark((0, 4), "unsure", HOSTILE, HOSTILE)
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


@given(st.text("ab <>&\n", max_size=30), st.text("ab <>&\n", max_size=30))
def test_a_difference_holds_both_texts_and_nothing_else(before: str, after: str) -> None:
    markup = marked_text.difference(before, after)
    old = re.sub(r"<ins>.*?</ins>", "", markup, flags=re.DOTALL)
    new = re.sub(r"<del>.*?</del>", "", markup, flags=re.DOTALL)
    assert (told(old), told(new)) == (before, after)


def told(markup: str) -> str:
    said = re.sub(r'<span class="unseen">.*?</span>', "", markup)
    return unescape(re.sub(r"</?(?:ins|del)>", "", said))


def test_a_difference_is_said_in_words_too() -> None:
    assert marked_text.difference("the cat", "the dog") == (
        'the <del><span class="unseen">taken away: </span>cat</del>'
        '<ins><span class="unseen">added: </span>dog</ins>'
    )
