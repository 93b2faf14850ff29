import json
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Exam, Question, Scale
from autograder_ui.components.mark_scheme import from_json, is_draft, to_json
from autograder_ui.components.question_editor import (
    QuestionEditor,
    blank_form,
    form_of,
    next_label,
    question_of,
)

QUESTION = Question(
    "",
    "Q1",
    "What is a process?",
    Scale(0, 4, 0.5),
    ("A program in execution.", "A running program\n\nwith its own memory."),
    (Criterion("Says that it runs", 2), Criterion("Names memory", 2, "resources")),
    "Be kind about spelling.",
)


@pytest.fixture
def editor(application: Application, blocks: gr.Blocks) -> QuestionEditor:
    return QuestionEditor(application, gr.State())


@pytest.fixture
def exam(application: Application) -> Exam:
    exams = application.gradebook.exams
    exam = exams.create("Quiz")
    for label in ("Q1", "Q2", "Q3"):
        exams.save_question(exam.id, Question("", label, f"Question {label}?", Scale(1, 5)))
    return exams.get(exam.id)


def labels(application: Application, exam: Exam) -> list[str]:
    return [question.label for question in application.gradebook.exams.get(exam.id).questions]


def test_the_form_holds_all_of_a_question() -> None:
    assert question_of(form_of(QUESTION)) == QUESTION


def test_a_saved_question_stands_in_the_exam(
    application: Application, editor: QuestionEditor
) -> None:
    exam = application.gradebook.exams.create("Quiz")
    editor.save(exam.id, *form_of(QUESTION))
    (saved,) = application.gradebook.exams.get(exam.id).questions
    assert question_of(form_of(saved)) == saved
    assert saved.criteria == QUESTION.criteria
    assert saved.reference_answers == QUESTION.reference_answers


def test_an_edited_question_becomes_a_new_version_of_itself(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    before = exam.questions[0]
    form = list(form_of(before))
    form[5] = "What is a process, in your words?"
    editor.save(exam.id, *form)
    after = application.gradebook.exams.get(exam.id).questions[0]
    assert (after.id, after.version) == (before.id, before.version + 1)


@pytest.mark.parametrize("emptied", [1, 5])
def test_a_question_without_label_or_text_is_refused(emptied: int) -> None:
    form = list(form_of(QUESTION))
    form[emptied] = "  "
    with pytest.raises(InvalidInput, match="needs a label"):
        question_of(tuple(form))


def test_a_scale_without_a_number_is_refused() -> None:
    form = list(form_of(QUESTION))
    form[3] = None
    with pytest.raises(InvalidInput, match="highest mark"):
        question_of(tuple(form))


def test_a_question_moves_and_stays_inside_the_list(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    last = exam.questions[2].id
    editor.move_up(exam.id, last)
    assert labels(application, exam) == ["Q1", "Q3", "Q2"]
    editor.move_up(exam.id, last)
    editor.move_up(exam.id, last)
    assert labels(application, exam) == ["Q3", "Q1", "Q2"]
    editor.move_down(exam.id, last)
    assert labels(application, exam) == ["Q1", "Q3", "Q2"]


def test_a_removed_question_gives_way_to_the_first(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    listed, question_id, *_ = editor.remove(exam.id, exam.questions[0].id)
    assert labels(application, exam) == ["Q2", "Q3"]
    assert listed["value"] == question_id == exam.questions[1].id


def test_a_new_question_starts_with_the_next_label_and_the_same_scale(exam: Exam) -> None:
    form = blank_form(exam)
    assert (form[0], form[1], *form[2:5]) == ("", "Q4", 1, 5, 1)
    assert json.loads(form[7]) == []


@pytest.mark.parametrize(
    ("label", "following"), [("Q9", "Q10"), ("18AI81Q1", "18AI81Q2"), ("(3)", "(4)"), ("Essay", "")]
)
def test_the_next_label_counts_on(label: str, following: str) -> None:
    assert next_label(label) == following


def test_a_question_without_a_textbook_says_what_to_do(editor: QuestionEditor, exam: Exam) -> None:
    assert "Add a textbook" in editor.find(exam.id, *form_of(exam.questions[0]))


def test_turning_to_another_question_saves_what_was_typed(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    form = list(form_of(exam.questions[0]))
    form[8] = "Half marks for an example."
    opened = editor.turn_to(exam.id, exam.questions[1].id, *form)
    assert opened[1] == exam.questions[1].id
    saved = application.gradebook.exams.get(exam.id).questions
    assert [question.rubric for question in saved] == ["Half marks for an example.", "", ""]


def test_an_empty_form_leaves_no_question_behind(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    editor.turn_to(exam.id, exam.questions[1].id, *blank_form(exam))
    editor.blank(exam.id, *blank_form(exam))
    assert labels(application, exam) == ["Q1", "Q2", "Q3"]


def reference_of(form: tuple[Any, ...], text: str) -> list[Any]:
    changed = list(form)
    changed[6] = text
    return changed


def test_a_drafted_scheme_fills_the_rows_and_is_not_saved(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    form = reference_of(
        form_of(exam.questions[0]), "It maps pages to frames. It holds the valid bits."
    )
    rows = editor.draft_scheme(*form)
    assert is_draft(rows)
    assert [each.marks for each in from_json(rows)] == [2, 2]
    form[7] = rows
    editor.turn_to(exam.id, exam.questions[1].id, *form)
    kept = application.gradebook.exams.get(exam.id).questions[0]
    assert kept.criteria == ()
    assert kept.reference_answers == ("It maps pages to frames. It holds the valid bits.",)


def test_a_drafted_scheme_is_the_teachers_once_it_is_saved_or_changed(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    form = reference_of(
        form_of(exam.questions[0]), "It maps pages to frames. It holds the valid bits."
    )
    form[7] = editor.draft_scheme(*form)
    assert not is_draft(editor.save(exam.id, *form)[1 + 7])
    assert len(application.gradebook.exams.get(exam.id).questions[0].criteria) == 2
    form[7] = to_json([Criterion("It maps", 4)])
    editor.turn_to(exam.id, exam.questions[1].id, *form)
    saved = application.gradebook.exams.get(exam.id).questions[0]
    assert saved.criteria == (Criterion("It maps", 4),)


def test_leaving_an_untouched_draft_keeps_the_scheme_that_was_saved(
    application: Application, editor: QuestionEditor, exam: Exam
) -> None:
    form = reference_of(form_of(exam.questions[0]), "It maps pages to frames.")
    form[7] = to_json([Criterion("It maps", 4)])
    editor.save(exam.id, *form)
    form[7] = editor.draft_scheme(*form)
    editor.blank(exam.id, *form)
    saved = application.gradebook.exams.get(exam.id).questions[0]
    assert saved.criteria == (Criterion("It maps", 4),)


@pytest.mark.parametrize(("reference", "reason"), [("", "first"), ("?", "no words")])
def test_without_a_reference_answer_no_scheme_is_drafted(
    editor: QuestionEditor, exam: Exam, reference: str, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        editor.draft_scheme(*reference_of(form_of(exam.questions[0]), reference))


def test_a_reference_answer_is_never_drafted_over_another(
    editor: QuestionEditor, exam: Exam
) -> None:
    with pytest.raises(InvalidInput, match="already"):
        editor.draft_reference(exam.id, *reference_of(form_of(exam.questions[0]), "It maps."))
