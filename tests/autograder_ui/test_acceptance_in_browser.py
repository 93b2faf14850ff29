"""What helps most, and accepting unseen, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from autograder.domain.grade import BULK
from autograder.settings import Settings
from tests.autograder_ui.graded_class import EXAM, graded_class, mark
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Application]:
    graded_class(tmp_path)
    with Application.open(Settings(data=tmp_path, reviewer="Teacher")) as opened:
        mark(opened, 35)
        yield opened


def test_marks_are_accepted_unseen_only_after_a_second_yes(
    served: Application, window: Page
) -> None:
    def accepted() -> int:
        marked = served.gradebook.marks.of_exam(EXAM)
        return sum(each.review is not None and each.review.way == BULK for each in marked)

    open_tab(window, "Agreement")
    panel = window.locator("#acceptance")
    expect(panel).to_contain_text("Random check")
    report = window.locator("#accept-report .summary, #accept-report .notice")
    before = report.inner_text()
    panel.get_by_label("90 in 100").check()
    expect(report).not_to_have_text(before)
    ask = panel.get_by_role("button", name="predicted marks")
    ask.click()
    expect(panel).to_contain_text("should these")
    panel.get_by_role("button", name="Not now").click()
    ask.click()
    assert accepted() == 0
    panel.get_by_role("button", name="Yes, accept them").click()
    expect(window.get_by_text("marks accepted unseen.")).to_be_visible()
    assert accepted() > 0
    open_tab(window, "Gradebook")
    expect(window.get_by_text(f"{accepted()} accepted unseen")).to_be_visible()


def test_what_helps_most_says_why_each_answer_is_asked_for(window: Page) -> None:
    open_tab(window, "Marking")
    window.get_by_label("What helps most").check()
    expect(window.locator("#mark-progress")).to_contain_text("Asked because:")
