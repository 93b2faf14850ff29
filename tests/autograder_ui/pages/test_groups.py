from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.grade import GROUP
from autograder.settings import Settings
from autograder_ui.components.group_members import Members
from autograder_ui.components.mark_form import Form
from autograder_ui.pages.groups import GroupsPage, give_words
from tests.autograder_ui.alike import ALIKE, alike_class, predict
from tests.autograder_ui.classroom import Classroom

SHOWN = "summary alone cards group detail head seen members form comment give"
TWO = Form(html="", points=[], mark=2.0, by="total")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = alike_class(tmp_path / "class")
    yield made
    made.gradebook.close()


@pytest.fixture
def page(room: Classroom, blocks: gr.Blocks) -> Iterator[GroupsPage]:
    with Application.open(Settings(data=room.gradebook.folder)) as application:
        yield GroupsPage(application, gr.State(), gr.Textbox())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the teacher was told."""
    heard: list[str] = []
    for kind in ("Info", "Warning"):
        monkeypatch.setattr(gr, kind, lambda words, **_: heard.append(words))
    return heard


def q2(room: Classroom) -> str:
    return next(question.id for question in room.exam.questions if question.label == "Q2")


def opened(page: GroupsPage, room: Classroom) -> dict[str, Any]:
    values = page.open(room.exam.id, q2(room), "")
    return dict(zip(SHOWN.split(), values, strict=True))


def give(
    page: GroupsPage,
    room: Classroom,
    seen: dict[str, tuple[int, int]],
    ticked: list[str],
    form: Form = TWO,
) -> tuple[Any, ...]:
    members = Members(html="", ticked=ticked)
    group = next(iter(seen))
    return page.give(room.exam.id, q2(room), group, seen, members, form, "well said", "Maria")


def test_without_answers_the_tab_says_what_to_do_first(room: Classroom, page: GroupsPage) -> None:
    assert page.questions("", None)[1]["visible"] is True
    assert page.questions(room.gradebook.exams.create("Quiz").id, None)[1]["visible"] is True
    assert page.open("", None, "")[:2] == ("", "")


def test_answers_that_say_the_same_are_one_card_and_the_rest_stands_alone(
    room: Classroom, page: GroupsPage
) -> None:
    shown = opened(page, room)
    assert shown["cards"].count('class="group-card"') == 1
    assert "<b>4</b> answers" in shown["cards"]
    assert "2 answers alone" in shown["alone"] and "Emil Roth" in shown["alone"]
    assert "Fay Moss" in shown["alone"]  # who speaks to the grader
    assert shown["members"]["ticked"] == [room.answer_id(name, "Q2") for name in ALIKE]
    assert shown["give"]["value"] == "Give this mark to 4 answers"


def test_one_decision_marks_the_ticked_answers_and_says_that_it_was_a_groups(
    room: Classroom, page: GroupsPage, said: list[str]
) -> None:
    shown = opened(page, room)
    ticked = shown["members"]["ticked"][:3]
    give(page, room, shown["seen"], ticked)
    marks = room.gradebook.marks
    for answer_id in ticked:
        review = marks.get(answer_id).review
        assert review and (review.mark, review.reviewer) == (2, "Maria")
        assert (review.comment, review.way) == ("well said", GROUP)
    assert marks.get(room.answer_id("Dana Ito", "Q2")).review is None
    assert said == ["3 answers marked 2."]


def test_points_given_per_criterion_are_kept_for_each_answer(
    room: Classroom, page: GroupsPage, said: list[str]
) -> None:
    ids = [room.answer_id(name, "Q1") for name in ("Asha Rao", "Ben Okoro")]
    q1 = room.gradebook.marks.get(ids[0]).answer.question_id or ""
    form = Form(html="", points=[1, 0, 1, 0], mark=None, by="criteria")
    seen = dict.fromkeys(ids, (0, 1))
    members = Members(html="", ticked=ids)
    page.give(room.exam.id, q1, ids[0], seen, members, form, "", "Maria")
    reviews = [room.gradebook.marks.get(each).review for each in ids]
    assert [review and (review.mark, review.criteria) for review in reviews] == [
        (3, (1, 0, 1, 0))
    ] * 2


def test_a_review_is_never_overwritten_unless_it_is_ticked(
    room: Classroom, page: GroupsPage, said: list[str]
) -> None:
    dana = room.answer_id("Dana Ito", "Q2")
    room.gradebook.marks.review(dana, 1.0, "Noor")
    shown = opened(page, room)
    assert dana not in shown["members"]["ticked"]
    give(page, room, shown["seen"], shown["members"]["ticked"])
    assert room.gradebook.marks.get(dana).mark == 1
    give(page, room, opened(page, room)["seen"], [dana])
    assert room.gradebook.marks.get(dana).mark == 2


def test_what_was_reviewed_meanwhile_is_left_as_it_is_and_named(
    room: Classroom, page: GroupsPage, said: list[str]
) -> None:
    shown = opened(page, room)
    dana = room.answer_id("Dana Ito", "Q2")
    room.gradebook.marks.review(dana, 1.0, "Noor")
    give(page, room, shown["seen"], shown["members"]["ticked"])
    assert room.gradebook.marks.get(dana).mark == 1
    assert room.gradebook.marks.get(room.answer_id("Asha Rao", "Q2")).mark == 2
    assert said[0] == "3 answers marked 2." and "Dana Ito" in said[1]
    give(page, room, shown["seen"], [dana])
    assert said[2] == "No answer was marked." and "Dana Ito" in said[3]


def test_what_says_something_else_by_now_is_left_as_it_is(
    room: Classroom, page: GroupsPage, said: list[str]
) -> None:
    shown, chen = opened(page, room), room.answer_id("Chen Li", "Q2")
    room.gradebook.answers.edit(chen, "It maps nothing.", "Noor", 1)
    give(page, room, shown["seen"], shown["members"]["ticked"])
    assert room.gradebook.marks.get(chen).review is None
    assert said[0] == "3 answers marked 2." and "Chen Li" in said[1]


def test_a_mark_needs_answers_and_answers_a_mark(room: Classroom, page: GroupsPage) -> None:
    shown = opened(page, room)
    with pytest.raises(InvalidInput, match="No answer is ticked"):
        give(page, room, shown["seen"], [])
    with pytest.raises(InvalidInput, match="Choose a mark first"):
        none = Form(html="", points=[], mark=None, by="total")
        give(page, room, shown["seen"], shown["members"]["ticked"], none)
    with pytest.raises(InvalidInput, match="No answer is ticked"):
        give(page, room, shown["seen"], [room.answer_id("Emil Roth", "Q2")])  # of another group
    assert all(not m.reviews for m in room.gradebook.marks.of_exam(room.exam.id))


def test_a_prediction_that_differs_is_not_ticked(room: Classroom, page: GroupsPage) -> None:
    predict(room, "Chen Li", 0.0)
    shown = opened(page, room)
    assert room.answer_id("Chen Li", "Q2") not in shown["members"]["ticked"]
    assert "1 to look at" in shown["cards"]
    assert "Predicted 0, most others 1." in shown["members"]["html"]


def test_the_button_says_how_many_get_the_mark() -> None:
    assert give_words(Members(html="", ticked=["a"]))["value"] == "Give this mark to 1 answer"
    none = give_words(Members(html="", ticked=[]))
    assert none["interactive"] is False


def test_stepping_ends_at_the_last_group(room: Classroom, page: GroupsPage) -> None:
    exam_id, first = room.exam.id, opened(page, room)["group"]
    assert page.next(exam_id, q2(room), first)[1] == first
    assert page.previous(exam_id, q2(room), first)[1] == first


def test_where_no_two_answers_are_alike_the_tab_says_so(room: Classroom, page: GroupsPage) -> None:
    q1 = next(question.id for question in room.exam.questions if question.label == "Q1")
    shown = dict(zip(SHOWN.split(), page.open(room.exam.id, q1, ""), strict=True))
    assert "No two answers alike" in shown["cards"] and shown["detail"]["visible"] is False
    assert "6 answers alone" in shown["alone"]
