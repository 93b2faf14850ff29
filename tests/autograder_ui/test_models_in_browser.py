"""A grader is trained, put to work and taken back in a real Chromium, on a small screen too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from autograder.domain.job import LEARN
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import JobWorker
from autograder.runs.learning import training
from autograder.runs.learning.at_work import chosen
from autograder.runs.learning.training import TrainingRun
from autograder.settings import Settings
from tests.autograder_ui.classroom import Classroom, PaperMarking, classroom
from tests.autograder_ui.serving import open_tab
from tests.fakes import learning_child

pytestmark = pytest.mark.browser
PUT = "Put to work"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    """A class of three whose answers to two questions somebody marked."""
    made = classroom(tmp_path / "class")
    for label, mark in (("Q1", 2), ("Q2", 1)):
        for place, name in enumerate(("Asha Rao", "Ben Okoro", "Chen Li")):
            made.gradebook.marks.review(made.answer_id(name, label), mark + place % 2, "Maria")
    yield made
    made.gradebook.close()


@pytest.fixture
def served(room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The class with trainings that take two seconds and teach nothing."""
    monkeypatch.setattr(training, "LOOK_SECONDS", 0.2)
    settings = Settings(
        data=room.gradebook.folder, models=tmp_path / "models", reviewer="Maria", grader="llama"
    )
    room.application.settings = settings
    room.application.grader_at_work = lambda: told(settings, room.gradebook)
    room.application.marking = PaperMarking(settings, room.gradebook)
    learn = TrainingRun(settings, room.gradebook, lambda: None, learning_child(pause=0.7))
    worker = JobWorker(room.gradebook.jobs, {LEARN: learn})
    worker.start()
    yield room.application
    worker.stop()


def test_a_grader_is_trained_put_to_work_and_taken_back(room: Classroom, window: Page) -> None:
    open_tab(window, "Models")
    expect(window.locator("#teachable")).to_contain_text("6 marks · 2 questions")
    window.get_by_role("button", name="Start training").focus()
    window.keyboard.press("Enter")
    state = window.locator("#training-state")
    expect(state).to_contain_text("The built-in grader, taught further")
    expect(window.locator("#training-curves svg")).to_have_count(2)
    expect(state).to_contain_text("was tried beside the grader at work: better")

    window.locator("#learned-graders tbody button").first.click()
    expect(window.locator("#grader-verdict")).to_contain_text("better")
    expect(window.locator("#grader-report")).to_contain_text("60 answers to 6 questions")
    assert trouble(window) == []
    window.evaluate("() => { asked = []; confirm = (words) => asked.push(words); }")
    window.get_by_role("button", name=PUT).click()
    at_work = window.locator("#model-at-work")
    expect(at_work).to_contain_text("put to work by Maria")
    expect(window.get_by_role("button", name=PUT)).to_have_count(0)
    assert "Your own marks stay as they are" in window.evaluate("asked[0]")
    chip = window.locator("#grader-at-work")
    expect(chip).to_contain_text("Maria put it to work")
    at_work.get_by_role("button", name="Go back to the one before").click()
    expect(at_work).to_contain_text("as it ships")
    expect(chip).not_to_contain_text("Maria")
    assert [each.reason for each in room.gradebook.promotions.history()] == [
        "better",
        "rolled back",
    ]
    assert len(window.evaluate("asked")) == 2


def test_a_training_is_cancelled_and_nothing_is_wider_than_a_telephone(
    room: Classroom, window: Page
) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    open_tab(window, "Models")
    window.get_by_role("button", name="Start training").click()
    window.get_by_role("button", name="Cancel the training").click()
    expect(window.locator("#training-state")).to_contain_text("It was cancelled")
    expect(window.get_by_role("button", name="Go on")).to_be_visible()
    assert trouble(window) == []
    wide = "document.scrollingElement.scrollWidth <= window.innerWidth"
    assert window.evaluate(wide)


def test_a_model_is_taught_to_draft_by_the_files_of_the_course(
    room: Classroom, window: Page, tmp_path: Path
) -> None:
    base = room.application.settings.models / "bases" / "tiny-bart"
    base.mkdir(parents=True)
    (base / "config.json").write_text("{}")
    (base / "model.safetensors").write_bytes(b"")
    course = tmp_path / "course.csv"
    course.write_text("question,answer\nWhat does a gear do?,It turns.\n")
    open_tab(window, "Models")
    files = window.locator("#course-files")
    expect(window.locator("#teachable")).to_contain_text("6 marks")
    expect(files).to_be_hidden()
    window.get_by_label("Drafts of reference answers, from the course's questions").check()
    expect(files).to_be_visible()
    expect(files.get_by_label("Model that is to learn")).to_have_value("tiny-bart")
    assert trouble(window) == []
    files.locator("input[type=file]").set_input_files(course)
    expect(files).to_contain_text("course")
    window.get_by_role("button", name="Start training").click()
    state = window.locator("#training-state")
    expect(state).to_contain_text("was judged by what it writes: better")
    window.locator("#learned-graders tbody button").first.click()
    expect(window.locator("#grader-report")).to_contain_text("what it wrote")
    window.evaluate("() => { confirm = () => true; }")
    window.get_by_role("button", name=PUT).click()
    expect(window.locator("#model-at-work")).to_contain_text("Drafts of reference answers")


def told(settings: Settings, gradebook: Gradebook) -> tuple[str, str]:
    """The grader at work; no model is loaded to know."""
    found = chosen(settings, gradebook)
    return found.name, found.why


def trouble(window: Page) -> list[str]:
    """What axe-core has to say about the tab in the light and in the dark."""
    found = []
    window.emulate_media(reduced_motion="reduce")
    for dark in ("true", "false"):
        window.evaluate(f"document.body.classList.toggle('dark', {dark})")
        violations = Axe().run(window).response["violations"]
        found += [node["html"][:200] for rule in violations for node in rule["nodes"]]
    return found
