from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Any

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Piece, PlacedLine, Reading, Stack, TakenPage
from autograder_ui.components.page_queue import BY_DOUBT, BY_STUDENT
from autograder_ui.pages.reading import ReadingPage
from tests.autograder_ui.classroom import Classroom, write

NAMES = ["Asha Rao", "Ben Okoro", "Chen Li"]


@pytest.fixture
def tab(room: Classroom) -> ReadingPage:
    with gr.Blocks():
        return ReadingPage(room.application, gr.State(), gr.Textbox())


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def page(room: Classroom, name: str = "Asha Rao") -> str:
    return room.script(name).pages[0].id


def names(picker: Any) -> list[str]:
    return [name.split(" · ")[0] for name, _ in picker["choices"]]


def hand_in(room: Classroom, title: str, *pages: tuple[str, ...]) -> list[str]:
    """A script of pages that were read; not split into answers."""
    taken, readings = [], []
    for lines in pages:
        reading, png = write(lines)
        taken.append(TakenPage(room.gradebook.scans.add(png), 10, 10, f"{title}.png"))
        readings.append(reading)
    scan = room.gradebook.scans.add(title.encode())
    upload = room.gradebook.scripts.add_upload(room.exam.id, f"{title}.png", scan, title)
    [made] = room.gradebook.scripts.take_upload(upload.id, [Stack(title, tuple(taken))])
    for each, reading in zip(made.pages, readings, strict=True):
        room.gradebook.scripts.record_reading(each.id, reading)
    return [each.id for each in made.pages]


def test_without_scripts_it_says_what_to_do_first(room: Classroom, tab: ReadingPage) -> None:
    nothing, whole, *_ = tab.open("", BY_DOUBT, None)
    assert nothing["visible"] and not whole["visible"]
    assert not tab.open(room.gradebook.exams.create("Empty").id, BY_DOUBT, None)[1]["visible"]


def test_a_page_opens_with_all_its_words_and_its_answers(room: Classroom, tab: ReadingPage) -> None:
    _, whole, _, picker, check, viewer, cards = tab.open(room.exam.id, BY_STUDENT, None)
    assert whole["visible"] and picker["value"] == page(room)
    assert "0</b> of 3 pages accepted, 3 left" in check
    assert f"/files/page/{page(room)}.png" in viewer
    reading = room.gradebook.scripts.reading(page(room))
    assert reading and viewer.count("data-box=") == len(reading.text.split())
    assert (
        '<rect class="unsure"' in viewer
        and '<rect class="sure"' in viewer
        and "A deadlock needs" in cards
    )


def test_the_queue_begins_with_the_most_doubtful_page_or_goes_by_student(
    room: Classroom, tab: ReadingPage
) -> None:
    hand_in(room, "Zoe", ("one two three four five six " * 4,) * 8)
    worst = tab.open(room.exam.id, BY_DOUBT, None)[3]
    doubtful = [int(name.split(" · ")[2].split()[0]) for name, _ in worst["choices"]]
    assert doubtful == sorted(doubtful, reverse=True)
    assert names(tab.show(room.exam.id, BY_STUDENT, None)[0]) == [*NAMES, "Zoe"]


def test_the_page_that_was_open_stays_open(room: Classroom, tab: ReadingPage) -> None:
    ben = page(room, "Ben Okoro")
    assert tab.open(room.exam.id, BY_DOUBT, ben)[3]["value"] == ben


def test_next_and_back_stop_at_the_ends(room: Classroom, tab: ReadingPage) -> None:
    here = room.exam.id, BY_STUDENT
    assert tab.next(*here, page(room))[0]["value"] == page(room, "Ben Okoro")
    assert tab.previous(*here, page(room))[0]["value"] == page(room)
    assert tab.next(*here, page(room, "Chen Li"))[0]["value"] == page(room, "Chen Li")


def test_turning_to_another_page_of_the_script_shows_its_answers(
    room: Classroom, tab: ReadingPage
) -> None:
    first, second = hand_in(room, "Dan", ("Q1 On page one",), ("Q2 On page two",))
    script = next(each for each in room.gradebook.scripts.all(room.exam.id) if each.title == "Dan")
    reading = [room.gradebook.scripts.reading(each.id) for each in script.pages]
    pieces = [
        room_piece(room, place, each.id, read)
        for place, (each, read) in enumerate(zip(script.pages, reading, strict=True))
        if read
    ]
    room.gradebook.answers.record(script.id, pieces, "rapidocr")
    assert "On page two" not in tab.show(room.exam.id, BY_STUDENT, first)[3]
    picker, _, cards = tab.turn(room.exam.id, BY_STUDENT, first, event(page=second))
    assert picker["value"] == second
    assert "On page two" in cards and "On page one" not in cards
    assert "Not found: Q3" in cards  # the other answers are not missing: they are elsewhere


def room_piece(room: Classroom, place: int, page_id: str, reading: Reading) -> Piece:
    lines = tuple(PlacedLine(page_id, line) for line in reading.lines)
    return Piece(room.exam.questions[place].id, reading.text, lines)


def test_accepting_a_page_saves_what_is_typed_and_opens_the_next_open_one(
    room: Classroom, tab: ReadingPage
) -> None:
    answer, asha = room.answer_id("Asha Rao", "Q2"), page(room)
    typed = {"answer": answer, "text": "Put right", "version": 1}
    pressed = event(page=asha, texts=[typed])
    picker, check, *_ = tab.accept(room.exam.id, BY_STUDENT, asha, "Maria", pressed)
    assert picker["value"] == page(room, "Ben Okoro")
    assert room.gradebook.checks.accepted(room.exam.id) == {asha}
    assert room.gradebook.answers.get(answer).current.author == "Maria"
    assert "1</b> of 3 pages accepted, 2 left" in check and "of their words corrected" in check
    assert picker["choices"][0][0] == "Asha Rao · page 1 · accepted ✓"


def test_on_an_accepted_page_no_word_is_in_doubt_until_it_is_opened_again(
    room: Classroom, tab: ReadingPage
) -> None:
    asha, here = page(room), (room.exam.id, BY_STUDENT, page(room))
    tab.accept(*here, "Maria", event(page=asha, texts=[]))
    _, check, viewer, cards = tab.show(*here)
    assert '"unsure"' not in unescape(cards) and '<rect class="unsure"' not in viewer
    assert "Check again" in check
    *_, cards = tab.reopen(*here, "Maria", event(page=asha))
    assert '"unsure"' in unescape(cards)
    assert room.gradebook.checks.accepted(room.exam.id) == set()


def test_a_page_is_not_accepted_over_somebody_elses_change(
    room: Classroom, tab: ReadingPage
) -> None:
    answer, asha = room.answer_id("Asha Rao", "Q2"), page(room)
    room.gradebook.answers.edit(answer, "Colleague's text", "Colleague", 1)
    typed = {"answer": answer, "text": "Mine", "version": 1}
    with pytest.warns(UserWarning, match="not accepted yet"):
        *_, cards = tab.accept(room.exam.id, BY_STUDENT, asha, "", event(page=asha, texts=[typed]))
    assert "Your text was not saved" in cards and "Mine" in cards
    assert room.gradebook.checks.accepted(room.exam.id) == set()


def test_once_all_pages_are_accepted_the_last_one_stays_open(
    room: Classroom, tab: ReadingPage
) -> None:
    for name in NAMES[1:]:
        room.gradebook.checks.accept(page(room, name), "Maria")
    pressed = event(page=page(room), texts=[])
    picker, check, *_ = tab.accept(room.exam.id, BY_STUDENT, page(room), "", pressed)
    assert picker["value"] == page(room) and "none left" in check


def test_a_correction_is_a_new_version_and_the_first_reading_stays_beside_it(
    room: Classroom, tab: ReadingPage
) -> None:
    answer = room.answer_id("Asha Rao", "Q2")
    better = event(answer=answer, text="The page table maps sides", version=1)
    _, cards = tab.save(room.exam.id, BY_DOUBT, page(room), "Maria", better)
    saved = room.gradebook.answers.get(answer)
    assert (saved.current.text, saved.current.author) == ("The page table maps sides", "Maria")
    assert saved.first.text.startswith("The page table maps virtual")
    assert "First reading" in cards
    assert "added: </span>sides</ins>" in cards


def test_a_correction_that_came_too_late_is_shown_beside_the_newer_text(
    room: Classroom, tab: ReadingPage
) -> None:
    answer = room.answer_id("Asha Rao", "Q2")
    room.gradebook.answers.edit(answer, "Colleague's text", "Colleague", 1)
    late = event(answer=answer, text="Mine", version=1)
    with pytest.warns(UserWarning, match="changed this answer"):
        _, cards = tab.save(room.exam.id, BY_DOUBT, page(room), "Maria", late)
    assert room.gradebook.answers.get(answer).current.text == "Colleague's text"
    assert "Your text was not saved" in cards and "Mine" in cards


def test_what_the_second_engine_read_is_offered_where_it_differs(
    room: Classroom, tab: ReadingPage
) -> None:
    first = room.gradebook.scripts.reading(page(room))
    assert first
    line = first.lines[0]
    words = (*line.words[:2], replace(line.words[2], text="deadlook"), *line.words[3:])
    second = Reading("tesseract", "5", (replace(line, words=words), *first.lines[1:]), beside=True)
    room.gradebook.scripts.record_reading(page(room), second)
    cards = unescape(tab.show(room.exam.id, BY_STUDENT, page(room))[3])
    assert cards.count('"deadlook"]') == 1


def test_chosen_lines_move_to_another_question(room: Classroom, tab: ReadingPage) -> None:
    source, target = room.answer_id("Asha Rao", "Q1"), room.answer_id("Asha Rao", "Q2")
    chosen = event(answer=source, question=room.exam.questions[1].id, lines=[2, 3])
    tab.move(room.exam.id, BY_DOUBT, page(room), "Maria", chosen)
    assert "If all resources" not in room.gradebook.answers.get(source).current.text
    assert "If all resources" in room.gradebook.answers.get(target).current.text


def test_a_whole_answer_can_be_taken_from_its_question_and_is_then_to_place(
    room: Classroom, tab: ReadingPage
) -> None:
    answer, ben = room.answer_id("Ben Okoro", "Q1"), page(room, "Ben Okoro")
    taken = event(answer=answer, question="", lines=[])
    _, cards = tab.move(room.exam.id, BY_STUDENT, ben, "Maria", taken)
    assert "Unplaced text" in cards
    assert tab.next_to_place(room.exam.id, BY_STUDENT, page(room))[0]["value"] == ben
    picker = tab.show(room.exam.id, BY_STUDENT, None)[0]
    assert picker["choices"][1][0].endswith(" · 1 to place")


def test_an_answer_that_was_not_found_can_be_typed_in(room: Classroom, tab: ReadingPage) -> None:
    essay, here = room.exam.questions[2].id, (room.exam.id, BY_DOUBT, page(room, "Chen Li"))
    with pytest.raises(InvalidInput, match="Type the answer"):
        tab.add(*here, "Maria", event(question=essay, text=" "))
    tab.add(*here, "", event(question=essay, text="On the back of the sheet"))
    added = room.gradebook.answers.get(room.answer_id("Chen Li", "Q3"))
    assert (added.current.text, added.current.author) == ("On the back of the sheet", "Teacher")


def test_hostile_names_stay_text(room: Classroom, tab: ReadingPage) -> None:
    script = room.script("Asha Rao")
    room.gradebook.scripts.rename(script.id, "<img src=x onerror=alert(1)>")
    room.gradebook.scripts.assign(script.id, None)
    _, check, viewer, cards = tab.show(room.exam.id, BY_DOUBT, script.pages[0].id)
    assert "<img src=x" not in check + viewer + cards


def test_a_script_that_is_read_but_not_split_yet_is_still_waiting(
    room: Classroom, tab: ReadingPage
) -> None:
    [waiting] = hand_in(room, "new", ("Q1 A page that was just read",))
    assert "Not read yet" in tab.show(room.exam.id, BY_DOUBT, waiting)[3]
