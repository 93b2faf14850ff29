from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder_ui.components.marking_order import (
    ANEW,
    BY_QUESTION,
    BY_STUDENT,
    WHAT_HELPS,
    MarkingOrder,
    progress,
    standing_for,
)
from tests.autograder_ui.classroom import Classroom
from tests.grading.simulated_class import answer

orders = st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True, max_size=8).flatmap(
    lambda ids: st.builds(
        MarkingOrder,
        st.just(tuple(ids)),
        st.frozensets(st.sampled_from(ids)) if ids else st.just(frozenset[str]()),
    )
)


def labels(room: Classroom, order: MarkingOrder) -> list[tuple[str, str]]:
    marked = [room.gradebook.marks.get(each) for each in order.answers]
    owners = [room.gradebook.scripts.get(each.answer.script_id).student for each in marked]
    return [
        (each.question.label if each.question else "", owner.name.split()[0] if owner else "")
        for each, owner in zip(marked, owners, strict=True)
    ]


def of(room: Classroom, by: str, only: str = "") -> MarkingOrder:
    marked = room.gradebook.marks.of_exam(room.exam.id)
    return MarkingOrder.of(
        room.exam, room.gradebook.scripts.all(room.exam.id), marked, by=by, only=only
    )


def test_by_question_all_students_answers_to_one_question_follow_each_other(
    room: Classroom,
) -> None:
    assert labels(room, of(room, BY_QUESTION))[:4] == [
        ("Q1", "Asha"),
        ("Q1", "Ben"),
        ("Q1", "Chen"),
        ("Q2", "Asha"),
    ]


def test_by_student_one_students_answers_follow_each_other(room: Classroom) -> None:
    assert labels(room, of(room, BY_STUDENT))[:4] == [
        ("Q1", "Asha"),
        ("Q2", "Asha"),
        ("Q3", "Asha"),
        ("Q1", "Ben"),
    ]


def test_one_question_or_one_student_can_be_shown_alone(room: Classroom) -> None:
    question = room.exam.questions[1].id
    assert {label for label, _ in labels(room, of(room, BY_QUESTION, question))} == {"Q2"}
    script = room.script("Chen Li").id
    assert labels(room, of(room, BY_STUDENT, script)) == [("Q1", "Chen"), ("Q2", "Chen")]


@given(orders, st.integers(-3, 3))
def test_stepping_never_leaves_the_order(order: MarkingOrder, steps: int) -> None:
    for here in order.answers:
        assert order.step(here, steps) in order.answers


@given(orders)
def test_next_unmarked_visits_every_unmarked_answer_once(order: MarkingOrder) -> None:
    unmarked = set(order.answers) - order.reviewed
    here, visited = order.first(), [order.first()] if unmarked else []
    order = order.with_review(here)
    while here := order.next_unmarked(here):
        visited.append(here)
        order = order.with_review(here)
    assert sorted(visited) == sorted(unmarked)


def test_what_helps_most_asks_for_every_unreviewed_answer_and_says_why(room: Classroom) -> None:
    reviewed = room.answer_id("Asha Rao", "Q2")
    room.gradebook.marks.review(reviewed, 3.0, "Ada")
    order = of(room, WHAT_HELPS)
    assert sorted(order.answers) == sorted(of(room, BY_QUESTION).answers)
    assert order.answers[-1] == reviewed and order.reason(reviewed) == ""
    assert all(order.reason(each) for each in order.answers[:-1])
    orders = room.answer_id("Chen Li", "Q2")
    assert "needs your eye" in progress(order, orders)
    assert "Asked because" not in progress(of(room, BY_QUESTION), orders)


def test_what_helps_most_can_be_of_one_question(room: Classroom) -> None:
    question = room.exam.questions[1].id
    order = of(room, WHAT_HELPS, question)
    assert {label for label, _ in labels(room, order)} == {"Q2"}
    assert order.only == question


def test_after_ten_reviews_it_is_asked_anew_what_helps_most(room: Classroom) -> None:
    order = of(room, WHAT_HELPS)
    for _ in range(ANEW):
        assert not order.worn
        order = order.with_review(order.first())
    assert order.worn
    assert order.reason(order.first()) == ""


def test_one_of_those_with_the_same_words_stands_for_all_of_them() -> None:
    alike = [answer(f"s{place}") for place in range(4)]
    elsewhere = answer("other", "q1")
    standing = standing_for([*alike, elsewhere])
    assert sorted(standing.values()) == [1, 4]
    assert standing["other"] == 1
    assert standing_for([elsewhere, *alike[::-1]]) == standing
