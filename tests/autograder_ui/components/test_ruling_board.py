from __future__ import annotations

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder_ui.components.ruling_board import RulingBoard, points_of
from tests.autograder_ui.classroom import DEADLOCK, Classroom
from tests.fakes import event

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def board(room: Classroom) -> RulingBoard:
    with gr.Blocks():
        return RulingBoard(room.application, gr.State(), gr.Textbox())


def test_a_ruling_is_kept_shown_and_followed(room: Classroom, board: RulingBoard) -> None:
    answer = room.answer_id("Asha Rao", "Q1")
    shown, *cleared = board.write(answer, "Maria", "Only one condition", None, [1], [3])
    assert "meets 1 and doesn't meet 3" in shown and "Maria" in shown
    assert cleared == ["", None, [], []]
    [job] = room.gradebook.jobs.active(room.exam.id)
    question = room.exam.questions[0]
    assert (job.kind, job.arguments) == ("sharpen", {"question": question.id})
    [ruling] = room.gradebook.rulings.of_question(question.id)
    assert (ruling.mark, ruling.criteria) == (None, (1.0, None, 0.0, None))
    assert "Only one condition" in board.load(question)[0]


def test_a_ruling_that_is_taken_back_is_shown_no_more(room: Classroom, board: RulingBoard) -> None:
    answer = room.answer_id("Asha Rao", "Q2")
    board.write(answer, "", "Pages are files", 1, [], [])
    [ruling] = room.gradebook.rulings.of_question(room.exam.questions[1].id)
    assert ruling.author == "Teacher"
    assert board.withdraw(answer, "", event(id=ruling.id)) == ""
    assert room.gradebook.rulings.of_question(room.exam.questions[1].id) == []


def test_a_ruling_that_says_nothing_or_both_is_refused(room: Classroom, board: RulingBoard) -> None:
    answer = room.answer_id("Asha Rao", "Q1")
    with pytest.raises(InvalidInput, match="a mark, or which criteria"):
        board.write(answer, "", "Something", None, [], [])
    with pytest.raises(InvalidInput, match="both met and not met"):
        points_of(DEADLOCK, [1, 2], [2])


def test_what_a_ruling_says_never_becomes_markup(room: Classroom, board: RulingBoard) -> None:
    shown, *_ = board.write(room.answer_id("Asha Rao", "Q1"), HOSTILE, HOSTILE, 2, [], [])
    assert "<img" not in shown and "&lt;img" in shown


def test_criteria_can_be_chosen_only_where_there_are_some(
    room: Classroom, board: RulingBoard
) -> None:
    with_scheme, without = board.load(room.exam.questions[0]), board.load(room.exam.questions[1])
    assert with_scheme[1]["visible"] and len(with_scheme[1]["choices"]) == 4
    assert not without[1]["visible"]
    assert board.load(None)[0] == ""
