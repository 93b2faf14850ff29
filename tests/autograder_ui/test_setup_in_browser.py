"""Setting an exam up and taking the marks away, in a real Chromium."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from autograder.domain.script import Student
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>${alert(3)}{{this}}'


@pytest.fixture
def served(program: Application) -> Application:
    return program


@pytest.fixture
def window(window: Page) -> Page:
    """The window on a class of three."""
    exam = window.get_by_label("Exam", exact=True)
    expect(exam).to_have_value("Operating Systems quiz · CS 204")
    return window


def test_a_new_exam_with_a_question_is_still_there_after_a_reload(
    room: Classroom, window: Page
) -> None:
    window.get_by_role("button", name="New exam").click()
    expect(window.get_by_label("Title")).to_have_value("Untitled exam")
    window.get_by_label("Title").fill("Quiz 7")
    window.get_by_label("Course").fill("Databases")
    window.get_by_label("Course").blur()
    window.get_by_label("Question", exact=True).fill("What is a key?")
    window.get_by_role("button", name="Add criterion").click()
    window.get_by_label("Criterion 1", exact=True).fill("It is unique")
    window.get_by_label("Marks of criterion 1").fill("2")
    window.get_by_role("button", name="Save question").click()
    expect(window.get_by_role("radio", name="What is a key?")).to_be_checked()
    window.reload()
    expect(window.get_by_label("Exam", exact=True)).to_have_value("Quiz 7 · Databases")
    expect(window.get_by_label("Criterion 1", exact=True)).to_have_value("It is unique")
    exam = next(each for each in room.gradebook.exams.all() if each.title == "Quiz 7")
    assert [criterion.marks for criterion in exam.questions[0].criteria] == [2]


def test_a_drafted_mark_scheme_is_a_draft_until_it_is_saved(room: Classroom, window: Page) -> None:
    questions = window.locator("#question-list label")
    note, rows = window.locator("#mark-scheme .draft-note"), window.locator(".criteria-rows > *")
    questions.nth(1).click()
    expect(window.get_by_label("Question", exact=True)).to_have_value("What does a page table do?")
    window.get_by_role("button", name="Draft a mark scheme").click()
    expect(note).to_be_visible()
    expect(rows).to_have_count(1)
    questions.nth(2).click()
    expect(rows).to_have_count(0)
    questions.nth(1).click()
    expect(window.get_by_label("Question", exact=True)).to_have_value("What does a page table do?")
    expect(rows).to_have_count(0)
    window.get_by_role("button", name="Draft a mark scheme").click()
    expect(rows).to_have_count(1)
    window.get_by_role("button", name="Save question").click()
    expect(note).to_be_hidden()
    saved = room.gradebook.exams.get(room.exam.id).questions[1]
    assert [criterion.marks for criterion in saved.criteria] == [3]


def test_the_file_that_is_taken_away_holds_what_the_screen_shows(
    room: Classroom, window: Page, tmp_path: Path
) -> None:
    room.gradebook.marks.review(room.answer_id("Asha Rao", "Q1"), 2.0, "Ada")
    window.get_by_role("tab", name="Gradebook").click()
    row = window.locator("#class-marks tr", has_text="Asha Rao")
    expect(row.locator("b.final").first).to_have_text("2")
    with window.expect_download() as downloading:
        window.get_by_role("button", name="CSV for an LMS").click()
    downloading.value.save_as(tmp_path / "marks.csv")
    with (tmp_path / "marks.csv").open(encoding="utf-8", newline="") as file:
        marks = {line["Name"]: line for line in csv.DictReader(file)}
    assert marks["Asha Rao"]["Q1 final"] == "2"
    assert marks["Asha Rao"]["Q1 reviewer"] == "Ada"


def test_a_students_name_stays_text_and_a_phone_never_scrolls_sideways(
    room: Classroom, window: Page
) -> None:
    room.gradebook.rosters.save(room.exam.id, Student("", "<b>9", HOSTILE))
    script = room.script("Asha Rao")
    room.gradebook.scripts.rename(script.id, HOSTILE)
    window.set_viewport_size({"width": 390, "height": 844})
    for tab, place in (("Scripts", "#scripts"), ("Gradebook", "#class-marks"), ("Exam", "#roster")):
        open_tab(window, tab)
        expect(window.locator(place)).to_contain_text(HOSTILE)
        assert window.locator(f"{place} img").count() == 0
        width = window.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
