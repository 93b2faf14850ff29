import csv
import io
import json
from base64 import b64decode
from collections.abc import Iterator

import gradio as gr
import pytest

from autograder.application import Application
from autograder.settings import Settings
from autograder_ui.components.mark_sheet import ALL, REVIEWED
from autograder_ui.pages.gradebook import GradebookPage
from tests.autograder_ui.classroom import Classroom


@pytest.fixture
def page(room: Classroom, blocks: gr.Blocks) -> Iterator[GradebookPage]:
    with Application.open(Settings(data=room.gradebook.folder)) as application:
        yield GradebookPage(application, gr.State())


def rows(handed: str) -> list[dict[str, str]]:
    content = b64decode(json.loads(handed)["content"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_without_marks_the_tab_says_what_to_do_first(
    application: Application, blocks: gr.Blocks
) -> None:
    page = GradebookPage(application, gr.State())
    assert "Exam tab" in page.load("")[0]["value"]
    exam = application.gradebook.exams.create("Quiz")
    assert "Scripts tab" in page.load(exam.id)[0]["value"]


def test_the_file_holds_what_the_screen_shows(room: Classroom, page: GradebookPage) -> None:
    answer_id = room.answer_id("Asha Rao", "Q1")
    room.gradebook.marks.review(answer_id, 3.0, "Ada", "=1+1 is a formula")
    exam_id = room.exam.id
    shown = page.show(exam_id, ALL, "Asha")
    (row,) = [row for row in rows(page.export(exam_id)) if row["Name"] == "Asha Rao"]
    assert row["Q1 final"] == "3" and ">3</b>" in shown
    assert row["Q1 reviewer"] == "Ada"
    assert not row["Q1 comment"].startswith("=")
    assert f"~{row['Q2 final']}</i>" in shown


def test_excel_gets_a_byte_order_mark_and_an_lms_none(room: Classroom, page: GradebookPage) -> None:
    def start(handed: str) -> bytes:
        return b64decode(json.loads(handed)["content"])[:3]

    assert start(page.export_for_excel(room.exam.id)) == b"\xef\xbb\xbf"
    assert start(page.export(room.exam.id)) != b"\xef\xbb\xbf"


def test_the_feedback_file_tells_confirmed_marks_only(room: Classroom, page: GradebookPage) -> None:
    room.gradebook.marks.review(room.answer_id("Asha Rao", "Q1"), 3.0, "Ada", "Name the fourth.")
    handed = page.export_feedback(room.exam.id)
    assert json.loads(handed)["name"] == "Operating-Systems-quiz-feedback.csv"
    asha, ben, _ = rows(handed)
    assert asha["Feedback comments"] == "Q1: 3 of 5. Name the fourth."
    assert (ben["Name"], ben["Feedback comments"]) == ("Ben Okoro", "")


def test_the_filter_keeps_reviewed_students(room: Classroom, page: GradebookPage) -> None:
    answer_id = room.answer_id("Ben Okoro", "Q1")
    room.gradebook.marks.review(answer_id, 2.0, "Ada")
    shown = page.show(room.exam.id, REVIEWED, "")
    assert "Ben Okoro" in shown and "Chen Li" not in shown


def test_the_tab_counts_what_is_reviewed_and_flagged(room: Classroom, page: GradebookPage) -> None:
    summary = page.load(room.exam.id)[4]
    assert "0 of 8 answers reviewed" in summary
    assert "flagged: please look" in summary
