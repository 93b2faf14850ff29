from pathlib import Path

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Piece, Script, Stack, Student, TakenPage
from autograder_ui.pages.scripts import ScriptsPage
from tests.fakes import event


@pytest.fixture
def page(application: Application, blocks: gr.Blocks) -> ScriptsPage:
    return ScriptsPage(application, gr.State())


@pytest.fixture
def exam(application: Application) -> Exam:
    exam = application.gradebook.exams.create("Quiz")
    question = Question("", "Q1", "What is a process?", Scale(1, 5))
    application.gradebook.exams.save_question(exam.id, question)
    application.gradebook.rosters.save(exam.id, Student("", "007", "Asha Rao"))
    return application.gradebook.exams.get(exam.id)


@pytest.fixture
def script(application: Application, exam: Exam) -> Script:
    """A script with one answer and one piece that has no question."""
    gradebook = application.gradebook
    image = gradebook.scans.add(b"a page")
    upload = gradebook.scripts.add_upload(exam.id, "x.png", gradebook.scans.add(b"a scan"), "<b>x")
    stack = Stack("<b>x", (TakenPage(image, 10, 10, "x.png"),))
    [script] = gradebook.scripts.take_upload(upload.id, [stack])
    pieces = [Piece(exam.questions[0].id, "It runs.", ()), Piece(None, "A doodle.", ())]
    gradebook.answers.record(script.id, pieces, "rapidocr")
    return script


def shown(page: ScriptsPage, exam: Exam) -> dict[str, object]:
    """What the tab shows, by name."""
    names = ["refused", "failed", "again", "summary", "split", "grade"]
    names += ["table", "discarded", "timer"]
    return dict(zip(names, page.refresh(exam.id, ""), strict=True))


def test_without_an_exam_the_tab_says_what_to_do_first(page: ScriptsPage) -> None:
    assert "Create or import one" in page.load("")[6]


def test_without_scripts_the_tab_says_what_to_do_first(page: ScriptsPage, exam: Exam) -> None:
    assert "Drop the scans above" in str(shown(page, exam)["table"])


def test_the_table_says_what_each_script_needs(
    page: ScriptsPage, exam: Exam, script: Script
) -> None:
    table = str(shown(page, exam)["table"])
    assert "Choose its student" in table
    assert "Place what has no question in Reading" in table
    assert "<b>x" not in table


def test_an_exam_without_questions_asks_for_them_first(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    application.gradebook.exams.retire_question(exam.id, exam.questions[0].id)
    table = str(shown(page, exam)["table"])
    assert "Add the questions in Exam, then press Split again" in table
    assert "No answer found" not in table


def test_nothing_is_asked_of_the_teacher_while_scans_are_read(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    application.gradebook.jobs.submit("read", exam.id)
    assert "Choose its student" not in str(shown(page, exam)["table"])


def test_grading_is_offered_once_there_are_answers(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    assert shown(page, exam)["grade"] == gr.update(value="Grade 1 answer", visible=True)
    page.grade(exam.id)
    assert [job.kind for job in application.gradebook.jobs.active(exam.id)] == ["grade"]


def test_a_picked_script_is_assigned_and_renamed(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    assert page.pick(exam.id, event(id=script.id))[0] == script.id
    (student,) = application.gradebook.rosters.students(exam.id)
    page._panel.assign(script.id, student.id)
    page._panel.rename(script.id, "Asha's script")
    after = application.gradebook.scripts.get(script.id)
    assert (after.student, after.title) == (student, "Asha's script")
    page._panel.assign(script.id, "")
    assert application.gradebook.scripts.get(script.id).student is None


def test_a_discarded_script_can_be_restored(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    page._panel.discard(script.id)
    assert application.gradebook.scripts.all(exam.id) == []
    assert script.id in str(shown(page, exam)["discarded"])
    page.restore(event(id=script.id))
    assert [each.id for each in application.gradebook.scripts.all(exam.id)] == [script.id]


def test_a_refused_files_notice_can_be_dismissed(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    scripts = application.gradebook.scripts
    upload = scripts.add_upload(exam.id, "x.pdf", application.gradebook.scans.add(b"x"), "x")
    scripts.refuse_upload(upload.id, "It is encrypted.")
    assert upload.id in str(shown(page, exam)["refused"])
    page.dismiss(event(id=upload.id))
    assert shown(page, exam)["refused"] == ""


def test_work_that_failed_says_why_and_can_be_done_again(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    jobs = application.gradebook.jobs
    job = jobs.submit("read", exam.id)
    jobs.claim("here")
    jobs.fail(job.id, "here", "The disk is full. Free some space.")
    assert "Reading stopped: The disk is full." in str(shown(page, exam)["failed"])
    page.try_again(exam.id)
    assert [active.kind for active in jobs.active(exam.id)] == ["read"]
    assert shown(page, exam)["failed"] == ""


def test_pages_that_could_not_be_read_can_be_tried_again(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    assert shown(page, exam)["again"] == gr.update(visible=False)
    application.gradebook.scripts.set_problem(script.id, "Page 1 could not be read: no network.")
    assert shown(page, exam)["again"] == gr.update(visible=True)
    page.try_again(exam.id)
    assert [job.kind for job in application.gradebook.jobs.active(exam.id)] == ["read"]
    assert shown(page, exam)["again"] == gr.update(visible=False)


def test_the_tab_looks_again_only_while_work_goes_on(
    application: Application, page: ScriptsPage, exam: Exam, tmp_path: Path
) -> None:
    timer = shown(page, exam)["timer"]
    assert isinstance(timer, gr.Timer) and not timer.active
    application.gradebook.jobs.submit("read", exam.id)
    timer = shown(page, exam)["timer"]
    assert isinstance(timer, gr.Timer) and timer.active
