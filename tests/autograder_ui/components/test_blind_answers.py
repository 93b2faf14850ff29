from __future__ import annotations

from dataclasses import replace

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import WRITTEN, Line, Piece, PlacedLine, Reading, Stack, TakenPage
from autograder.settings import Settings
from autograder_ui.components.blind_answers import BlindAnswers
from autograder_ui.components.code_view import code_in
from autograder_ui.components.covered_names import covered
from autograder_ui.components.marking_desk import MarkingDesk
from autograder_ui.components.page_viewer import script_leaves
from autograder_ui.pages.groups import GroupsPage
from tests.autograder_ui.classroom import Classroom

CODE = "# by Asha, with Ben Okoro\ndef rao():\n    return 1"


@pytest.fixture
def room(room: Classroom) -> Classroom:
    """The class of three, marked blind."""
    room.gradebook.names.show(room.exam.id, False, "Teacher")
    return room


def typed(room: Classroom) -> MarkedAnswer:
    """Asha Rao's second script: a program that she signed, in a file named after her."""
    student = room.script("Asha Rao").student
    assert student
    page = TakenPage(room.gradebook.scans.add(b"a page"), 600, 800, "asha_rao.py")
    upload = room.gradebook.scripts.add_upload(
        room.exam.id, "asha_rao.py", "0" * 64, "Lab", WRITTEN
    )
    [script] = room.gradebook.scripts.take_upload(upload.id, [Stack("Lab", (page,))])
    room.gradebook.scripts.assign(script.id, student.id)
    own = script.pages[0].id
    lines = tuple(
        Line(text, (50, 100 + 40 * at, 400, 130 + 40 * at), 1.0)
        for at, text in enumerate(CODE.split("\n"))
    )
    room.gradebook.scripts.record_reading(own, Reading(WRITTEN, "1", lines))
    piece = Piece(room.exam.questions[1].id, CODE, tuple(PlacedLine(own, each) for each in lines))
    [answer] = room.gradebook.answers.record(script.id, [piece], WRITTEN)
    return room.gradebook.marks.get(answer.id)


def test_a_name_in_a_program_is_covered_for_who_marks_blind_and_stays_in_the_gradebook(
    room: Classroom,
) -> None:
    marked = typed(room)
    script = room.gradebook.scripts.get(marked.answer.script_id)
    sheet = MarkingDesk(room.application).sheet(marked)
    assert "Asha" not in sheet and "Ben Okoro" not in sheet and "asha_rao" not in sheet
    assert "rao" in sheet  # her function's name is no signature
    shown, pages = BlindAnswers(room.gradebook).sheet(script, marked)
    assert [len(file.text) for file in code_in(shown.answer, pages)] == [len(CODE)]
    assert room.gradebook.marks.get(marked.answer.id).answer.current.text == CODE


def test_it_is_covered_on_the_page_too(room: Classroom) -> None:
    script = room.gradebook.scripts.get(typed(room).answer.script_id)
    [leaf] = covered(room.gradebook, script, script_leaves(script.pages))
    asha, ben = [place.box for place in leaf.places if place.kind == "covered"]
    assert asha[1::2] == ben[1::2] == (100, 130) and 50 < asha[0] < asha[2] < ben[0]
    assert round(ben[2]) == 400  # his name ends the line


def test_names_are_shown_once_somebody_shows_them(room: Classroom) -> None:
    marked = typed(room)
    room.gradebook.names.show(room.exam.id, True, "Maria")
    assert "by Asha, with Ben Okoro" in MarkingDesk(room.application).sheet(marked)
    assert BlindAnswers(room.gradebook).shown(room.exam.id, [marked]) == [marked]


def test_what_the_machine_says_of_an_answer_names_nobody(room: Classroom) -> None:
    marked = room.gradebook.marks.get(room.answer_id("Asha Rao", "Q1"))
    assert marked.predicted
    told = replace(marked.predicted, feedback="“by Asha Rao” says nothing.")
    [shown] = BlindAnswers(room.gradebook).shown(
        room.exam.id, [replace(marked, predictions=(told,))]
    )
    assert shown.predicted and "Asha" not in shown.predicted.feedback
    assert len(shown.reviews) == len(marked.reviews)


def test_groups_cover_them_too(room: Classroom, blocks: gr.Blocks) -> None:
    typed(room)
    with Application.open(Settings(data=room.gradebook.folder)) as application:
        page = GroupsPage(application, gr.State(), gr.Textbox())
        shown = str(page.open(room.exam.id, room.exam.questions[1].id, ""))
    assert "def rao" in shown and "Asha" not in shown and "Ben Okoro" not in shown
