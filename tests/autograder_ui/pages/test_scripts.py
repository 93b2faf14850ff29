from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Piece, Script, Sheet, Stack, Student, TakenPage, Upload
from autograder_ui.pages.scripts import ScriptsPage
from tests.fakes import event


@pytest.fixture
def page(application: Application, blocks: gr.Blocks) -> ScriptsPage:
    return ScriptsPage(application, gr.State(), gr.Textbox())


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


NAMES = (
    *("refused", "failed", "again", "summary", "undo", "match", "split", "grade"),
    *("taken_out", "discarded", "splitter", "files", "timer", "script_id"),
    *(
        "hint",
        "panel",
        "student",
        "title",
        "settle",
        "seen",
        "loose",
        "why",
        "loose_pages",
        "pages",
        "table",
    ),
)


def shown(page: ScriptsPage, exam: Exam, script_id: str = "", seen: str = "") -> dict[str, Any]:
    """What the tab shows, by name."""
    return dict(zip(NAMES, page.refresh(exam.id, script_id, seen), strict=True))


def hand_in(application: Application, exam: Exam, name: str, pages: int, *sheets: Sheet) -> Upload:
    """A file of so many pages, which all go to one script."""
    scans, scripts = application.gradebook.scans, application.gradebook.scripts
    upload = scripts.add_upload(exam.id, f"{name}.pdf", scans.add(name.encode()), name)
    codes = sheets or (None,) * pages
    taken = [
        TakenPage(scans.add(f"{name} {at}".encode()), 10, 10, f"{name}.pdf, page {at}", sheet=sheet)
        for at, sheet in enumerate(codes, 1)
    ]
    scripts.take_upload(upload.id, [Stack(name, tuple(taken))])
    return upload


def test_without_an_exam_the_tab_says_what_to_do_first(page: ScriptsPage) -> None:
    assert "Create or import one" in dict(zip(NAMES, page.load(""), strict=True))["table"]


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
    assert page.pick(exam.id, "", event(id=script.id))[0] == script.id
    (student,) = application.gradebook.rosters.students(exam.id)
    page._panel.assign(script.id, student.id, " Ada ")
    assert application.gradebook.scripts.identifications(script.id)[-1].author == "Ada"
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


def test_pages_that_are_here_already_are_told_until_they_are_dismissed(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    hand_in(application, exam, "a", 2)
    scripts, scans = application.gradebook.scripts, application.gradebook.scans
    again = scripts.add_upload(exam.id, "again.pdf", scans.add(b"again"), "again")
    same = TakenPage(scans.add(b"a 1"), 10, 10, "again.pdf, page 1")
    scripts.take_upload(again.id, [Stack("again", (same,))])
    assert "again.pdf: All of its pages are here already" in shown(page, exam)["refused"]
    page.dismiss(event(id=again.id))
    assert shown(page, exam)["refused"] == ""
    assert [each.title for each in scripts.all(exam.id)] == ["a"]


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


def test_missing_and_double_pages_are_told_with_what_to_do(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    sheets = [Sheet(exam.id, "007", number, 4) for number in (1, 2, 2)]
    hand_in(application, exam, "007", 3, *sheets)
    table = shown(page, exam)["table"]
    assert "Pages 3 and 4 of 4 are missing; page 2 is there twice. Look through its pages" in table
    assert "1 with missing or wrong pages" in shown(page, exam)["summary"]


def test_an_uncertain_student_is_to_be_checked(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    (student,) = application.gradebook.rosters.students(exam.id)
    application.gradebook.scripts.assign(script.id, student.id, 0.8)
    assert "Check whose it is" in shown(page, exam)["table"]
    assert shown(page, exam)["match"] == gr.update(visible=True)
    application.gradebook.scripts.confirm(script.id, "Ada")
    assert "Check whose it is" not in shown(page, exam)["table"]
    assert shown(page, exam)["match"] == gr.update(visible=False)


def test_scripts_look_for_their_students_again_without_a_scan(
    application: Application, page: ScriptsPage, exam: Exam, script: Script
) -> None:
    page.match_again(exam.id)
    assert [job.kind for job in application.gradebook.jobs.active(exam.id)] == ["read"]


def test_fixes_are_carried_out_told_and_undone(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    hand_in(application, exam, "a", 3)
    [script] = application.gradebook.scripts.all(exam.id)
    one, two, three = (each.id for each in script.pages)
    assert shown(page, exam)["undo"]["visible"] is False

    def fix(**data: Any) -> list[str]:
        page.fix(exam.id, "Ada", event(**{"script": script.id, **data}))
        return [each.id for each in application.gradebook.scripts.get(script.id).pages]

    assert fix(act="order", script=script.id, order=[two, one, three]) == [two, one, three]
    assert fix(act="move", page=one, to="new", place=None) == [two, three]
    assert fix(act="move", page=one, to=script.id, place=1) == [one, two, three]
    assert fix(act="discard", page=three) == [one, two]
    assert three in shown(page, exam)["taken_out"]
    assert "Took a.pdf, page 3 out" in shown(page, exam)["undo"]["value"]
    page.put_back(exam.id, "", event(id=three))
    page.undo(exam.id, "Ada")
    page.undo(exam.id, "Ada")
    pages = application.gradebook.scripts.get(script.id).pages
    assert [each.id for each in pages] == [one, two, three]
    assert {each.author for each in application.gradebook.fixes.history(exam.id)} == {
        *("Ada", application.settings.reviewer)
    }


def test_pages_on_show_are_shown_anew_only_where_they_changed(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    hand_in(application, exam, "a", 2)
    [script] = application.gradebook.scripts.all(exam.id)
    first = shown(page, exam, script.id)
    assert script.pages[0].id in first["pages"] and first["script_id"] == script.id
    again = shown(page, exam, script.id, first["seen"])
    assert again["pages"] == again["seen"] == gr.skip()
    application.gradebook.fixes.discard(script.pages[0].id, "Ada")
    assert script.pages[0].id not in shown(page, exam, script.id, first["seen"])["pages"]


def test_a_script_that_lost_its_last_page_is_no_longer_picked(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    hand_in(application, exam, "a", 1)
    [script] = application.gradebook.scripts.all(exam.id)
    fix = {"act": "move", "script": script.id, "page": script.pages[0].id, "to": "new"}
    page.fix(exam.id, "", event(**fix, place=None))
    after = shown(page, exam, script.id)
    assert (after["script_id"], after["pages"]) == ("", "")
    assert after["panel"] == gr.update(visible=False)


def test_loose_pages_stand_on_top_with_the_reason(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    assert shown(page, exam)["loose"] == gr.update(visible=False)
    upload = hand_in(application, exam, "a", 2)
    one, two = (each.id for each in application.gradebook.piles.pages(upload.id))
    why = "a.pdf, page 2: from another exam."
    stacks = [(Stack("a", ()), [one]), (Stack("", (), loose=True, problem=why), [two])]
    application.gradebook.piles.split(upload.id, "", stacks, "")
    after = shown(page, exam)
    assert after["loose"] == gr.update(visible=True)
    assert why in after["why"] and two in after["loose_pages"]
    assert "1 loose page" in after["summary"]


def test_a_file_is_split_in_another_way_and_back(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    upload = hand_in(application, exam, "pile", 4)
    assert shown(page, exam)["files"]["choices"] == [
        ("pile.pdf: by its name, or by its codes", upload.id)
    ]
    page._splitter.split(exam.id, upload.id, "pages", 2, "Ada")
    assert [len(each.pages) for each in application.gradebook.scripts.all(exam.id)] == [2, 2]
    kind, pages = page._splitter.choose(exam.id, upload.id)
    assert (kind, pages) == ("pages", gr.update(value=2, visible=True))
    page.undo(exam.id, "Ada")
    assert [len(each.pages) for each in application.gradebook.scripts.all(exam.id)] == [4]
    for kind, pages in (("pages", None), ("pages", 2.5), ("pages", 0)):
        with pytest.raises(InvalidInput, match="whole number"):
            page._splitter.split(exam.id, upload.id, kind, pages, "Ada")
    with pytest.raises(InvalidInput, match="Choose the file"):
        page._splitter.split(exam.id, None, "", None, "Ada")


def test_what_is_said_of_a_scripts_pages_goes_once_somebody_has_looked(
    application: Application, page: ScriptsPage, exam: Exam
) -> None:
    hand_in(application, exam, "a", 2)
    [script] = application.gradebook.scripts.all(exam.id)
    failed = "Page 2 could not be read: no network."
    said = f"It has 2 pages, most have 4.\n{failed}"

    def told() -> str:
        application.gradebook.scripts.set_problem(script.id, said)
        picked = dict(zip(NAMES[-12:], page.pick(exam.id, "", event(id=script.id)), strict=True))
        assert picked["settle"] == gr.update(visible=True)
        return str(shown(page, exam)["table"])

    assert "It has 2 pages, most have 4." in told()
    page._panel.settle(script.id)
    assert application.gradebook.scripts.get(script.id).problem == failed
    assert shown(page, exam)["again"] == gr.update(visible=True)
    told()
    order = [each.id for each in reversed(script.pages)]
    page.fix(exam.id, "", event(act="order", script=script.id, order=order))
    assert application.gradebook.scripts.get(script.id).problem == failed
    application.gradebook.scripts.set_problem(script.id, "It has 2 pages, most have 4.")
    assert shown(page, exam)["again"] == gr.update(visible=False)
