from __future__ import annotations

import csv
import io
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.exam import Criterion
from autograder.domain.grade import BULK
from autograder.settings import Settings
from autograder_ui.pages.agreement import AgreementPage
from tests.autograder_ui.classroom import Classroom


@pytest.fixture
def page(room: Classroom, blocks: gr.Blocks) -> Iterator[AgreementPage]:
    with Application.open(Settings(data=room.gradebook.folder)) as application:
        yield AgreementPage(application, gr.State(), gr.Textbox())


def loaded(page: AgreementPage, exam_id: str) -> dict[str, Any]:
    names = (
        "none",
        "there",
        "summary",
        "questions",
        "charts",
        "differences",
        "criteria",
        "markers",
    )
    return dict(zip(names, page.open(exam_id), strict=True))


def review(room: Classroom, name: str, label: str, mark: float, **more: Any) -> None:
    reviewer = more.pop("reviewer", "Ada")
    room.gradebook.marks.review(room.answer_id(name, label), mark, reviewer, **more)


def test_a_tab_in_the_back_compares_nothing(room: Classroom, page: AgreementPage) -> None:
    assert page.load(room.exam.id) != page.load(room.exam.id)
    assert len(page.shown) == 1


def test_each_empty_state_says_what_to_do(
    application: Application, blocks: gr.Blocks, room: Classroom, page: AgreementPage
) -> None:
    empty = AgreementPage(application, gr.State(), gr.Textbox())
    assert "Exam tab" in loaded(empty, "")["none"]["value"]
    exam = application.gradebook.exams.create("Quiz")
    assert "Scripts tab" in loaded(empty, exam.id)["none"]["value"]
    assert "Marking tab" in loaded(page, room.exam.id)["none"]["value"]
    review(room, "Asha Rao", "Q3", 12.0)
    shown = loaded(page, room.exam.id)
    assert "Nothing to compare yet" in shown["summary"]
    assert "predicted before you marked" in shown["summary"]
    assert shown["there"]["visible"] and not shown["none"]["visible"]


def test_what_was_accepted_unseen_is_no_review(room: Classroom, page: AgreementPage) -> None:
    review(room, "Asha Rao", "Q2", 2.0, way=BULK)
    assert "Marking tab" in loaded(page, room.exam.id)["none"]["value"]


def test_reviews_are_held_against_what_was_predicted(room: Classroom, page: AgreementPage) -> None:
    asha = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1")).predicted
    assert asha is not None and asha.mark is not None
    review(room, "Asha Rao", "Q1", asha.mark - 1, criteria=[1, 1, 0, 0])
    review(room, "Ben Okoro", "Q2", 1.0)
    shown = loaded(page, room.exam.id)
    assert "On 2 answers that you marked" in shown["summary"]
    assert "Q1" in shown["questions"] and "Q2" in shown["questions"]
    assert "Asha Rao" in shown["differences"] and "+1" in shown["differences"]
    assert "Names circular wait" in shown["criteria"] and "Asha Rao" in shown["criteria"]
    assert shown["charts"].count('role="img"') == 5
    assert "second person" in shown["markers"]


def test_a_criterion_that_was_reworded_since_is_gone(room: Classroom, page: AgreementPage) -> None:
    review(room, "Asha Rao", "Q1", 4.0, criteria=[1, 1, 0, 0])
    question = room.exam.questions[0]
    changed = (Criterion("Names both of the first two", 1), *question.criteria[1:])
    room.gradebook.exams.save_question(room.exam.id, replace(question, criteria=changed))
    told = loaded(page, room.exam.id)["criteria"]
    assert "Names mutual exclusion" not in told and "Names both" not in told
    assert "Names circular wait" in told


def test_two_people_who_marked_the_same_answer_are_compared(
    room: Classroom, page: AgreementPage
) -> None:
    review(room, "Asha Rao", "Q3", 12.0)
    review(room, "Asha Rao", "Q3", 10.0, reviewer="Ben")
    assert "Ada and Ben" in loaded(page, room.exam.id)["markers"]


def test_the_file_holds_the_figures(room: Classroom, page: AgreementPage) -> None:
    review(room, "Ben Okoro", "Q2", 3.0)
    handed = json.loads(page.export(room.exam.id))
    assert handed["name"] == "Operating-Systems-quiz-agreement.csv"
    content = b64decode(handed["content"]).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content)))
    exact = next(line for line in lines if (line["Of"], line["Measure"]) == ("exam", "exact"))
    assert exact["Answers"] == "1"
