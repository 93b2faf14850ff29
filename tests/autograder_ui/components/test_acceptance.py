from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import BULK, OWN, Flag, Maker, Prediction
from autograder.domain.job import SHARPEN
from autograder.gradebook.gradebook import Gradebook
from autograder.marking import Marking
from autograder.retrieval.index import TextbookIndex
from autograder.settings import Settings
from autograder_ui.components.acceptance import MEANWHILE, Acceptance
from autograder_ui.components.answer_sheet import history
from autograder_ui.components.mark_sheet import lines_of, sheet
from autograder_ui.pages.gradebook import summary
from tests.gradebook.samples import hand_in, piece

STUDENTS, FLAGGED = 90, 4
MAKER = Maker("encoder", "1")
QUESTIONS = (
    Question("", "Q1", "What is a page?", Scale(0, 4)),
    Question("", "Q2", "Why?", Scale(0, 4)),
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of ninety, graded by a machine that is sure and right; nobody has marked."""
    folder = tmp_path_factory.mktemp("graded")
    gradebook = Gradebook(folder)
    exam = gradebook.exams.save(Exam("os", "Quiz", "", QUESTIONS))
    for number in range(STUDENTS):
        script = hand_in(gradebook, f"student {number}", exam_id=exam.id)
        pieces = [piece(each.id, script.pages[0].id, f"It is {number}.") for each in exam.questions]
        gradebook.answers.record(script.id, pieces, "fake")
    for question in exam.questions:
        marked = gradebook.marks.of_question(question.id)
        predicted = [
            (each.answer.id, each.answer.current.version, _predicted(place))
            for place, each in enumerate(marked)
        ]
        gradebook.marks.record_all(question, predicted)
    gradebook.close()
    return folder


def _predicted(place: int) -> Prediction:
    sure = float(np.random.default_rng(place).uniform(0.86, 0.99))
    flags = (Flag("orders", "It speaks to the grader."),) if place < FLAGGED else ()
    return Prediction(3.0, ((3.0, 1.0),), sure, MAKER, flags=flags)


@pytest.fixture
def application(graded: Path, tmp_path: Path) -> Iterator[Any]:
    folder = tmp_path / "data"
    shutil.copytree(graded, folder)
    settings, gradebook = Settings(data=folder, reviewer="Teacher"), Gradebook(folder)
    index = TextbookIndex(folder / "index", settings.retrieval, settings.models)
    marking = Marking(settings, gradebook, index)
    yield SimpleNamespace(settings=settings, gradebook=gradebook, marking=marking)
    gradebook.close()


@pytest.fixture
def panel(application: Any, blocks: gr.Blocks) -> Acceptance:
    return Acceptance(application, gr.State(), gr.Textbox())


def mark(application: Any, number: int, given: float = 3.0) -> None:
    """The teacher marks so many of each question's answers."""
    for question in application.gradebook.exams.get("os").questions:
        marked = application.gradebook.marks.of_question(question.id)
        decisions = [(each.answer.id, given, 0) for each in marked if not each.reviews][-number:]
        application.gradebook.marks.review_all("os", decisions, "Ada", way=OWN)


def opened(panel: Acceptance, target: float = 0.9) -> dict[str, Any]:
    names = ("whole", "timer", "report", "ask", "sure", "offered")
    return dict(zip(names, panel.open("os", target), strict=True))


def reviews(application: Any) -> dict[str, list[str]]:
    marked = application.gradebook.marks.of_exam("os")
    return {each.answer.id: [review.way for review in each.reviews] for each in marked}


def test_without_an_exam_or_answers_nothing_is_shown(panel: Acceptance, application: Any) -> None:
    assert panel.open("", 0.95)[0]["visible"] is False
    assert panel.open(application.gradebook.exams.create("New").id, 0.95)[0]["visible"] is False


def test_before_any_mark_it_says_how_many_it_takes_and_offers_nothing(panel: Acceptance) -> None:
    shown = opened(panel)
    assert "Nothing is marked yet" in shown["report"] and "at least" in shown["report"]
    assert shown["ask"]["visible"] is False and shown["offered"] == ()


def test_once_enough_is_marked_it_says_how_many_and_how_sure(
    panel: Acceptance, application: Any
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
    panel: Acceptance, application: Any
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
    panel: Acceptance, application: Any
) -> None:
    mark(application, 35)
    panel.accept("os", 0.9, opened(panel)["offered"], "")
    marked = application.gradebook.marks.of_exam("os")
    accepted = [each for each in marked if each.review and each.review.way == BULK]
    assert accepted and not any(each.predicted.flags for each in accepted)
    assert {each.review.reviewer for each in accepted} == {"Teacher"}
    assert sum(not each.reviews for each in marked) > 2 * FLAGGED


def test_what_changed_since_it_was_shown_is_not_accepted(
    panel: Acceptance, application: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda words, **_: warned.append(words))
    mark(application, 35)
    offered = opened(panel)["offered"]
    mark(application, 1)
    panel.accept("os", 0.9, offered, "Ada")
    assert warned == [MEANWHILE]
    assert not any(BULK in ways for ways in reviews(application).values())


def test_while_predictions_are_made_it_waits(panel: Acceptance, application: Any) -> None:
    mark(application, 35)
    question = application.gradebook.exams.get("os").questions[0]
    application.gradebook.jobs.submit(SHARPEN, "os", {"question": question.id})
    shown = opened(panel)
    assert shown["offered"] == () and shown["timer"].active
    assert "right now" in shown["report"]


def test_an_accepted_mark_is_told_from_a_teachers_own_and_can_be_marked_again(
    panel: Acceptance, application: Any
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
