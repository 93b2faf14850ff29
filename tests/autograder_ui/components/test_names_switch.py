from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from autograder_ui.components.names_switch import NamesSwitch
from autograder_ui.pages.groups import GroupsPage
from autograder_ui.pages.marking import MarkingPage
from tests.autograder_ui.classroom import Classroom

WHOSE = ("Asha", "Ben", "Chen", "Okoro", "Rao", "from 01.png", "from 02.png")


@pytest.fixture
def blind(room: Classroom) -> Classroom:
    room.gradebook.names.show(room.exam.id, False, "Teacher")
    return room


@pytest.fixture
def tab(blind: Classroom, blocks: gr.Blocks) -> MarkingPage:
    return MarkingPage(blind.application, gr.State(), gr.Textbox())


def open_all(room: Classroom, tab: MarkingPage, by: str) -> list[tuple[Any, ...]]:
    order = tab.open(room.exam.id, by, "", "")[4]
    return [tab.open(room.exam.id, by, "", answer) for answer in order.answers]


@pytest.mark.parametrize("by", ["By question", "By student", "What helps most"])
def test_nothing_in_marking_says_whose_answer_it_is(
    blind: Classroom, tab: MarkingPage, by: str
) -> None:
    for values in open_all(blind, tab, by):
        shown = "".join(str(each) for each in values)
        assert not [name for name in WHOSE if name in shown]
        assert "Script " in shown


def test_blind_answers_come_in_the_order_of_the_numbers_not_of_the_names(
    blind: Classroom, tab: MarkingPage
) -> None:
    choices = tab.open(blind.exam.id, "By student", "", "")[3]["choices"]
    assert [name for name, _ in choices[1:]] == sorted(name for name, _ in choices[1:])
    order = tab.open(blind.exam.id, "By student", "", "")[4]
    first = blind.gradebook.marks.get(order.answers[0]).answer.script_id
    assert first == choices[1][1]


def test_switching_shows_the_names_keeps_the_answer_and_is_logged(
    blind: Classroom, tab: MarkingPage
) -> None:
    answer = blind.answer_id("Ben Okoro", "Q1")
    before = tab.open(blind.exam.id, "By question", "", answer)
    switch = NamesSwitch(blind.application, gr.State(), gr.Textbox(), "switch")
    switch.switch(blind.exam.id, True, " Maria ")
    _, order, _, sheet, scan = tab.rename(blind.exam.id, "By question", "", answer)
    assert "Ben Okoro" in sheet and "covered" not in scan
    assert set(order.answers) == set(before[4].answers)
    last = blind.gradebook.names.history(blind.exam.id)[-1]
    assert (last.shown, last.author) == (True, "Maria")
    assert switch.load(blind.exam.id)["value"] is True
    assert switch.load("")["value"] is False


def test_names_switched_in_another_tab_are_shown_and_what_was_set_stays(
    blind: Classroom, tab: MarkingPage
) -> None:
    answer = blind.answer_id("Ben Okoro", "Q1")
    stamped = tab.open(blind.exam.id, "By question", "", answer)[6]
    again = tab.open(blind.exam.id, "By question", "", answer, stamped, False)
    assert again[9] == gr.skip()
    blind.gradebook.names.show(blind.exam.id, True, "Maria")
    after = tab.open(blind.exam.id, "By question", "", answer, stamped, False)
    assert "Ben Okoro" in after[9] and after[10] == gr.skip()


def test_groups_and_the_answers_alone_bear_no_names(blind: Classroom, blocks: gr.Blocks) -> None:
    page = GroupsPage(blind.application, gr.State(), gr.Textbox())
    question = blind.exam.questions[1].id
    shown = "".join(str(each) for each in page.open(blind.exam.id, question, ""))
    assert "Script " in shown
    assert not [name for name in WHOSE if name in shown]
