from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Rating
from autograder_ui.components import mark_form
from autograder_ui.components.mark_form import Form
from tests.autograder_ui.classroom import DEADLOCK, ESSAY, Classroom


def filled(points: list[float], mark: float | None, by: str) -> Form:
    return Form(html="", points=points, mark=mark, by=by)


def shown(room: Classroom, name: str, label: str) -> Form:
    marked = room.gradebook.marks.get(room.answer_id(name, label))
    assert marked.question
    return mark_form.form(marked.question, marked)


def test_what_was_set_last_counts_criteria_or_total() -> None:
    assert mark_form.awarded(DEADLOCK, filled([1, 1, 0, 0], 5, "criteria")) == (3, [1, 1, 0, 0])
    assert mark_form.awarded(DEADLOCK, filled([1, 1, 0, 0], 5, "total")) == (5, None)


def test_no_mark_is_never_saved_as_a_zero() -> None:
    with pytest.raises(InvalidInput, match="Choose a mark first"):
        mark_form.awarded(ESSAY, filled([], None, "total"))


def test_of_alternatives_only_the_best_counts() -> None:
    either = tuple(Criterion(text, 2, "either") for text in ("one", "other"))
    question = replace(ESSAY, criteria=(*either, Criterion("more", 18)))
    assert mark_form.total(question, [2, 2, 18]) == 20


def test_criteria_are_ticked_as_the_grader_judged_them(room: Classroom) -> None:
    form = shown(room, "Asha Rao", "Q1")
    assert form["points"] == [1, 1, 1, 1] and form["mark"] == 5
    assert form["html"].count(" checked>") == 4
    assert shown(room, "Ben Okoro", "Q1")["points"] == [0, 0, 0, 0]


def test_a_reviewed_answer_shows_the_points_that_were_given(room: Classroom) -> None:
    answer = room.answer_id("Asha Rao", "Q1")
    room.gradebook.marks.review(answer, 3, "Maria", criteria=[1, 0, 1, 0])
    form = shown(room, "Asha Rao", "Q1")
    assert (form["points"], form["mark"], form["by"]) == ([1, 0, 1, 0], 3, "criteria")


def test_every_mark_of_a_short_scale_has_a_button_and_a_long_scale_a_field(
    room: Classroom,
) -> None:
    assert shown(room, "Asha Rao", "Q1")["html"].count('type="radio"') == 5
    essay = shown(room, "Asha Rao", "Q3")["html"]
    assert 'min="0" max="20" step="0.5"' in essay and "radio" not in essay
    assert "Between two steps" in essay


def test_a_group_says_how_many_of_it_count(room: Classroom) -> None:
    marked = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q3"))
    criteria = tuple(Criterion(text, 10, "causes", 2) for text in ("heat", "dust", "age"))
    html = mark_form.form(replace(ESSAY, criteria=criteria), marked)["html"]
    assert html.count("2 of causes") == 3


def test_without_criteria_the_points_of_the_reference_answer_are_only_shown(
    room: Classroom,
) -> None:
    form = shown(room, "Asha Rao", "Q2")
    assert "It maps pages to frames" in form["html"] and "checkbox" not in form["html"]
    assert form["points"] == []


def test_a_hostile_criterion_stays_text(room: Classroom) -> None:
    hostile = replace(DEADLOCK, criteria=(Criterion("<script>alert(1)</script>", 1, "<b>"),))
    marked = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1"))
    html = mark_form.form(hostile, marked)["html"]
    assert "<script>" not in html and "<b>&" not in html and "&lt;script&gt;" in html


def test_a_criterion_with_ratings_has_a_button_each_and_the_grader_s_one_is_chosen(
    room: Classroom,
) -> None:
    marked = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1"))
    assert marked.question and marked.predicted
    levels = (Rating(0, "none"), Rating(3, "<some>"), Rating(5, "all"))
    rated = Criterion("Ideas", 5, ratings=levels)
    question = replace(marked.question, criteria=(rated, *marked.question.criteria[1:]))
    judged = (replace(marked.predicted.judgements[0], marks=3), *marked.predicted.judgements[1:])
    predicted = replace(marked.predicted, judgements=judged)
    form = mark_form.form(question, replace(marked, predictions=(predicted,)))
    assert form["points"][0] == 3
    assert form["html"].count('data-rating="1"') == 3 and "<some>" not in form["html"]
    assert 'data-rating="1" value="3" checked' in form["html"]


def test_a_grader_that_reads_an_answer_as_a_whole_says_why_no_words_are_marked(
    room: Classroom,
) -> None:
    marked = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q2"))
    assert marked.question and marked.predicted
    maker = replace(marked.predicted.maker, grader="classifier")
    whole = replace(marked.predicted, maker=maker, judgements=())
    form = mark_form.form(marked.question, replace(marked, predictions=(whole,)))
    assert "read the answer as a whole" in form["html"]
    assert "as a whole" not in shown(room, "Asha Rao", "Q2")["html"]
