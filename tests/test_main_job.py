"""The main job as a teacher does it, in a real browser with the real program."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running_app import running_app

SLOW = 240_000
"""Milliseconds that reading or grading may take on a busy machine."""
QUESTIONS = {
    "18AI81Q1": (
        "What are abstract classes and interfaces for?",
        "Both define contracts in object-oriented programming.",
    ),
    "18AI81Q2": (
        "What is an abstract class, and what is an interface?",
        "An abstract class can't be instantiated and may contain both kinds of methods. "
        "An interface is a contract of methods that a class must implement.",
    ),
    "18AI81Q3": (
        "How do their methods differ?",
        "Some methods of an abstract class are implemented, those of an interface are not.",
    ),
    "18AI81Q4": (
        "How many of them can a class have?",
        "A class can inherit one abstract class and implement many interfaces.",
    ),
    "Q5": (
        "What is paging?",
        "Paging divides memory into fixed-size pages and frames, so that the memory of a process "
        "need not be contiguous.",
    ),
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[str]:
    with running_app(tmp_path / "data") as address:
        yield address


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}}


def _tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def _create_exam(page: Page) -> None:
    page.wait_for_timeout(2_000)  # a teacher looks before pressing
    page.get_by_role("button", name="New exam").click()
    title = page.get_by_label("Title", exact=True)
    expect(title).to_be_visible()
    title.fill("Object orientation and memory")
    title.press("Tab")
    for number, (label, (text, reference)) in enumerate(QUESTIONS.items(), 1):
        page.get_by_label("Label, as students write it").fill(label)
        page.get_by_label("Lowest mark").fill("1")
        page.get_by_label("Highest mark").fill("5")
        page.get_by_label("Question", exact=True).fill(text)
        page.get_by_label("Reference answer").fill(reference)
        page.get_by_role("button", name="Save question").click()
        expect(page.locator("#question-list label")).to_have_count(number)
        if number < len(QUESTIONS):
            page.get_by_role("button", name="Add question").click()
            expect(page.get_by_label("Question", exact=True)).to_have_value("")


def _hand_in(page: Page, *scans: Path) -> None:
    _tab(page, "Scripts")
    page.locator("#scans input[type=file]").set_input_files([str(scan) for scan in scans])
    page.get_by_role("button", name="Read these scans").click()


def _correct(page: Page, label: str, text: str) -> None:
    _tab(page, "Reading")
    card = page.locator("article.card", has=page.get_by_label(f"Text of {label}"))
    card.get_by_label(f"Text of {label}").fill(text)
    card.get_by_role("button", name="Save text").click()
    expect(card.get_by_text("First reading and changes")).to_be_visible()


def _grade(page: Page) -> None:
    """The button goes once every answer is graded as it stands."""
    _tab(page, "Scripts")
    button = page.locator("#grade")
    expect(button).to_be_visible(timeout=SLOW)
    button.click()
    expect(button).to_be_hidden(timeout=SLOW)


def _override(page: Page, mark: int, comment: str) -> None:
    _tab(page, "Marking")
    sheet = page.locator("#mark-form")
    expect(sheet.locator("label.mark-button")).to_have_count(5)
    sheet.locator("label.mark-button").nth(mark - 1).click()
    page.get_by_label("Comment").fill(comment)
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("#mark-progress")).to_contain_text("1 of 5")


def _shown(page: Page) -> dict[str, list[str]]:
    """The marks that the gradebook shows, by script, in the order of the questions."""
    _tab(page, "Gradebook")
    table = page.get_by_role("region", name="Marks").get_by_role("table")
    expect(table).to_be_visible()
    rows = {}
    for row in table.locator("tbody tr").all():
        name = row.locator("th").inner_text().split("\n")[0]
        cells = [cell.split("\n")[0] for cell in row.locator("td").all_inner_texts()]
        rows[name] = [re.sub(r"[^0-9.]", "", cell) for cell in cells]
    return rows


def _exported(page: Page, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV for an LMS").click()
    path = folder / "marks.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.browser
def test_a_pile_goes_in_and_a_corrected_gradebook_comes_out(
    app: str, page: Page, shared_data: Path, tmp_path: Path
) -> None:
    files = ("harshit_p1.jpg", "harshit_p2.png", "seed_paging.jpg")
    page.goto(app)
    _create_exam(page)
    _hand_in(page, *(shared_data / "scans" / name for name in files))
    expect(page.locator("#pile")).to_contain_text("2 scripts · 5 answers", timeout=SLOW)
    corrected = "Abstract and interface classes both define contracts."
    _correct(page, "18AI81Q1", corrected)
    _grade(page)
    _override(page, 2, "=too short")
    page.reload()
    shown = _shown(page)
    exported = {row["Script"]: row for row in _exported(page, tmp_path)}
    assert {
        script: [row[f"{label} final"] for label in QUESTIONS] for script, row in exported.items()
    } == {script: marks[: len(QUESTIONS)] for script, marks in shown.items()}
    first = exported["harshit"]
    assert (first["18AI81Q1 final"], first["18AI81Q1 reviewer"]) == ("2", "Teacher")
    assert first["18AI81Q1 comment"] == "'=too short"
    assert first["18AI81Q1 machine"] != ""
    _tab(page, "Reading")
    expect(page.get_by_label("Text of 18AI81Q1")).to_have_value(corrected)
