"""What the window loads, and when."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from autograder_ui.pages.scripts import ScriptsPage
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exams that the Scripts tab was loaded with."""
    found: list[str] = []
    load = ScriptsPage.load

    def counted(page: ScriptsPage, exam_id: str) -> object:
        found.append(exam_id)
        return load(page, exam_id)

    monkeypatch.setattr(ScriptsPage, "load", counted)
    return found


def test_a_page_is_loaded_once_and_when_it_is_opened(
    loaded: list[str], room: Classroom, window: Page
) -> None:
    expect(window.locator("#regions figure")).to_be_visible()
    assert loaded == []
    open_tab(window, "Scripts")
    expect(window.locator("#scripts")).to_contain_text("Asha Rao")
    window.wait_for_timeout(500)
    assert loaded == [room.exam.id]
