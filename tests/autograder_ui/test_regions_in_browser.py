"""Drawing where the answers stand, in a real Chromium: by mouse and by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from autograder.domain.script import Region
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


def regions(room: Classroom) -> tuple[Region, ...]:
    return room.gradebook.templates.of_exam(room.exam.id).regions


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_places_are_drawn_moved_named_and_removed(room: Classroom, window: Page) -> None:
    open_tab(window, "Exam")
    first, second = (question.id for question in room.exam.questions[:2])
    page = window.locator("#regions figure")
    page.scroll_into_view_if_needed()
    box = page.bounding_box()
    assert box
    left, top = box["x"], window.locator("#regions .region-pages").bounding_box()["y"]  # type: ignore[index]
    window.mouse.move(left + 0.1 * box["width"], top + 20)
    window.mouse.down()
    window.mouse.move(left + 0.5 * box["width"], top + 100, steps=4)
    window.mouse.up()
    wait_for(lambda: len(regions(room)) == 1)
    drawn = regions(room)[0]
    assert drawn.question_id == first
    assert drawn.box[0] == pytest.approx(0.1, abs=0.01)
    assert drawn.box[2] == pytest.approx(0.5, abs=0.01)

    window.locator("#regions").get_by_role("button", name="Add a place").press("Enter")
    added = window.get_by_role("button", name="Place of Q2 on page 1", exact=True)
    expect(added).to_be_focused()
    wait_for(lambda: len(regions(room)) == 2)
    before = regions(room)[1]
    assert before.question_id == second
    for _ in range(3):
        added.press("ArrowDown")
    added.press("Shift+ArrowLeft")
    wait_for(lambda: regions(room)[1].box[1] == pytest.approx(before.box[1] + 0.03, abs=1e-6))
    wait_for(lambda: regions(room)[1].box[2] == pytest.approx(before.box[2] - 0.01, abs=1e-6))

    window.locator("#regions .region-list select").nth(1).select_option("Nothing to grade")
    wait_for(lambda: regions(room)[1].question_id == "")
    window.get_by_role("button", name="Place of Nothing to grade on page 1", exact=True).press(
        "Delete"
    )
    wait_for(lambda: len(regions(room)) == 1)
    expect(window.get_by_role("button", name="Place of Q1 on page 1", exact=True)).to_be_focused()
