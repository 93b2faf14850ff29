from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.exam import Exam
from autograder.domain.script import Line, Reading, Script, Stack, Student, TakenPage
from autograder_ui.components.student_check import LATER, StudentCheck, name_picture
from tests.fakes import event

ROSTER = [
    Student("", "18CS042", "Asha Rao"),
    Student("", "18CS043", "Asha Rao"),
    Student("", "18CS050", "Ben Okafor"),
    Student("", "18CS077", "<b>Chen"),
]
SHOWN = "whole card other absent script_id later"


@pytest.fixture
def exam(application: Application) -> Exam:
    exam = application.gradebook.exams.create("Quiz")
    application.gradebook.rosters.merge(exam.id, ROSTER)
    return exam


@pytest.fixture
def check(application: Application, blocks: gr.Blocks) -> StudentCheck:
    return StudentCheck(application, gr.State(), gr.Textbox())


def hand_in(application: Application, exam: Exam, title: str, *lines: str) -> Script:
    scans, scripts = application.gradebook.scans, application.gradebook.scripts
    upload = scripts.add_upload(exam.id, f"{title}.png", scans.add(title.encode()), title)
    taken = TakenPage(scans.add(f"page {title}".encode()), 1000, 1400, f"{title}.png")
    [script] = scripts.take_upload(upload.id, [Stack(title, (taken,))])
    read = [Line(text, (50, 40 * y, 500, 40 * y + 30), 0.9) for y, text in enumerate(lines, 1)]
    scripts.record_reading(script.pages[0].id, Reading("test", "1", tuple(read)))
    return script


def number(application: Application, exam: Exam, of: str) -> str:
    roster = application.gradebook.rosters.students(exam.id)
    return next(student.id for student in roster if student.number == of)


def named(values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(SHOWN.split(), values, strict=True))


def test_without_an_exam_or_scripts_nothing_is_asked(check: StudentCheck, exam: Exam) -> None:
    for exam_id in ("", exam.id):
        shown = named(check.load(exam_id))
        assert not shown["whole"]["visible"] and shown["card"] == shown["absent"] == ""


def test_a_script_is_asked_with_the_likeliest_students_and_the_place_of_its_name(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    script = hand_in(application, exam, "scan <1>", "Quiz", "Name: Asha Rao", "Q1. Paging")
    shown = named(check.load(exam.id))
    assert shown["whole"]["visible"] and shown["script_id"] == script.id
    assert shown["card"].count("data-rank") == 2 and "Ben" not in shown["card"]
    assert "18CS042 · 50% sure" in shown["card"] and "scan &lt;1&gt;" in shown["card"]
    assert 'viewBox="29 59 492 72"' in shown["card"]
    assert f"/files/page/{script.pages[0].id}.png" in shown["card"]
    assert ("&lt;b&gt;Chen" in shown["absent"]) and "4 students without a script" in shown["absent"]


def test_one_click_settles_it_for_good_and_the_next_comes_up(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    first = hand_in(application, exam, "a", "Name: Asha Rao")
    second = hand_in(application, exam, "b", "Name: Asha Rao")
    student = number(application, exam, "18CS042")
    shown = named(check.pick(exam.id, first.id, [], " Maria ", event(id=student)))
    settled = application.gradebook.scripts.get(first.id)
    assert settled.student and settled.student.id == student and settled.certainty is None
    assert application.gradebook.scripts.identifications(first.id)[-1].author == "Maria"
    assert shown["script_id"] == second.id
    assert shown["card"].count("data-rank") == 1 and "18CS043" in shown["card"]
    best = application.marking.likely_students(second.id)[0]
    assert best.student.number == "18CS043" and best.certainty > 0.9


def test_a_student_who_has_a_script_is_offered_with_a_word(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    first = hand_in(application, exam, "a", "Name: Ben Okafor")
    ben = number(application, exam, "18CS050")
    application.gradebook.scripts.assign(first.id, ben, certainty=0.9)
    second = hand_in(application, exam, "b", "Name: Ben Okafor  ID: 18CS050")
    shown = named(check.load(exam.id, [first.id]))
    assert shown["script_id"] == second.id and "has “a” already" in shown["card"]


def test_a_guess_is_asked_unless_it_is_certain(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    script = hand_in(application, exam, "a", "Name: Asha Rao")
    student = number(application, exam, "18CS042")
    application.gradebook.scripts.assign(script.id, student, certainty=0.6)
    assert named(check.load(exam.id))["script_id"] == script.id
    application.gradebook.scripts.assign(script.id, student, certainty=0.995)
    assert named(check.load(exam.id))["script_id"] == ""


def test_what_is_left_for_later_comes_up_again_after_the_others(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    first, second = (hand_in(application, exam, each, "Q1. Paging") for each in "ab")
    shown = named(check.pick(exam.id, first.id, [], "", event(id=LATER)))
    assert shown["script_id"] == second.id and "Nothing on it says whose" in shown["card"]
    again = named(check.pick(exam.id, second.id, shown["later"], "", event(id=LATER)))
    assert again["script_id"] == first.id


def test_anybody_of_the_roster_can_be_chosen(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    script = hand_in(application, exam, "a", "Q1. Paging")
    choices = named(check.load(exam.id))["other"]["choices"]
    assert ("Ben Okafor (18CS050)", number(application, exam, "18CS050")) in choices
    shown = named(check.choose(exam.id, script.id, [], "", choices[0][1]))
    assert not shown["whole"]["visible"] and "3 students without a script" in shown["absent"]


def test_while_scans_are_read_nothing_is_asked(
    application: Application, check: StudentCheck, exam: Exam
) -> None:
    hand_in(application, exam, "a", "Q1. Paging")
    application.gradebook.jobs.submit("read", exam.id)
    shown = named(check.load(exam.id))
    assert not shown["whole"]["visible"] and shown["absent"] == ""


def test_where_no_name_was_read_the_head_of_the_page_is_shown(
    application: Application, exam: Exam
) -> None:
    script = hand_in(application, exam, "a", "Q1. Paging")
    assert 'viewBox="0 0 1000 308"' in name_picture(script.pages[0], None)
