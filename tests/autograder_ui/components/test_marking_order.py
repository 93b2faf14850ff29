from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder_ui.components.marking_order import BY_QUESTION, BY_STUDENT, MarkingOrder
from tests.autograder_ui.classroom import Classroom

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
    for answer in order.answers:
        assert order.step(answer, steps) in order.answers


@given(orders)
def test_next_unmarked_visits_every_unmarked_answer_once(order: MarkingOrder) -> None:
    unmarked = set(order.answers) - order.reviewed
    here, visited = order.first(), [order.first()] if unmarked else []
    order = order.with_review(here)
    while here := order.next_unmarked(here):
        visited.append(here)
        order = order.with_review(here)
    assert sorted(visited) == sorted(unmarked)
