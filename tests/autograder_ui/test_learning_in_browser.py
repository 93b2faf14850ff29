"""What is learned from a mark reaches the answer that is open meanwhile, in a real Chromium."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.jobs import worker_name
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


@pytest.fixture
def window(window: Page) -> Page:
    """Marking, with the first answer on the desk."""
    open_tab(window, "Marking")
    show(window, "Asha Rao")
    return window


def sheet(window: Page) -> Locator:
    return window.locator("#mark-sheet")


def show(window: Page, name: str) -> None:
    expect(sheet(window).get_by_role("heading", name=name)).to_be_visible()


def learn(room: Classroom, name: str, mark: float) -> None:
    """What the job worker does: predicts that student's answer to Q1 anew, and is done."""
    answer = room.answer_id(name, "Q1")
    marked = room.gradebook.marks.get(answer)
    assert marked.predicted and marked.question
    leans = (room.answer_id("Asha Rao", "Q1"),)
    anew = replace(marked.predicted, mark=mark, lesson=f"{mark}", leaned_on=1, leans=leans)
    room.gradebook.marks.record(answer, 1, marked.question, anew)
    while job := room.gradebook.jobs.claim(worker_name()):
        room.gradebook.jobs.finish(job.id, worker_name())


def test_a_new_prediction_comes_to_the_open_answer_and_spares_what_was_set(
    room: Classroom, window: Page
) -> None:
    window.keyboard.press("s")
    show(window, "Ben Okoro")
    learn(room, "Ben Okoro", 3)
    expect(sheet(window)).to_contain_text("Updated")
    expect(sheet(window)).to_contain_text("Goes by your marks of: Asha Rao (1 decision in all)")
    expect(window.get_by_role("radio", name="3")).to_be_checked()

    window.keyboard.press("s")
    show(window, "Chen Li")
    window.keyboard.press("Shift+Digit5")
    expect(window.get_by_role("radio", name="5")).to_be_checked()
    learn(room, "Chen Li", 1)
    expect(sheet(window)).to_contain_text("Updated")
    expect(sheet(window).locator(".standing.machine")).to_contain_text("1")
    expect(window.get_by_role("radio", name="5")).to_be_checked()
    window.keyboard.press("s")
    expect(sheet(window)).to_contain_text("What does a page table do?")
    assert room.gradebook.marks.get(room.answer_id("Chen Li", "Q1")).mark == 5

    window.locator("#mark-previous").click()
    show(window, "Chen Li")
    sheet(window).get_by_role("button", name="Asha Rao").click()
    show(window, "Asha Rao")


def test_a_new_prediction_never_brings_back_an_answer_that_was_left(
    room: Classroom, window: Page
) -> None:
    window.keyboard.press("s")
    show(window, "Ben Okoro")
    window.keyboard.press("j")
    show(window, "Chen Li")
    learn(room, "Ben Okoro", 3)
    window.wait_for_timeout(1_500)
    show(window, "Chen Li")
    expect(sheet(window)).not_to_contain_text("Updated")


def test_a_ruling_is_written_and_taken_back(room: Classroom, window: Page) -> None:
    window.get_by_role("button", name="Rule once for this question").click()
    window.get_by_label("An answer that says").fill("Kill one of them")
    window.get_by_label("… gets the mark").fill("2")
    window.get_by_role("button", name="Rule", exact=True).click()
    board = window.locator("#mark-rulings")
    expect(board).to_contain_text("An answer that says “Kill one of them” gets 2")
    window.keyboard.press("Escape")
    window.locator("#mark-next").click()
    show(window, "Ben Okoro")
    expect(board).to_contain_text("Kill one of them")
    window.evaluate("window.confirm = () => true")
    board.get_by_role("button", name="Take back").click()
    expect(board).not_to_contain_text("Kill one of them")
    assert room.gradebook.rulings.of_question(room.exam.questions[0].id) == []
