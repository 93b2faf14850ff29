import json
from base64 import b64decode
from pathlib import Path

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput, RefusedFile
from autograder_ui.pages.exam import ExamPage, exam_file
from tests.fakes import event

ROSTER = "number;name\n007;Asha Rao\n0042;Ben Okoro\n"
EXAM = {
    "title": "Quiz 2",
    "course": "Operating Systems",
    "questions": [{"label": "Q1", "text": "What is a process?", "reference_answer": "It runs."}],
    "roster": "roster.csv",
}


@pytest.fixture
def page(application: Application, blocks: gr.Blocks) -> ExamPage:
    return ExamPage(application, gr.State())


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """An exam and its roster, in folders of their own as the browser hands them in."""
    paths = [tmp_path / "one" / "exam.json", tmp_path / "two" / "roster.csv"]
    for path, content in zip(paths, (json.dumps(EXAM), ROSTER), strict=True):
        path.parent.mkdir()
        path.write_text(content, "utf-8")
    return list(map(str, paths))


def test_without_an_exam_the_tab_says_what_to_do_first(page: ExamPage) -> None:
    none, details, *_ = page.load("")
    assert none["visible"] and not details["visible"]


def test_an_exam_comes_in_with_the_roster_that_it_names(
    application: Application, page: ExamPage, files: list[str]
) -> None:
    exam_id = page.take_in(files)
    assert application.gradebook.exams.get(exam_id).title == "Quiz 2"
    numbers = [each.number for each in application.gradebook.rosters.students(exam_id)]
    assert numbers == ["007", "0042"]
    assert page.load(exam_id)[2:4] == ("Quiz 2", "Operating Systems")


def test_a_missing_roster_is_named(page: ExamPage, files: list[str]) -> None:
    with pytest.raises(RefusedFile, match=r"roster\.csv is not there"):
        page.take_in(files[:1])


def test_an_exported_exam_can_be_taken_in_again(
    application: Application, page: ExamPage, files: list[str], tmp_path: Path
) -> None:
    exam_id = page.take_in(files)
    handed = json.loads(page.export(exam_id))
    again = tmp_path / handed["name"]
    again.write_bytes(b64decode(handed["content"]))
    copy = application.gradebook.exams.get(page.take_in([str(again)]))
    assert [question.text for question in copy.questions] == ["What is a process?"]
    assert handed["name"] == "Quiz-2.json"


def test_a_title_is_kept_as_it_is_typed_and_never_empty(
    application: Application, page: ExamPage
) -> None:
    exam = application.gradebook.exams.create("Untitled exam")
    page.rename(exam.id, " Quiz 3 ", "OS")
    assert application.gradebook.exams.get(exam.id).title == "Quiz 3"
    with pytest.raises(InvalidInput, match="title"):
        page.rename(exam.id, " ", "OS")


def test_an_archived_exam_gives_way_to_the_next_and_can_be_restored(
    application: Application, page: ExamPage
) -> None:
    exams = application.gradebook.exams
    kept, old = exams.create("Kept"), exams.create("<b>Old")
    assert page.archive(old.id) == kept.id
    assert [exam.id for exam in exams.all()] == [kept.id]
    listed = page.load(kept.id)[page.shown.index(page._archived)]
    assert old.id in listed and "<b>" not in listed
    assert page.restore(event(id=old.id)) == old.id
    assert page.load(old.id)[page.shown.index(page._archived)] == ""


def test_after_the_last_exam_was_archived_there_is_none(
    application: Application, page: ExamPage
) -> None:
    assert page.archive(application.gradebook.exams.create("Only").id) == ""
    assert "Restore" in page.load("")[page.shown.index(page._archived)]


def test_files_without_an_exam_are_refused() -> None:
    with pytest.raises(InvalidInput, match="JSON or CSV"):
        exam_file([Path("book.pdf")])


def test_students_are_added_corrected_and_removed(
    application: Application, page: ExamPage, files: list[str]
) -> None:
    exam_id, roster = page.take_in(files), application.gradebook.rosters
    page.roster.add(exam_id, "007", "Asha Devi Rao", "", "A")
    page.roster.add(exam_id, "0100", "Chen Li", "", "")
    page.roster.remove(exam_id, event(id=roster.students(exam_id)[1].id))
    assert [each.name for each in roster.students(exam_id)] == ["Asha Devi Rao", "Chen Li"]


def test_a_students_name_never_becomes_markup(
    application: Application, page: ExamPage, files: list[str]
) -> None:
    exam_id = page.take_in(files)
    page.roster.add(exam_id, "<b>1", "<img src=x onerror=alert(1)>", "\"'>", "")
    (shown,) = page.roster.load(exam_id)
    assert "<img" not in shown and "<b>" not in shown
