from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.grade import GROUP, Passage
from autograder_ui.components import answer_sheet
from autograder_ui.components.mark_form import Form
from autograder_ui.components.marking_order import BY_QUESTION, BY_STUDENT, MarkingOrder
from autograder_ui.pages.marking import MarkingPage
from tests.autograder_ui.classroom import Classroom
from tests.fakes import event

HOSTILE = "<img src=x onerror=alert(1)>"
NAMES = (
    "answer_id",
    "shown",
    "seen",
    "progress",
    "sheet",
    "form",
    "comment",
    "accept",
    "scan",
    "book",
    "history",
    "rulings",
    "meets",
    "misses",
)


@pytest.fixture
def tab(room: Classroom) -> MarkingPage:
    with gr.Blocks():
        return MarkingPage(room.application, gr.State(), gr.Textbox())


def desk(values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(NAMES, values[-len(NAMES) :], strict=True))


def opened(room: Classroom, tab: MarkingPage, by: str = BY_QUESTION) -> tuple[MarkingOrder, str]:
    values = tab.open(room.exam.id, by, "", "")
    return values[4], values[5]


def given(mark: float, by: str = "total", points: tuple[float, ...] = ()) -> Form:
    return Form(html="", points=list(points), mark=mark, by=by)


def test_without_answers_it_says_what_to_do_first(room: Classroom, tab: MarkingPage) -> None:
    for exam in ("", room.gradebook.exams.create("Empty").id):
        nothing, whole, *_ = tab.open(exam, BY_QUESTION, "", "")
        assert nothing["visible"] and not whole["visible"]


def test_while_work_goes_on_it_looks_for_the_first_answers(
    room: Classroom, tab: MarkingPage
) -> None:
    exam = room.gradebook.exams.create("New").id
    assert not tab.open(exam, BY_QUESTION, "", "")[2].active
    room.gradebook.jobs.submit("read", exam)
    assert tab.open(exam, BY_QUESTION, "", "")[2].active
    assert not tab.open(room.exam.id, BY_QUESTION, "", "")[2].active


def test_an_answer_is_shown_with_all_that_a_mark_needs(room: Classroom, tab: MarkingPage) -> None:
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", ""))
    assert "Asha Rao" in shown["sheet"] and "Name the four conditions" in shown["sheet"]
    assert 'class="evidence"' in shown["sheet"] and "72% sure" in shown["sheet"]
    assert shown["scan"].count('<rect class="answer"') == 4
    assert "/files/textbook/book/142.png?highlight=" in shown["book"] and "p. 87" in shown["book"]
    assert "<b>0</b> of 8 marked" in shown["progress"]
    assert "minilm-marks" in shown["history"]


def test_an_override_is_saved_with_its_reviewer_and_the_prediction_stays_in_sight(
    room: Classroom, tab: MarkingPage
) -> None:
    order, answer = opened(room, tab)
    order, *values = tab.save(order, answer, 0, " Well argued ", "Maria", given(4))
    marked = room.gradebook.marks.get(answer)
    assert marked.review and marked.predicted
    assert (marked.mark, marked.review.reviewer, marked.review.comment) == (
        4,
        "Maria",
        "Well argued",
    )
    assert desk(tuple(values))["answer_id"] == room.answer_id("Ben Okoro", "Q1")
    again = desk(tab.previous(order, room.answer_id("Ben Okoro", "Q1")))
    assert "Predicted" in again["sheet"] and "Maria" in again["sheet"]
    assert again["comment"] == "Well argued" and "<b>1</b> of 8 marked" in again["progress"]
    assert "gave <b>4</b>" in again["history"] and "predicted <b>5</b>" in again["history"]


def test_points_per_criterion_come_to_the_mark_of_the_scale(
    room: Classroom, tab: MarkingPage
) -> None:
    order, answer = opened(room, tab)
    tab.save(order, answer, 0, "", "Maria", given(5, "criteria", (1, 0, 0.5, 0)))
    review = room.gradebook.marks.get(answer).review
    assert review and review.criteria == (1, 0, 0.5, 0)
    assert review.mark == tab.weigh(answer, [1, 0, 0.5, 0]) == 3  # 1.5 of 4 on a scale of 1 to 5


def test_accepting_saves_the_predicted_mark_as_the_teachers(
    room: Classroom, tab: MarkingPage
) -> None:
    order, answer = opened(room, tab)
    tab.accept(order, answer, 0, "", "")
    review = room.gradebook.marks.get(answer).review
    assert review and (review.mark, review.reviewer, review.criteria) == (5, "Teacher", None)


def test_there_is_nothing_to_accept_where_the_grader_cannot_tell(
    room: Classroom, tab: MarkingPage
) -> None:
    answer = room.answer_id("Chen Li", "Q2")
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))
    assert not shown["accept"]["interactive"]
    assert "Please look: It speaks to the grader" in shown["sheet"]
    with pytest.raises(InvalidInput, match="no predicted mark"):
        tab.accept(opened(room, tab)[0], answer, 0, "", "Maria")


def test_a_mark_outside_of_the_scale_is_refused(room: Classroom, tab: MarkingPage) -> None:
    order, answer = opened(room, tab)
    with pytest.raises(InvalidInput):
        tab.save(order, answer, 0, "", "Maria", given(7))
    assert room.gradebook.marks.get(answer).review is None


def test_a_mark_given_meanwhile_is_shown_and_not_overwritten(
    room: Classroom, tab: MarkingPage
) -> None:
    order, answer = opened(room, tab)
    room.gradebook.marks.review(answer, 2, "Colleague")
    with pytest.warns(UserWarning, match="Your mark 4 was not saved.*“Not quite”"):
        order, *values = tab.save(order, answer, 0, "Not quite", "Maria", given(4))
    assert [each.mark for each in room.gradebook.marks.get(answer).reviews] == [2]
    shown = desk(tuple(values))
    assert (shown["answer_id"], shown["seen"]) == (answer, 1) and "Colleague" in shown["sheet"]


def test_next_unmarked_passes_over_what_is_reviewed(room: Classroom, tab: MarkingPage) -> None:
    room.gradebook.marks.review(room.answer_id("Ben Okoro", "Q1"), 2, "Maria")
    order, answer = opened(room, tab)
    assert desk(tab.next_unmarked(order, answer))["answer_id"] == room.answer_id("Chen Li", "Q1")


def test_changing_the_order_keeps_the_answer(room: Classroom, tab: MarkingPage) -> None:
    answer = room.answer_id("Ben Okoro", "Q2")
    values = tab.regroup(room.exam.id, BY_STUDENT, answer)
    assert desk(values)["answer_id"] == answer
    assert [name for name, _ in values[3]["choices"]][:2] == ["All students", "Asha Rao"]


def test_opening_the_tab_again_keeps_what_is_set_on_an_answer_that_stands_as_it_was(
    room: Classroom, tab: MarkingPage
) -> None:
    answer = room.answer_id("Ben Okoro", "Q2")
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))["shown"]
    again = desk(tab.open(room.exam.id, BY_QUESTION, "", answer, shown))
    assert again["form"] == again["comment"] == again["scan"] == gr.skip()
    room.gradebook.marks.review(answer, 1, "Colleague")
    anew = desk(tab.open(room.exam.id, BY_QUESTION, "", answer, shown))
    assert anew["form"]["mark"] == 1 and "Colleague" in anew["sheet"]


def test_a_prediction_of_an_older_text_says_so_and_marks_nothing_in_the_new_one(
    room: Classroom, tab: MarkingPage
) -> None:
    answer = room.answer_id("Asha Rao", "Q1")
    room.gradebook.answers.edit(answer, "A quite different text", "Maria", 1)
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))
    assert "changed after this prediction" in shown["sheet"] and "older text" in shown["sheet"]
    assert "evidence" not in shown["sheet"]


def test_an_ungraded_answer_can_be_marked_by_hand(room: Classroom, tab: MarkingPage) -> None:
    answer = room.answer_id("Asha Rao", "Q3")
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))
    assert "not graded yet" in shown["sheet"] and "No textbook page" in shown["book"]
    tab.save(opened(room, tab)[0], answer, 0, "", "Maria", given(12.5))
    assert room.gradebook.marks.get(answer).mark == 12.5


def test_nothing_that_anybody_typed_becomes_markup(room: Classroom, tab: MarkingPage) -> None:
    answer, script = room.answer_id("Asha Rao", "Q1"), room.script("Asha Rao")
    room.gradebook.answers.edit(answer, HOSTILE, HOSTILE, 1)
    room.gradebook.marks.review(answer, 3, HOSTILE, HOSTILE)
    room.gradebook.scripts.rename(script.id, HOSTILE)
    room.gradebook.scripts.assign(script.id, None)
    marked = room.gradebook.marks.get(answer)
    shown = answer_sheet.answer_sheet(marked, room.gradebook.scripts.get(script.id).title)
    assert "<img" not in shown + answer_sheet.history(marked)
    assert "&lt;img" in shown


def test_a_textbook_that_comes_later_is_shown_and_what_was_set_stays(
    room: Classroom, tab: MarkingPage
) -> None:
    marked = next(m for m in room.gradebook.marks.of_exam(room.exam.id) if not m.predicted)
    order_and_desk = tab.open(room.exam.id, BY_QUESTION, "", marked.answer.id)
    assert "Add the course" in desk(order_and_desk)["book"]
    found = [Passage("book", "A primer", 7, "Round robin", 0.9)]
    room.application.marking.passages = lambda *_: found
    shown = desk(order_and_desk)["shown"]
    after = desk(tab.open(room.exam.id, BY_QUESTION, "", marked.answer.id, shown))
    assert "A primer" in after["book"]
    assert after["form"] == gr.skip()


def predicted_anew(room: Classroom, answer: str, mark: float, *leans: str) -> None:
    """As a grader does once it knows more."""
    marked = room.gradebook.marks.get(answer)
    assert marked.predicted and marked.question
    anew = replace(marked.predicted, mark=mark, lesson=f"{mark}", leans=leans, leaned_on=3)
    room.gradebook.marks.record(answer, marked.answer.current.version, marked.question, anew)


def test_a_saved_mark_goes_out_to_be_learned_from(room: Classroom, tab: MarkingPage) -> None:
    order, answer = opened(room, tab)
    tab.save(order, answer, 0, "", "Maria", given(4))
    [job] = room.gradebook.jobs.active(room.exam.id)
    assert job.kind == "sharpen"
    assert job.arguments == {"question": room.exam.questions[0].id}


def test_what_was_learned_shows_on_the_open_answer_and_leaves_what_the_teacher_set(
    room: Classroom, tab: MarkingPage
) -> None:
    answer = room.answer_id("Ben Okoro", "Q1")
    before = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))
    room.application.marking.review(room.answer_id("Asha Rao", "Q1"), 4, "Maria")
    timer, *rest = tab.learned(answer, before["shown"])
    assert timer == gr.skip() and all(each == gr.skip() for each in rest)
    predicted_anew(room, answer, 3, room.answer_id("Asha Rao", "Q1"))
    room.gradebook.jobs.cancel(room.gradebook.jobs.active(room.exam.id)[0].id)
    timer, shown, sheet, form, accept, history = tab.learned(answer, before["shown"])
    assert not timer.active
    assert "Updated" in sheet and "Goes by your marks of:" in sheet
    assert "Asha Rao" in sheet and "(3 decisions in all)" in sheet
    assert "predicted <b>3</b>" in history
    assert (form["again"], form["mark"], accept["interactive"]) == (True, 3, True)
    assert tab.learned(answer, shown)[2] == gr.skip()
    room.gradebook.marks.review(answer, 1, "Colleague")  # is told when the teacher saves
    assert tab.learned(answer, before["shown"])[2] == gr.skip()


def test_opening_the_tab_again_after_a_new_prediction_keeps_what_is_set(
    room: Classroom, tab: MarkingPage
) -> None:
    answer = room.answer_id("Ben Okoro", "Q1")
    shown = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))["shown"]
    predicted_anew(room, answer, 3)
    again = desk(tab.open(room.exam.id, BY_QUESTION, "", answer, shown))
    assert again["form"]["again"] and again["comment"] == again["seen"] == gr.skip()
    assert "Updated" in again["sheet"] and again["shown"] != shown


def test_the_answers_that_a_prediction_goes_by_can_be_gone_to(
    room: Classroom, tab: MarkingPage
) -> None:
    answer, other = room.answer_id("Ben Okoro", "Q1"), room.answer_id("Asha Rao", "Q1")
    ruling = room.gradebook.rulings.add(room.exam.questions[0].id, "Kill <one>", "Maria", 2)
    predicted_anew(room, answer, 2, ruling.id, other)
    order, _ = opened(room, tab)
    sheet = desk(tab.open(room.exam.id, BY_QUESTION, "", answer))["sheet"]
    assert "the ruling “Kill &lt;one&gt;”" in sheet and f'data-id="{other}"' in sheet
    assert desk(tab.go_to(order, event(id=other)))["answer_id"] == other


def test_a_ruling_stands_on_every_answer_to_its_question(room: Classroom, tab: MarkingPage) -> None:
    room.gradebook.rulings.add(room.exam.questions[0].id, "Kill one", "Maria", 2)
    for name in ("Asha Rao", "Chen Li"):
        shown = desk(tab.open(room.exam.id, BY_QUESTION, "", room.answer_id(name, "Q1")))
        assert "An answer that says “Kill one” gets <b>2</b>" in shown["rulings"]
    other = desk(tab.open(room.exam.id, BY_QUESTION, "", room.answer_id("Asha Rao", "Q2")))
    assert other["rulings"] == ""


def test_the_history_leaves_out_what_said_the_same_mark_again(room: Classroom) -> None:
    answer = room.answer_id("Ben Okoro", "Q1")
    for mark in (3, 3.0001, 3.0002, 2):
        predicted_anew(room, answer, round(mark, 3))
    room.gradebook.marks.review(answer, 2, "Maria", way=GROUP)
    said = answer_sheet.history(room.gradebook.marks.get(answer))
    assert said.count("predicted <b>3</b>") == 1 and said.count("predicted <b>2</b>") == 1
    assert "for a group of alike answers" in said
