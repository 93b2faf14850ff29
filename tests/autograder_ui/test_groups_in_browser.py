"""Groups in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from tests.autograder_ui.alike import alike_class
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab
from tests.autograder_ui.test_desk_in_browser import HOSTILE

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = alike_class(tmp_path / "class")
    yield made
    made.gradebook.close()


@pytest.fixture
def served(program: Application) -> Application:
    return program  # that can group


def choose_q2(window: Page) -> None:
    open_tab(window, "Groups")
    window.locator("#group-question input").click()
    window.get_by_role("option", name="Q2").click()
    expect(window.locator(".group-card")).to_contain_text("4 answers", timeout=60_000)


def test_a_group_is_marked_by_keyboard_but_for_the_answer_that_was_unticked(
    room: Classroom, window: Page
) -> None:
    dana = room.answer_id("Dana Ito", "Q2")
    version = room.gradebook.marks.get(room.answer_id("Emil Roth", "Q2")).answer.current.version
    room.gradebook.answers.edit(room.answer_id("Emil Roth", "Q2"), HOSTILE, "Teacher", version)
    choose_q2(window)
    give = window.locator("#group-give")
    expect(give).to_contain_text("Give this mark to 4 answers")
    window.get_by_role("checkbox", name="Dana Ito").uncheck()
    expect(give).to_contain_text("Give this mark to 3 answers")
    every = window.get_by_label("Tick all of these")
    assert every.evaluate("(box) => box.indeterminate")
    window.keyboard.press("3")
    expect(window.locator("#group-form").get_by_role("radio", name="3")).to_be_checked()
    window.keyboard.press("s")
    expect(window.locator(".group-card")).to_contain_text("1 left")
    marks = [room.gradebook.marks.get(room.answer_id(n, "Q2")) for n in ("Asha Rao", "Chen Li")]
    assert [(each.review and each.review.mark) for each in marks] == [3, 3]
    assert room.gradebook.marks.get(dana).review is None
    expect(window.locator("#group-members")).to_contain_text("3 answers marked already")


def test_answers_alone_lead_to_marking_on_a_telephone_too(window: Page) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    choose_q2(window)
    assert window.evaluate("document.documentElement.scrollWidth") == 390
    window.locator("#group-alone summary").click()
    window.get_by_role("button", name=re.compile("one by one in Marking")).click()
    expect(window.locator("#mark-sheet")).to_be_visible()
