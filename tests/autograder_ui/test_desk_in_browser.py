"""Reading and Marking in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>${alert(3)}{{this}}'


def sheet(window: Page) -> Locator:
    return window.locator("#mark-sheet")


def show(window: Page, name: str) -> None:
    """Waits until that student's answer is on the desk."""
    expect(sheet(window).get_by_role("heading", name=name)).to_be_visible()


def test_an_override_by_keyboard_is_still_there_after_a_reload(
    room: Classroom, window: Page
) -> None:
    open_tab(window, "Marking")
    show(window, "Asha Rao")
    window.keyboard.press("2")  # takes the second criterion away
    expect(window.get_by_role("radio", name="4")).to_be_checked()
    window.keyboard.press("c")
    window.keyboard.type("j n s 1 are letters here")
    window.keyboard.press("Escape")
    window.keyboard.press("s")
    show(window, "Ben Okoro")
    review = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1")).review
    assert review and (review.mark, review.criteria) == (4, (1, 0, 1, 1))
    assert review.comment == "j n s 1 are letters here"

    window.reload()
    open_tab(window, "Marking")
    show(window, "Ben Okoro")  # the first that nobody has marked
    window.keyboard.press("k")
    show(window, "Asha Rao")
    expect(sheet(window).locator(".standing.final")).to_contain_text("4")
    expect(sheet(window).locator(".standing.machine")).to_contain_text("5")
    expect(window.get_by_role("radio", name="4")).to_be_checked()
    expect(window.get_by_label("Points for criterion 2")).to_have_value("0")
    expect(window.get_by_label("Comment")).to_have_value("j n s 1 are letters here")


def test_keys_move_accept_and_can_be_listed_and_switched_off(room: Classroom, window: Page) -> None:
    open_tab(window, "Marking")
    show(window, "Asha Rao")
    window.keyboard.press("j")
    show(window, "Ben Okoro")
    window.keyboard.press("ArrowLeft")
    show(window, "Asha Rao")
    window.keyboard.press("a")
    show(window, "Ben Okoro")
    assert room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1")).mark == 5
    window.keyboard.press("Shift+Digit3")
    expect(window.get_by_role("radio", name="3")).to_be_checked()

    window.keyboard.press("?")
    listed = window.get_by_role("dialog", name="Keyboard")
    expect(listed).to_contain_text("Accept the predicted mark")
    listed.get_by_label("Use these keys").uncheck()
    window.keyboard.press("Escape")
    window.keyboard.press("j")
    window.keyboard.press("?")
    expect(listed).to_be_visible()
    show(window, "Ben Okoro")


def test_a_reading_is_corrected_and_other_corrections_wait_unsaved(
    room: Classroom, window: Page
) -> None:
    open_tab(window, "Reading")
    first, second = window.get_by_label("Text of Q1"), window.get_by_label("Text of Q2")
    first.fill("Corrected by hand")
    second.fill("Still being typed")
    window.get_by_role("article", name="Q1").get_by_role("button", name="Save text").click()
    card = window.get_by_role("article", name="Q1")
    expect(card.get_by_text("First reading and changes")).to_be_visible()
    expect(second).to_have_value("Still being typed")
    open_tab(window, "Marking")
    expect(sheet(window)).to_contain_text("Corrected by hand")
    open_tab(window, "Reading")
    expect(first).to_have_value("Corrected by hand")
    expect(second).to_have_value("Still being typed")
    answer = room.gradebook.answers.get(room.answer_id("Asha Rao", "Q1"))
    assert [text.by_person for text in answer.texts] == [False, True]


def test_an_unsure_word_is_shown_on_its_page_and_the_page_zooms(window: Page) -> None:
    open_tab(window, "Reading")
    leaf = window.locator("#read-scan .leaf")
    expect(window.locator("#read-words [role=status]")).to_contain_text("16 doubtful words")
    window.get_by_role("button", name="Next doubtful word").click()
    expect(leaf).to_have_attribute("style", re.compile(r"width: (1[1-9]\d|[2-9]\d\d)"))
    window.get_by_role("button", name="Fit the width").click()
    expect(leaf).to_have_attribute("style", re.compile(r"width: 100%"))
    window.locator("#read-scan .stage").hover()
    window.keyboard.down("Control")
    window.mouse.wheel(0, -300)
    window.keyboard.up("Control")
    expect(leaf).to_have_attribute("style", re.compile(r"width: 2\d\d"))


def test_nothing_that_a_student_wrote_runs_or_becomes_an_element(
    room: Classroom, window: Page
) -> None:
    script, answer = room.script("Asha Rao"), room.answer_id("Asha Rao", "Q1")
    room.gradebook.answers.edit(answer, HOSTILE, HOSTILE, 1)
    room.gradebook.marks.review(answer, 3, HOSTILE, HOSTILE)
    room.gradebook.answers.move(room.answer_id("Asha Rao", "Q3"), None, HOSTILE)
    room.gradebook.scripts.rename(script.id, "  " + HOSTILE)
    room.gradebook.scripts.assign(script.id, None)
    window.reload()
    open_tab(window, "Reading")
    window.get_by_label("Page", exact=True).click()
    window.get_by_role("option", name=re.compile("onerror")).click()
    expect(window.get_by_label("Text of Q1")).to_have_value(HOSTILE)
    open_tab(window, "Marking")
    show(window, "Ben Okoro")
    window.keyboard.press("k")
    expect(sheet(window)).to_contain_text("${alert(3)}{{this}}")
    window.get_by_text("History").click()
    expect(
        window.locator('img[src="x"], [onerror], .card script, #mark-sheet script')
    ).to_have_count(0)


def test_a_telephone_shows_both_tabs_without_scrolling_sideways(window: Page) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    for tab, landmark in (("Marking", "#mark-form"), ("Reading", "#read-cards .card")):
        open_tab(window, tab)
        expect(window.locator(landmark).first).to_be_visible()
        assert window.evaluate("document.documentElement.scrollWidth") <= 390
