"""Blind marking and the question whose script it is, in a real Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser

TICKED = """form => [...form.querySelectorAll("input, textarea, [aria-pressed], [aria-checked]")]
    .map(each => [each.value, each.checked, each.ariaPressed, each.ariaChecked])"""
"""All that a teacher may have entered in the form."""


@pytest.fixture
def served(room: Classroom) -> Any:
    """Names hidden, and two scripts of nobody."""
    room.gradebook.names.show(room.exam.id, False, "Teacher")
    for name in ("Asha Rao", "Ben Okoro"):
        script = room.script(name)
        room.gradebook.scripts.assign(script.id, None)
        room.gradebook.scripts.rename(script.id, f"from {name}")
    return room.application


def test_names_are_hidden_until_they_are_switched_on_and_so_in_groups_too(
    room: Classroom, window: Page
) -> None:
    open_tab(window, "Marking")
    heading = window.locator("#mark-sheet h2")
    expect(heading).to_have_text(re.compile(r"Script \d{4}"))
    expect(window.locator("#mark-scan")).not_to_contain_text(".png")
    mark = window.locator("#mark-form input[name=mark]:checked")
    before = mark.input_value()
    window.keyboard.press("2")
    expect(mark).not_to_have_value(before)  # it has followed the criterion
    ticked = window.locator("#mark-form").evaluate(TICKED)
    window.get_by_role("checkbox", name="Show names").first.check()
    expect(heading).not_to_have_text(re.compile(r"Script \d{4}"))
    assert window.locator("#mark-form").evaluate(TICKED) == ticked
    assert room.gradebook.names.history(room.exam.id)[-1].shown
    window.reload()
    open_tab(window, "Marking")
    expect(window.get_by_role("checkbox", name="Show names").first).to_be_checked()


def test_scripts_of_nobody_are_settled_by_keys_one_after_the_other(
    room: Classroom, window: Page
) -> None:
    open_tab(window, "Scripts")
    card = window.locator("#whose")
    expect(card).to_contain_text("2 left")
    expect(window.get_by_text("2 students without a script")).to_be_visible()
    asked = card.locator("h3 small").inner_text()
    first = card.locator("[data-rank='1'] b").inner_text().removeprefix("1")
    assert first in asked
    image = card.locator("svg.name-crop")
    expect(image).to_be_visible()
    window.keyboard.press("1")
    expect(card).to_contain_text("1 left")
    assert room.script(first).title == f"from {first}"
    window.get_by_label("Somebody else").click()
    other = ({"Asha Rao", "Ben Okoro"} - {first}).pop()
    window.get_by_role("option", name=other).click()
    expect(card).not_to_be_visible()
    assert room.script(other).title == f"from {other}"
    expect(window.get_by_text("without a script")).not_to_be_visible()
