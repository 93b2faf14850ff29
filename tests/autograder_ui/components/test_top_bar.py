from collections.abc import Callable

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.exam import Exam
from autograder_ui.components.top_bar import TopBar, exam_name, grader_chip


@pytest.fixture
def top_bar(application: Application, blocks: gr.Blocks) -> TopBar:
    return TopBar(application, gr.State())


def test_it_opens_with_the_exam_and_the_name_that_the_browser_remembers(
    application: Application, top_bar: TopBar
) -> None:
    first = application.gradebook.exams.create("First")
    application.gradebook.exams.create("Second")
    exam_id, reviewer, _ = top_bar.open({"reviewer": "Ada", "exam": first.id})
    assert (exam_id, reviewer) == (first.id, "Ada")


def test_an_exam_that_is_gone_gives_way_to_one_that_is_there(
    application: Application, top_bar: TopBar
) -> None:
    there = application.gradebook.exams.create("There")
    assert top_bar.open({"reviewer": "", "exam": "gone"})[:2] == (there.id, "Teacher")


def test_without_an_exam_it_opens_with_none(top_bar: TopBar) -> None:
    assert top_bar.open(None)[0] == ""
    assert top_bar.load("")[0]["choices"] == []


def test_a_new_exam_is_picked_at_once(application: Application, top_bar: TopBar) -> None:
    exam_id = top_bar.new_exam()
    assert top_bar.load(exam_id)[0]["value"] == exam_id
    assert [exam.id for exam in application.gradebook.exams.all()] == [exam_id]


def test_it_looks_at_a_job_only_while_one_goes_on(
    application: Application, top_bar: TopBar
) -> None:
    exam = application.gradebook.exams.create("Quiz")
    assert not top_bar.look(exam.id)[2].active
    application.gradebook.jobs.submit("grade", exam.id)
    bar, chips, timer = top_bar.look(exam.id)
    assert bar["visible"] and timer.active
    assert "Grading: waiting for its turn" in chips


def test_stopped_work_is_gone_from_the_bar(application: Application, top_bar: TopBar) -> None:
    exam = application.gradebook.exams.create("Quiz")
    application.gradebook.jobs.submit("read", exam.id)
    assert not top_bar.stop(exam.id)[0]["visible"]
    assert application.gradebook.jobs.active(exam.id) == []


@pytest.mark.parametrize("shown", [lambda bad: grader_chip(bad, bad)])
def test_a_name_never_becomes_markup(shown: Callable[[str], str]) -> None:
    assert "<script" not in shown("<script>alert(1)</script>")


def test_an_exam_is_named_with_its_course() -> None:
    assert exam_name(Exam("", "Quiz 2", "OS")) == "Quiz 2 · OS"
    assert exam_name(Exam("", "Quiz 2")) == "Quiz 2"
