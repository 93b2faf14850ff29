import json
from base64 import b64decode

import gradio as gr
import pypdfium2
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam
from autograder.domain.script import Student
from autograder.reading.sheets.codes import sheet_on
from autograder_ui.components.answer_sheets import AnswerSheets


@pytest.fixture
def sheets(application: Application, blocks: gr.Blocks) -> AnswerSheets:
    return AnswerSheets(application, gr.State())


@pytest.fixture
def exam(application: Application) -> Exam:
    return application.gradebook.exams.create("Mid-term / Ä")


def test_the_sheets_are_handed_to_the_browser_as_pdf(
    application: Application, sheets: AnswerSheets, exam: Exam
) -> None:
    application.gradebook.rosters.merge(exam.id, [Student("", "007", "Asha Rao")])
    saved = json.loads(sheets.sheets(exam.id, 2, None, "letter", True, False))
    pdf = pypdfium2.PdfDocument(b64decode(saved["content"]))
    found = [sheet_on(pdf[at].render(scale=1.5).to_pil()) for at in range(len(pdf))]
    assert (saved["name"], saved["type"]) == ("Mid-term-Ä-sheets.pdf", "application/pdf")
    assert [(each.student, each.number) for each in found if each] == [
        ("007", 0),
        ("007", 1),
        ("007", 2),
    ]


def test_a_class_without_students_and_an_empty_number_are_told(
    sheets: AnswerSheets, exam: Exam
) -> None:
    with pytest.raises(InvalidInput, match="no students"):
        sheets.sheets(exam.id, 2, 0, "a4", False, False)
    with pytest.raises(InvalidInput, match="how many"):
        sheets.sheets(exam.id, None, 0, "a4", False, False)
