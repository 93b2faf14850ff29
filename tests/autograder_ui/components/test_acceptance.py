from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.grade import BULK, OWN
from autograder.domain.job import SHARPEN
from autograder.settings import Settings
from autograder_ui.components.acceptance import MEANWHILE, Acceptance
from autograder_ui.components.answer_sheet import history
from autograder_ui.components.mark_sheet import lines_of, sheet
from autograder_ui.pages.gradebook import summary
from tests.autograder_ui.graded_class import FLAGGED, STUDENTS, graded_class, mark


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded")
    graded_class(folder)
    return folder


@pytest.fixture
def application(graded: Path, tmp_path: Path) -> Iterator[Application]:
    folder = tmp_path / "data"
    shutil.copytree(graded, folder)
    with Application.open(Settings(data=folder, reviewer="Teacher")) as opened:
        yield opened


@pytest.fixture
def panel(application: Application, blocks: gr.Blocks) -> Acceptance:
    return Acceptance(application, gr.State(), gr.Textbox())


def opened(panel: Acceptance, target: float = 0.9) -> dict[str, Any]:
    names = ("whole", "timer", "report", "ask", "sure", "offered")
    return dict(zip(names, panel.open("os", target), strict=True))


def reviews(application: Application) -> dict[str, list[str]]:
    marked = application.gradebook.marks.of_exam("os")
    return {each.answer.id: [review.way for review in each.reviews] for each in marked}


def test_without_an_exam_or_answers_nothing_is_shown(
    panel: Acceptance, application: Application
) -> None:
    assert panel.open("", 0.95)[0]["visible"] is False
    assert panel.open(application.gradebook.exams.create("New").id, 0.95)[0]["visible"] is False


def test_before_any_mark_it_says_how_many_it_takes_and_offers_nothing(panel: Acceptance) -> None:
    shown = opened(panel)
    assert "Nothing is marked yet" in shown["report"] and "at least" in shown["report"]
    assert shown["ask"]["visible"] is False and shown["offered"] == ()


def test_once_enough_is_marked_it_says_how_many_and_how_sure(
    panel: Acceptance, application: Application
) -> None:
    mark(application, 35)
    shown = opened(panel)
    number = len(shown["offered"])
    assert number > 0 and shown["ask"]["visible"]
    assert shown["ask"]["value"] == f"Accept these {number} predicted marks"
    assert f"<b>{number} of {2 * (STUDENTS - 35)}</b>" in shown["report"]
    assert "Random check" in shown["report"] and "0 changed by you" in shown["report"]
    assert f"{2 * FLAGGED} answers without a mark" in shown["report"]
    assert 'aria-label="Q1: 35 marked by you, 0 accepted unseen' in shown["report"]


def test_accepting_asks_first_and_then_records_them_as_accepted_unseen(
    panel: Acceptance, application: Application
) -> None:
    mark(application, 35)
    offered = opened(panel)["offered"]
    _, sure, question = panel.ask(offered, "Ada")
    assert sure["visible"] and f"Ada, should these {len(offered)} predicted marks" in question
    assert not any(BULK in ways for ways in reviews(application).values())
    after = panel.accept("os", 0.9, offered, "Ada")
    accepted = {each for each, ways in reviews(application).items() if ways == [BULK]}
    assert accepted == {each for each, _, _ in offered}
    assert "accepted unseen" in after[2]


def test_what_is_flagged_or_drawn_by_lot_is_never_accepted(
    panel: Acceptance, application: Application
) -> None:
    mark(application, 35)
    panel.accept("os", 0.9, opened(panel)["offered"], "")
    marked = application.gradebook.marks.of_exam("os")
    accepted = [each for each in marked if each.review and each.review.way == BULK]
    assert accepted and not any(each.predicted and each.predicted.flags for each in accepted)
    assert {each.review.reviewer for each in accepted if each.review} == {"Teacher"}
    assert sum(not each.reviews for each in marked) > 2 * FLAGGED


def test_what_changed_since_it_was_shown_is_not_accepted(
    panel: Acceptance, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda words, **_: warned.append(words))
    mark(application, 35)
    offered = opened(panel)["offered"]
    application.gradebook.marks.review(offered[0][0], 3.0, "Ben")  # not one drawn by lot
    panel.accept("os", 0.9, offered, "Ada")
    assert warned == [MEANWHILE]
    assert not any(BULK in ways for ways in reviews(application).values())


def test_while_predictions_are_made_it_waits(panel: Acceptance, application: Application) -> None:
    mark(application, 35)
    question = application.gradebook.exams.get("os").questions[0]
    application.gradebook.jobs.submit(SHARPEN, "os", {"question": question.id})
    shown = opened(panel)
    assert shown["offered"] == () and shown["timer"].active
    assert "right now" in shown["report"]


def test_an_accepted_mark_is_told_from_a_teachers_own_and_can_be_marked_again(
    panel: Acceptance, application: Application
) -> None:
    mark(application, 35)
    panel.accept("os", 0.9, opened(panel)["offered"], "Ada")
    gradebook = application.gradebook
    chosen = next(each for each, ways in reviews(application).items() if ways == [BULK])
    assert "unseen" in history(gradebook.marks.get(chosen))
    exam, scripts = gradebook.exams.get("os"), gradebook.scripts.all("os")
    shown = sheet(exam, lines_of([], scripts, gradebook.marks.of_exam("os")))
    assert "accepted unseen by Ada" in shown
    assert "70 of 180 answers reviewed" in summary(gradebook.marks.of_exam("os"))
    assert b"Accepted unseen." in application.marking.export("os")
    application.marking.review(chosen, 1.0, "Ada", seen=1)
    again = gradebook.marks.get(chosen)
    assert again.mark == 1.0 and [review.way for review in again.reviews] == [BULK, OWN]
