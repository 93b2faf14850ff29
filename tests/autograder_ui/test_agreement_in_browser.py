"""What the Agreement tab says and hands out, in a real Chromium."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from tests.autograder_ui.classroom import Classroom

pytestmark = pytest.mark.browser


@pytest.fixture
def served(room: Classroom, program: Application) -> Application:
    """A class of three; two answers are reviewed, one of them by two people."""
    marks = room.gradebook.marks
    marks.review(room.answer_id("Asha Rao", "Q1"), 3.0, "Ada", criteria=[1, 1, 0, 0])
    marks.review(room.answer_id("Ben Okoro", "Q2"), 3.0, "Ada")
    marks.review(room.answer_id("Ben Okoro", "Q2"), 2.0, "Cleo")
    return program


def test_figures_are_told_drawn_and_handed_out(window: Page, tmp_path: Path) -> None:
    window.get_by_role("tab", name="Agreement").click()
    expect(window.locator("#agreement-summary")).to_contain_text("On 2 answers that you marked")
    expect(window.get_by_role("img", name="Same mark, by question")).to_be_visible()
    table = window.get_by_role("table", name="Agreement between markers")
    expect(table.get_by_role("row", name="Ada and Cleo")).to_be_visible()
    errors = window.get_by_role("table", name="Agreement by criterion").locator("summary").first
    errors.focus()
    window.keyboard.press("Enter")
    expect(window.locator("#agreement-criteria li").first).to_have_text("Asha Rao")
    with window.expect_download() as downloading:
        window.get_by_role("button", name="Download these figures (CSV)").click()
    downloading.value.save_as(tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {line["Of"] for line in csv.DictReader(file)} >= {"exam", "question", "markers"}
    window.set_viewport_size({"width": 390, "height": 844})
    assert window.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_answer_that_is_pressed_is_opened_in_marking(window: Page) -> None:
    window.get_by_role("tab", name="Marking").click()
    expect(window.locator("#mark-sheet")).to_contain_text("Ben Okoro")
    window.get_by_role("tab", name="Agreement").click()
    window.get_by_role("button", name="Open Ben Okoro, Q2 in Marking").click()
    sheet = window.locator("#mark-sheet")
    expect(sheet).to_contain_text("What does a page table do?")
    expect(sheet).to_contain_text("It is a table with pages.")
