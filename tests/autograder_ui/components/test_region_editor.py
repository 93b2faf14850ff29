from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Region
from autograder_ui.components.region_editor import RegionEditor, board, region_of
from tests.autograder_ui.classroom import Classroom


@pytest.fixture
def editor(room: Classroom) -> RegionEditor:
    with gr.Blocks():
        return RegionEditor(room.application, gr.State(room.exam.id))


def event(*regions: dict[str, Any]) -> Any:
    return SimpleNamespace(regions=list(regions))


def drawn(question: str, *box: float, page: int = 1) -> dict[str, Any]:
    return {"question": question, "page": page, "box": list(box)}


def test_there_is_nothing_to_draw_on_before_a_script_has_pages(
    room: Classroom, editor: RegionEditor
) -> None:
    empty = room.gradebook.exams.save(room.exam.__class__("", "New", "", ()))
    assert editor.load(empty.id)[0]["visible"] is False
    assert editor.load("")[0]["visible"] is False
    assert editor.load(room.exam.id)[0]["visible"] is True


def test_what_is_drawn_is_kept_with_the_page_that_it_was_drawn_on(
    room: Classroom, editor: RegionEditor
) -> None:
    script, question = room.script("Ben Okoro"), room.exam.questions[1].id
    said = editor.save(room.exam.id, script.id, event(drawn(question, 0.1, 0.2, 0.9, 0.4)))
    assert "1 place saved" in said
    template = room.gradebook.templates.of_exam(room.exam.id)
    assert template.regions == (Region(question, 1, (0.1, 0.2, 0.9, 0.4)),)
    assert template.pages == {1: script.pages[0].id}
    _, picker, _, shown = editor.load(room.exam.id)
    assert picker["value"] == script.id
    assert 'data-box="0.10000 0.20000 0.90000 0.40000"' in shown


def test_another_script_is_drawn_on_from_the_start(room: Classroom, editor: RegionEditor) -> None:
    script, question = room.script("Ben Okoro"), room.exam.questions[0].id
    editor.save(room.exam.id, script.id, event(drawn(question, 0.1, 0.2, 0.9, 0.4)))
    shown = editor.show(room.exam.id, room.script("Chen Li").id)
    assert 'data-box="0.1' not in shown


def test_a_place_may_say_that_there_is_nothing_to_grade(
    room: Classroom, editor: RegionEditor
) -> None:
    script = room.script("Ben Okoro")
    editor.save(room.exam.id, script.id, event(drawn("", 0, 0, 1, 0.1)))
    assert room.gradebook.templates.of_exam(room.exam.id).regions[0].question_id == ""


def test_all_places_can_be_taken_away(room: Classroom, editor: RegionEditor) -> None:
    script, question = room.script("Ben Okoro"), room.exam.questions[0].id
    editor.save(room.exam.id, script.id, event(drawn(question, 0.1, 0.2, 0.9, 0.4)))
    editor.save(room.exam.id, script.id, event())
    assert room.gradebook.templates.of_exam(room.exam.id).regions == ()


def test_a_place_without_area_is_refused(room: Classroom, editor: RegionEditor) -> None:
    place = drawn(room.exam.questions[0].id, 0.5, 0.5, 0.5, 0.5)
    with pytest.raises(InvalidInput, match="Draw it again"):
        editor.save(room.exam.id, room.script("Ben Okoro").id, event(place))


def test_what_goes_over_the_page_ends_at_its_edge() -> None:
    region = region_of({"question": "q", "page": "2", "box": [-0.1, 0.2, 1.3, 0.4]})
    assert region == Region("q", 2, (0.0, 0.2, 1.0, 0.4))


def test_labels_never_become_markup(room: Classroom) -> None:
    hostile = replace(room.exam.questions[0], label="<script>alert(1)</script>")
    pages = room.script("Ben Okoro").pages
    assert "<script>" not in board(pages, [Region(hostile.id, 1, (0, 0, 1, 1))], [hostile])
