from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import Maker, Passage
from autograder.domain.learned import GENERATOR
from autograder_ui.components import reference_draft
from autograder_ui.components.question_editor import QuestionEditor
from autograder_ui.components.reference_draft import ReferenceDraft

PAGES = [Passage("b", "<i>Primer", page, "Paging.", 0.9) for page in (7, 7, 9)]
TEXT = "Paging maps <b>pages</b> to frames."
MAKER = Maker("llama")
NEW_QUESTION = ("", "Q2", 0, 4, 1, "What is a frame?", "", "[]", "")


@pytest.fixture
def draft(application: Application, blocks: gr.Blocks) -> ReferenceDraft:
    return ReferenceDraft(application, gr.State(), gr.State(), gr.Textbox())


@pytest.fixture
def exam(application: Application) -> Exam:
    question = Question("q1", "Q1", "What is paging?", Scale(1, 5))
    return application.gradebook.exams.save(Exam("os", "Quiz", questions=(question,)))


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grader at work can write."""
    monkeypatch.setattr(reference_draft, "can_draft", lambda name: True)


def shown(draft: ReferenceDraft, question_id: str = "q1") -> dict[str, Any]:
    names = ("ask", "why_not", "panel", "choice", "timer")
    return dict(zip(names, draft.load("os", question_id), strict=True))


def test_where_the_grader_cannot_write_the_button_says_why(
    draft: ReferenceDraft, exam: Exam
) -> None:
    found = shown(draft)
    assert found["ask"] == gr.update(visible=True, interactive=False)
    assert "encoder" in found["why_not"] and "language model" in found["why_not"]
    with pytest.raises(InvalidInput, match="language model"):
        draft.check("os")


def test_without_a_textbook_there_is_nothing_to_draft_from(
    draft: ReferenceDraft, exam: Exam, writer: None
) -> None:
    with pytest.raises(InvalidInput, match="add the textbook first"):
        draft.check("os")


def test_a_model_that_learned_the_course_drafts_beside_any_grader_and_without_a_textbook(
    application: Application, draft: ReferenceDraft, exam: Exam
) -> None:
    application.gradebook.promotions.promote(GENERATOR, "generator-1", "Maria")
    found = shown(draft)
    assert found["ask"] == gr.update(visible=True, interactive=True) and found["why_not"] == ""
    draft.check("os")
    application.marking.draft_reference("os", "q1")
    assert "being written" in shown(draft)["panel"]


def test_a_draft_is_shown_as_one_with_its_pages_and_as_text(
    application: Application, draft: ReferenceDraft, exam: Exam, writer: None
) -> None:
    application.gradebook.drafts.add("q1", TEXT, MAKER, PAGES)
    found = shown(draft)
    assert "Draft: please check" in found["panel"]
    assert "page 7</a>; " in found["panel"] and "page 9</a>." in found["panel"]
    assert "<b>" not in found["panel"] and "<i>" not in found["panel"]
    assert found["choice"]["visible"] and not found["timer"].active


def test_it_is_used_only_once_the_teacher_took_it_over_and_saved_it(
    application: Application, draft: ReferenceDraft, exam: Exam, writer: None
) -> None:
    exams = application.gradebook.exams
    application.gradebook.drafts.add("q1", TEXT, MAKER, PAGES)
    taken = draft.use("q1", "")
    assert taken == TEXT and draft.use("q1", taken) == taken
    assert draft.use("q1", " Mine. ") == f"Mine.\n\n{TEXT}"
    assert exams.get("os").questions[0].reference_answers == ()
    exams.save_question("os", replace(exam.questions[0], reference_answers=(taken,)))
    found = shown(draft)
    assert found["panel"] == "" and not found["ask"]["visible"] and not found["choice"]["visible"]


def test_a_dropped_draft_is_gone(
    application: Application, draft: ReferenceDraft, exam: Exam, writer: None
) -> None:
    application.gradebook.drafts.add("q1", TEXT, MAKER, PAGES)
    assert draft.drop("os", "q1")[2] == ""
    assert shown(draft)["ask"] == gr.update(visible=True, interactive=True)


def test_while_it_is_written_the_page_looks_again_and_a_failure_says_why(
    application: Application, draft: ReferenceDraft, exam: Exam, writer: None
) -> None:
    jobs = application.gradebook.jobs
    job = jobs.submit("draft", "os", {"question": "q1"})
    found = shown(draft)
    assert found["timer"].active and "being written" in found["panel"]
    assert not found["ask"]["interactive"]
    assert not shown(draft, "another")["timer"].active
    jobs.claim("here")
    jobs.fail(job.id, "here", "The GPU's memory is too small.")
    found = shown(draft)
    assert "memory is too small" in found["panel"] and not found["timer"].active


def test_without_an_exam_nothing_is_looked_for(draft: ReferenceDraft) -> None:
    assert draft.load("", "")[2] == ""


@pytest.fixture
def editor(application: Application, blocks: gr.Blocks, exam: Exam, writer: None) -> QuestionEditor:
    return QuestionEditor(application, gr.State())


def test_a_question_is_saved_before_its_answer_is_drafted(
    application: Application, editor: QuestionEditor
) -> None:
    gradebook = application.gradebook
    book = gradebook.books.add("Primer", gradebook.scans.add(b"%PDF"), 9)
    gradebook.books.attach("os", book.id)
    shown = editor.draft_reference("os", *NEW_QUESTION)
    saved = gradebook.exams.get("os").questions[1]
    assert (shown[1], saved.text) == (saved.id, "What is a frame?")
    [job] = gradebook.jobs.active("os")
    assert (job.kind, job.arguments) == ("draft", {"question": saved.id})


def test_a_draft_that_cannot_be_asked_for_leaves_no_question_behind(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    with pytest.raises(InvalidInput, match="textbook"):
        editor.draft_reference("os", *NEW_QUESTION)
    assert application.gradebook.exams.get("os") == exam
