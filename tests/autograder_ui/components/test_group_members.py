from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.grade import Flag
from autograder.grading.grouping import Group, Kind
from autograder_ui.components import group_list, group_members
from autograder_ui.components.alike_group import AlikeGroup
from tests.autograder_ui.alike import ALIKE, alike_class, predict
from tests.autograder_ui.classroom import Classroom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = alike_class(tmp_path / "class")
    yield made
    made.gradebook.close()


def group_of(room: Classroom, *names: str, kind: Kind = Kind.NEAR) -> AlikeGroup:
    ids = tuple(room.answer_id(name, "Q2") for name in names)
    return AlikeGroup.of(Group(ids, kind), {each: room.gradebook.marks.get(each) for each in ids})


def name_in(room: Classroom) -> group_list.Named:
    names = {room.script(name).id: name for name in ALIKE}
    return lambda marked: names[marked.answer.script_id]


def test_everybody_is_ticked_where_nothing_stands_out(room: Classroom) -> None:
    group = group_of(room, *ALIKE)
    assert group.ticked() == [room.answer_id(name, "Q2") for name in ALIKE]
    assert group.usual == 1
    assert group.confidence == pytest.approx(0.72)


def test_another_prediction_a_flag_and_a_review_stand_out_and_are_not_ticked(
    room: Classroom,
) -> None:
    predict(room, "Ben Okoro", 3.0)
    predict(room, "Chen Li", 1.0, Flag("verbatim", "It stands in the book."))
    room.gradebook.marks.review(room.answer_id("Dana Ito", "Q2"), 0.0, "Maria")
    group = group_of(room, *ALIKE)
    assert group.ticked() == [room.answer_id("Asha Rao", "Q2")]
    reasons = [group.exceptions(each) for each in group.members]
    assert reasons == [
        [],
        ["Predicted 3, most others 1."],
        ["It stands in the book."],
        ["Maria has given it 0, not 1."],
    ]
    shown = group_members.members(group, name_in(room))
    assert shown["ticked"] == group.ticked()
    first, rest = shown["html"].split("<details")
    assert "3 to look at: not ticked" in first and "Asha Rao" not in first
    assert "1 answer to mark" in rest


def test_what_is_marked_as_the_others_is_out_of_the_way_and_not_ticked(room: Classroom) -> None:
    for name in ALIKE[:3]:
        room.gradebook.marks.review(room.answer_id(name, "Q2"), 2.0, "Maria")
    group = group_of(room, *ALIKE)
    assert [group.exceptions(each) for each in group.members] == [[], [], [], []]
    assert group.ticked() == [room.answer_id("Dana Ito", "Q2")]
    html = group_members.members(group, name_in(room))["html"]
    assert "3 answers marked already" in html and "to look at" not in html


def test_an_answer_that_could_not_be_graded_is_no_reason_for_its_mark_to_be_usual(
    room: Classroom,
) -> None:
    predict(room, "Asha Rao", None)
    group = group_of(room, *ALIKE)
    assert group.usual == 1
    assert group.exceptions(group.typical) == ["Predicted –, most others 1."]


def test_what_differs_is_marked_and_what_is_missing_named() -> None:
    marks, missing = group_members.differences(
        "The Table maps two pages.", "the table maps pages to frames"
    )
    text = "The Table maps two pages."
    assert [text[slice(*mark.span)] for mark in marks] == ["two"]
    assert missing == ["to frames"]
    assert group_members.differences("Maps  PAGES", "maps pages.") == ([], [])


def test_nothing_that_a_student_wrote_becomes_markup(room: Classroom) -> None:
    hostile = '<img src=x onerror="alert(1)">${value}'
    for name in ALIKE:
        answer_id = room.answer_id(name, "Q2")
        version = room.gradebook.marks.get(answer_id).answer.current.version
        room.gradebook.answers.edit(answer_id, f"{hostile} {name}", "Teacher", version)
    group = group_of(room, *ALIKE)
    html = group_members.members(group, lambda _: hostile)["html"]
    html += group_list.cards([group], group.id) + group_list.alone_list([group], lambda _: hostile)
    assert "<img" not in html and "&lt;img" in html


def test_a_card_says_what_is_left_to_decide(room: Classroom) -> None:
    group = group_of(room, *ALIKE, kind=Kind.EXACT)
    card = group_list.cards([group], group.id)
    assert "<b>4</b> answers" in card and "same words" in card and "aria-current" in card
    assert "predicted <b>~1</b>, 72% sure" in card and "decided" not in card
    for name in ALIKE[1:]:
        room.gradebook.marks.review(room.answer_id(name, "Q2"), 2.0, "Maria")
    assert "1 left" in group_list.cards([group_of(room, *ALIKE)], "")
    room.gradebook.marks.review(room.answer_id(ALIKE[0], "Q2"), 2.0, "Maria")
    assert ">decided<" in group_list.cards([group_of(room, *ALIKE)], "")
    assert "1 to decide" in group_list.summary([group], [])
