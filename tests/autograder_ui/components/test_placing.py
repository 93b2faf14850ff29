"""What a teacher settles with one press, on a real gradebook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.domain import placement
from autograder.domain.errors import Conflict
from autograder.domain.script import Answer, Line, Piece, PlacedLine, Word
from autograder_ui.components import placing
from autograder_ui.components.placing import BACK, BELONGS, KEEP, RIGHT, Way
from tests.autograder_ui.classroom import Classroom

STRUCK = Word("never", (0, 0, 40, 20), 0.9, struck=True)


def recorded(room: Classroom, *pieces: Piece) -> list[Answer]:
    script = room.script("Chen Li")
    placed = [
        replace(
            piece, lines=tuple(replace(line, page_id=script.pages[0].id) for line in piece.lines)
        )
        for piece in pieces
    ]
    return room.gradebook.answers.record(script.id, placed, "rapidocr")


def piece(question: str | None, *texts: str, note: str, top: int = 0) -> Piece:
    lines = tuple(
        PlacedLine("", Line(text, (0, top + 30 * row, 400, top + 30 * row + 25), 0.9))
        for row, text in enumerate(texts)
    )
    return Piece(question, "\n".join(texts), lines, note)


def names(room: Classroom, answer: Answer, answers: list[Answer]) -> list[str]:
    return [way.name for way in placing.ways(answer, answers, room.exam.questions)]


def by_question(answers: list[Answer], question: str | None) -> Answer:
    return next(each for each in answers if each.question_id == question)


def press(room: Classroom, answer: Answer, way: Way) -> list[Answer]:
    gradebook = room.gradebook
    placing.settle(gradebook.answers, answer.id, way, answer.current.version, "Maria")
    return gradebook.answers.of_script(answer.script_id)


def offered(room: Classroom, answer: Answer, answers: list[Answer], name: str) -> Way:
    return next(
        way for way in placing.ways(answer, answers, room.exam.questions) if way.name == name
    )


def test_what_has_no_note_asks_for_nothing(room: Classroom) -> None:
    answers = recorded(room, piece(room.exam.questions[0].id, "one", note=""))
    assert names(room, answers[0], answers) == []
    assert placing.render(answers[0], []) == ""


def test_a_placement_that_is_right_loses_its_note(room: Classroom) -> None:
    question = room.exam.questions[0].id
    answers = recorded(room, piece(question, "one", note="Placed by “1.” alone: check."))
    after = press(room, answers[0], offered(room, answers[0], answers, "This is right"))
    assert by_question(after, question).note == ""
    assert by_question(after, question).current.text == "one"


def test_unplaced_text_goes_to_the_question_that_it_names(room: Classroom) -> None:
    first, _, third = (question.id for question in room.exam.questions)
    note = "Labelled “Q3”, but written in the place of Q1."
    answers = recorded(
        room, piece(first, "one", note=""), piece(None, "about three", note=note, top=100)
    )
    stray = by_question(answers, None)
    assert names(room, stray, answers) == ["Join to Q1", "Belongs to Q3", "Nothing to grade"]
    after = press(room, stray, Way("", BELONGS, third))
    assert by_question(after, third).current.text == "about three"
    assert by_question(after, first).current.text == "one"


def test_unplaced_text_may_go_on_with_the_answer_above_it(room: Classroom) -> None:
    first = room.exam.questions[0].id
    answers = recorded(
        room,
        piece(first, "one", note=""),
        piece(None, "and more", note="No question label stands before this.", top=100),
    )
    stray = by_question(answers, None)
    after = press(room, stray, offered(room, stray, answers, "Join to Q1"))
    assert by_question(after, first).current.text == "one\nand more"
    assert all(each.question_id is not None for each in after)


@pytest.mark.parametrize(("part", "kept"), [(0, "old\nthing"), (1, "new")])
def test_of_two_answers_one_is_kept_and_the_other_stays_in_sight(
    room: Classroom, part: int, kept: str
) -> None:
    question = room.exam.questions[0].id
    note = placement.places_note([2, 3], continued=False)
    answers = recorded(room, piece(question, "old", "thing", "new", note=note))
    assert names(room, answers[0], answers) == ["Join them", "Keep the first", "Keep the second"]
    after = press(room, answers[0], Way("", KEEP, part=part))
    assert by_question(after, question).current.text == kept
    assert by_question(after, question).note == ""
    assert by_question(after, None).current.text in {"old\nthing", "new"} - {kept}
    page_id = by_question(after, None).current.lines[0].page_id
    assert room.gradebook.page_doubts.of_exam(room.exam.id, 0.9)[page_id].placements == 0


def test_struck_out_words_can_be_put_back(room: Classroom) -> None:
    question = room.exam.questions[0].id
    words = (Word("it", (0, 0, 10, 20), 0.9), STRUCK, Word("waits", (50, 0, 90, 20), 0.9))
    line = Line("it waits", (0, 0, 90, 20), 0.9, words)
    note = placement.struck_note(["never"])
    answers = recorded(room, Piece(question, "it waits", (PlacedLine("", line),), note))
    assert names(room, answers[0], answers) == ["This is right", "It counts: put it back"]
    after = press(room, answers[0], Way("", BACK))
    assert by_question(after, question).current.text == "it never waits"
    assert by_question(after, question).note == ""


def test_what_has_changed_meanwhile_is_not_settled(room: Classroom) -> None:
    question = room.exam.questions[0].id
    answers = recorded(room, piece(question, "one", note="Check."))
    room.gradebook.answers.edit(answers[0].id, "two", "Ben", answers[0].current.version)
    with pytest.raises(Conflict, match="Ben has changed"):
        press(room, answers[0], Way("", RIGHT))
    assert room.gradebook.answers.get(answers[0].id).note == "Check."


def test_nothing_to_grade_is_asked_once(room: Classroom) -> None:
    answers = recorded(room, piece(None, "Turn over", note="Stands outside."))
    stray = by_question(answers, None)
    page_id = stray.current.lines[0].page_id
    doubts = room.gradebook.page_doubts
    assert doubts.of_exam(room.exam.id, 0.9)[page_id].placements == 1
    after = press(room, stray, offered(room, stray, answers, "Nothing to grade"))
    assert placing.ways(by_question(after, None), after, room.exam.questions) == []
    assert doubts.of_exam(room.exam.id, 0.9)[page_id].placements == 0


def test_buttons_carry_what_was_seen(room: Classroom) -> None:
    answers = recorded(room, piece(room.exam.questions[0].id, "one", note="<b>"))
    markup = placing.render(answers[0], placing.ways(answers[0], answers, room.exam.questions))
    assert f'data-version="{answers[0].current.version}"' in markup and "This is right" in markup
