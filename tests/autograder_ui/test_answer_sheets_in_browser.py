"""Answer sheets are ordered in the window and come out of it as a PDF."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from autograder.application import Application
from autograder.reading.sheets.codes import sheet_on
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser


@pytest.fixture
def served(program: Application) -> Application:
    """The whole program, whose students are printed."""
    return program


def test_sheets_are_ordered_and_saved_in_the_exam_tab(window: Page) -> None:
    open_tab(window, "Exam")
    window.get_by_role("button", name="Answer sheets on paper").click()
    expect(window.locator("#print-sheets")).to_be_visible()
    window.get_by_label("Sheets each").fill("1")
    window.get_by_label("Blank copies").fill("2")
    with window.expect_download() as saving:
        window.locator("#print-sheets").click()
    pdf = pypdfium2.PdfDocument(saving.value.path())
    sheets = [sheet_on(pdf[at].render(scale=1.5).to_pil()) for at in range(len(pdf))]
    assert [sheet.student == "" for sheet in sheets if sheet] == [False] * 3 + [True] * 2
