from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder_ui.pages.reading import ReadingPage
from tests.autograder_ui.classroom import Classroom, write


@pytest.fixture
def tab(room: Classroom) -> ReadingPage:
    with gr.Blocks():
        return ReadingPage(room.application, gr.State(), gr.Textbox())


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def script(room: Classroom, name: str = "Asha Rao") -> str:
    return room.script(name).id


def test_without_scripts_it_says_what_to_do_first(room: Classroom, tab: ReadingPage) -> None:
    nothing, whole, *_ = tab.open("", None)
    assert nothing["visible"] and not whole["visible"]
    assert not tab.open(room.gradebook.exams.create("Empty").id, None)[1]["visible"]


def test_a_script_opens_with_its_pages_and_its_answers(room: Classroom, tab: ReadingPage) -> None:
    _, whole, _, picker, viewer, cards = tab.open(room.exam.id, None)
    assert whole["visible"]
    assert [name for name, _ in picker["choices"]] == ["Asha Rao", "Ben Okoro", "Chen Li"]
    assert f"/files/page/{room.script('Asha Rao').pages[0].id}.png" in viewer
    assert 'class="unsure"' in viewer and "A deadlock needs" in cards


def test_the_script_that_was_open_stays_open(room: Classroom, tab: ReadingPage) -> None:
    assert tab.open(room.exam.id, script(room, "Ben Okoro"))[3]["value"] == script(
        room, "Ben Okoro"
    )


def test_next_and_previous_stop_at_the_ends(room: Classroom, tab: ReadingPage) -> None:
    assert tab.next(room.exam.id, script(room))[0] == script(room, "Ben Okoro")
    assert tab.previous(room.exam.id, script(room))[0] == script(room)
    assert tab.next(room.exam.id, script(room, "Chen Li"))[0] == script(room, "Chen Li")


def test_a_correction_is_a_new_version_and_the_first_reading_stays(
    room: Classroom, tab: ReadingPage
) -> None:
    answer = room.answer_id("Asha Rao", "Q2")
    cards = tab.save(script(room), "Maria", event(answer=answer, text="Better", version=1))
    saved = room.gradebook.answers.get(answer)
    assert (saved.current.text, saved.current.author) == ("Better", "Maria")
    assert saved.first.text.startswith("The page table maps")
    assert "Better" in cards and "First reading" in cards


def test_a_correction_that_came_too_late_is_shown_beside_the_newer_text(
    room: Classroom, tab: ReadingPage
) -> None:
    answer = room.answer_id("Asha Rao", "Q2")
    room.gradebook.answers.edit(answer, "Colleague's text", "Colleague", 1)
    with pytest.warns(UserWarning, match="changed this answer"):
        cards = tab.save(script(room), "Maria", event(answer=answer, text="Mine", version=1))
    assert room.gradebook.answers.get(answer).current.text == "Colleague's text"
    assert "Your text was not saved" in cards and "Mine" in cards


def test_chosen_lines_move_to_another_question(room: Classroom, tab: ReadingPage) -> None:
    source, target = room.answer_id("Asha Rao", "Q1"), room.answer_id("Asha Rao", "Q2")
    question = room.exam.questions[1].id
    tab.move(script(room), "Maria", event(answer=source, question=question, lines=[2, 3]))
    assert "If all resources" not in room.gradebook.answers.get(source).current.text
    assert "If all resources" in room.gradebook.answers.get(target).current.text


def test_a_whole_answer_can_be_taken_from_its_question_and_is_then_to_check(
    room: Classroom, tab: ReadingPage
) -> None:
    answer = room.answer_id("Ben Okoro", "Q1")
    cards = tab.move(
        script(room, "Ben Okoro"), "Maria", event(answer=answer, question="", lines=[])
    )
    assert "Unplaced text" in cards
    assert tab.next_to_check(room.exam.id, script(room))[0] == script(room, "Ben Okoro")
    assert "Ben Okoro · 1 unplaced" in [
        name for name, _ in tab.open(room.exam.id, None)[3]["choices"]
    ]


def test_an_answer_that_was_not_found_can_be_typed_in(room: Classroom, tab: ReadingPage) -> None:
    essay, chen = room.exam.questions[2].id, script(room, "Chen Li")
    with pytest.raises(InvalidInput, match="Type the answer"):
        tab.add(chen, "Maria", event(question=essay, text=" "))
    tab.add(chen, "", event(question=essay, text="On the back of the sheet"))
    added = room.gradebook.answers.get(room.answer_id("Chen Li", "Q3"))
    assert (added.current.text, added.current.author) == ("On the back of the sheet", "Teacher")


def test_hostile_names_stay_text(tmp_path: Path, room: Classroom, tab: ReadingPage) -> None:
    room.gradebook.scripts.rename(script(room), "<img src=x onerror=alert(1)>")
    room.gradebook.scripts.assign(script(room), None)
    chosen = next(
        each.id for each in room.gradebook.scripts.all(room.exam.id) if each.student is None
    )
    _, viewer, cards = tab.read(chosen)
    assert "<img src=x" not in viewer + cards


def test_a_script_that_is_read_but_not_split_yet_is_still_waiting(
    room: Classroom, tab: ReadingPage
) -> None:
    reading, png = write(("Q1 A page that was just read",))
    scan = room.gradebook.scans.add(png)
    upload = room.gradebook.scripts.add_upload(room.exam.id, "new.png", scan, "new")
    waiting = room.gradebook.scripts.take_upload(upload.id, [(scan, 10, 10, "new.png")])
    room.gradebook.scripts.record_reading(waiting.pages[0].id, reading)
    assert "Not read yet" in tab.read(waiting.id)[2]
