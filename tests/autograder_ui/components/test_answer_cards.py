from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from autograder.domain.script import Answer, AnswerText, Line, PlacedLine
from autograder_ui.components.answer_cards import Cards, render
from tests.autograder_ui.classroom import Classroom

HOSTILE = "</textarea><script>alert(1)</script>"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def answer(question_id: str | None, *texts: AnswerText, note: str = "") -> Answer:
    return Answer("a1", "s1", question_id, texts, note)


def read(text: str, version: int = 1, by_person: bool = False) -> AnswerText:
    lines = tuple(PlacedLine("p", Line(line, (0, 0, 1, 1), 0.4)) for line in text.split("\n"))
    return AnswerText(version, text, "rapidocr", by_person, NOW, lines)


def cards(room: Classroom, *answers: Answer, refused: Mapping[str, str] | None = None) -> str:
    return render(Cards("s1", answers, room.exam.questions, refused=refused or {}))


def test_unplaced_text_comes_first_and_asks_where_it_belongs(room: Classroom) -> None:
    placed, unplaced = answer(room.exam.questions[0].id, read("one")), answer(None, read("two"))
    markup = cards(room, placed, unplaced)
    assert markup.index("Unplaced text") < markup.index("Name the four conditions")
    assert "Belongs to" in markup


def test_what_a_student_wrote_never_becomes_markup(room: Classroom) -> None:
    texts = read(HOSTILE), read(HOSTILE + "\nmore", 2, by_person=True)
    markup = cards(room, answer(None, *texts, note=HOSTILE), refused={"a1": HOSTILE})
    assert "<script>" not in markup
    assert markup.count("</textarea>") == 2  # the card's own, and that of the form to add


def test_a_word_is_in_doubt_until_a_person_writes_another_or_accepts_the_page(
    room: Classroom,
) -> None:
    question = room.exam.questions[0].id
    assert kinds(cards(room, answer(question, read("misread")))) == ["unsure"]
    first = read("two words")
    second = replace(first, version=2, text="two birds", by_person=True)
    corrected = answer(question, first, second)
    markup = cards(room, corrected)
    assert kinds(markup) == ["unsure", "sure"]
    assert "First reading" in markup and "words</del>" in markup and "birds</ins>" in markup
    accepted = Cards("s1", [corrected], room.exam.questions, checked=frozenset({"p"}))
    assert kinds(render(accepted)) == ["sure", "sure"]


def test_only_the_answers_of_the_page_are_shown_and_those_that_stand_on_none(
    room: Classroom,
) -> None:
    here, typed = answer(room.exam.questions[0].id, read("here")), typed_in("on no page")
    shown = Cards("s1", [here, typed], room.exam.questions, page_id="p")
    assert "here" in render(shown) and "on no page" in render(shown)
    elsewhere = render(Cards("s1", [here], room.exam.questions, page_id="another"))
    assert "No answers on this page" in elsewhere and "Not found: Q2, Q3" in elsewhere


def typed_in(text: str) -> Answer:
    return Answer("a2", "s1", None, (AnswerText(1, text, "Maria", True, NOW),))


def kinds(markup: str) -> list[str]:
    words = re.findall(r'data-words="([^"]*)"', markup)
    return [word[4] for field in words for word in json.loads(unescape(field))]


def test_an_edit_that_came_too_late_stays_in_sight(room: Classroom) -> None:
    markup = cards(room, answer(None, read("newer")), refused={"a1": "what I typed"})
    assert "Your text was not saved" in markup and "what I typed" in markup


def test_questions_without_an_answer_can_be_added(room: Classroom) -> None:
    markup = cards(room, answer(room.exam.questions[0].id, read("one")))
    assert "Not found: Q2, Q3. Add an answer" in markup


def test_a_script_that_is_not_read_yet_says_so(room: Classroom) -> None:
    assert "Not read yet" in render(Cards("s1", [], room.exam.questions, unread=True))
    assert "No answers found" in render(Cards("s1", [], room.exam.questions))


def test_lines_can_be_chosen_only_where_the_text_still_has_them(room: Classroom) -> None:
    two = read("first\nsecond")
    assert cards(room, answer(None, two)).count("data-line=") == 2
    joined = AnswerText(2, "first second", "Maria", True, NOW, two.lines)
    assert "data-line=" not in cards(room, answer(None, two, joined))
