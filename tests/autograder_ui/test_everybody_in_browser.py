"""Every tab for who can't see it well or can't use a mouse: axe-core finds nothing to mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from autograder.application import Application
from tests.autograder_ui.alike import alike_class
from tests.autograder_ui.classroom import Classroom
from tests.autograder_ui.serving import open_tab

pytestmark = pytest.mark.browser

TABS = {
    "Exam": "#question-list label",
    "Scripts": "#scripts tbody tr",
    "Reading": "#read-cards .card",
    "Groups": "#group-cards .group-card",
    "Marking": "#mark-form .judged",
    "Agreement": "#agreement-questions table",
    "Gradebook": "#class-marks table",
    "Models": "#teachable table",
}
"""What each tab shows once it has loaded."""
SCHEMES = ("light", "dark")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    """A class in which something stands on every tab: groups, reviews, text without a place."""
    made = alike_class(tmp_path / "class")
    for name in ("Asha Rao", "Ben Okoro"):
        made.gradebook.marks.review(made.answer_id(name, "Q2"), 2, "Maria", "Good.")
    made.gradebook.answers.move(made.answer_id("Chen Li", "Q1"), None, "Maria")
    yield made
    made.gradebook.close()


@pytest.fixture
def served(program: Application) -> Application:
    """The whole program: Groups needs its models."""
    return program


def test_axe_finds_nothing_on_any_tab_in_the_light_and_in_the_dark(window: Page) -> None:
    window.emulate_media(reduced_motion="reduce")  # no colour is caught on its way
    troubles = [trouble for tab in TABS for trouble in found_on(window, tab)]
    window.set_viewport_size({"width": 390, "height": 844})
    troubles += found_on(window, "Reading") + found_on(window, "Models")
    assert not troubles, "\n".join(troubles)


def found_on(window: Page, tab: str) -> list[str]:
    """What axe-core has to say about a tab: scheme, tab, rule and element."""
    open_tab(window, tab)
    if tab == "Groups":
        expect(window.locator("#group-alone")).to_contain_text("5 answers alone")  # Q1 has loaded
        window.locator("#group-question input").click()
        window.get_by_role("option", name="Q2").click()
    expect(window.locator(TABS[tab]).first).to_be_visible()
    return [f"{scheme} {tab} {trouble}" for scheme in SCHEMES for trouble in look(window, scheme)]


def look(window: Page, scheme: str) -> list[str]:
    window.evaluate(f"document.body.classList.toggle('dark', {str(scheme == 'dark').lower()})")
    violations = Axe().run(window).response["violations"]
    nodes = [node for rule in violations for node in rule["nodes"]]
    return [f"{node['html'][:200]}: {node['failureSummary']}" for node in nodes]
