"""Checking what was read, in a real Chromium: by keyboard and by mouse."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.domain.script import Reading
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


def page_id(room: Classroom, name: str = "Asha Rao") -> str:
    return room.script(name).pages[0].id


def read_beside(room: Classroom, was: str, now: str) -> None:
    """A second engine read Asha's page, with another word in one place."""
    first = room.gradebook.scripts.reading(page_id(room))
    assert first
    lines = tuple(
        replace(
            line,
            words=tuple(replace(w, text=now) if w.text == was else w for w in line.words),
        )
        for line in first.lines
    )
    second = Reading("tesseract", "5", lines, beside=True)
    room.gradebook.scripts.record_reading(page_id(room), second)


def status(window: Page) -> Locator:
    return window.locator("#read-words [role=status]")


def open_reading(window: Page) -> None:
    open_tab(window, "Reading")
    expect(status(window)).to_have_text("16 doubtful words on this page")


def test_a_page_is_checked_and_accepted_by_keyboard_alone(room: Classroom, window: Page) -> None:
    read_beside(room, "mutual", "mortal")
    open_reading(window)
    window.keyboard.press("n")
    expect(status(window)).to_have_text("Word 1 of 16: “deadlock”, 82 % sure.")
    window.keyboard.press("n")
    expect(status(window)).to_contain_text("Word 2 of 16: “mutual”, 55 % sure.")
    expect(status(window)).to_contain_text("The second engine reads “mortal”.")
    expect(window.locator("#read-cards mark.now")).to_have_text("mutual")

    window.keyboard.press("o")
    first = window.get_by_label("Text of Q1")
    expect(first).to_have_value(re.compile("needs mortal exclusion"))
    expect(status(window)).to_have_text("15 doubtful words on this page")
    window.keyboard.press("n")
    expect(status(window)).to_contain_text("“no”")
    window.keyboard.press("Shift+N")
    expect(status(window)).to_contain_text("“deadlock”")
    window.keyboard.press("e")
    window.keyboard.type("livelock n a")  # while one types, letters are letters
    window.keyboard.press("Escape")
    window.keyboard.press("a")

    expect(window.locator("#read-check")).to_contain_text("1 of 3 pages accepted, 2 left")
    expect(window.get_by_label("Page", exact=True)).not_to_have_value(re.compile("Asha"))
    text = room.gradebook.answers.get(room.answer_id("Asha Rao", "Q1")).current.text
    assert text.startswith("A livelock n a needs mortal exclusion")
    assert room.gradebook.checks.accepted(room.exam.id) == {page_id(room)}

    window.keyboard.press("k")
    expect(window.locator("#read-check")).to_contain_text("Accepted ✓")
    expect(status(window)).to_have_text("No doubtful words on this page")
    window.keyboard.press("d")
    expect(window.locator(".difference").first).to_be_visible()
    expect(window.locator(".difference del").first).to_contain_text("deadlock")


def test_a_word_is_found_from_its_box_and_its_box_from_the_word(window: Page) -> None:
    open_reading(window)
    window.locator("#read-scan rect.unsure").nth(1).click()
    field = window.get_by_label("Text of Q1")
    expect(field).to_be_focused()
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert field.evaluate(chosen) == "and"
    expect(window.locator("#read-cards mark.now")).to_have_text("and")

    field.press("Control+Home")
    spot, first = window.locator("#read-scan rect.spot"), window.locator("#read-scan rect.sure")
    left = float(first.nth(1).get_attribute("x") or 0)  # after the label: the answer's first word
    expect(spot).to_have_attribute("x", f"{left - 4:g}")


def test_marks_follow_the_words_while_one_types(window: Page) -> None:
    open_reading(window)
    field, marks = window.get_by_label("Text of Q2"), window.locator(".card mark")
    card = window.get_by_role("article", name="Q2")
    expect(card.locator("mark")).to_have_text(["page", "maps", "of", "memory."])
    field.fill("Yes: the page table maps sides\nto frames of memory.")
    expect(card.locator("mark")).to_have_text(["page", "maps", "of", "memory."])
    field.fill("The sheet table maps virtual pages\nto frames of the memory.")
    expect(card.locator("mark")).to_have_text(["maps", "of", "memory."])
    assert field.evaluate("field => field.scrollHeight <= field.clientHeight + 1")
    expect(marks.first).to_have_text("deadlock")


def test_boxes_can_be_hidden_and_the_page_zoomed_by_keyboard(window: Page) -> None:
    open_reading(window)
    leaf, viewer = window.locator("#read-scan .leaf"), window.locator("#read-scan .viewer")
    window.keyboard.press("+")
    expect(leaf).to_have_attribute("style", re.compile(r"width: 130%"))
    window.keyboard.press("0")
    expect(leaf).to_have_attribute("style", re.compile(r"width: 100%"))
    window.keyboard.press("b")
    expect(viewer).to_have_class(re.compile(r"\bbare\b"))
    window.keyboard.press("j")
    expect(window.locator("#read-scan")).to_contain_text("Ben Okoro")
    expect(viewer).to_have_class(re.compile(r"\bbare\b"))
