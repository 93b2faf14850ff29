from __future__ import annotations

from collections import Counter

from autograder_ui.components.corrections import Corrections, corrected_words
from tests.autograder_ui.classroom import Classroom


def answers(room: Classroom) -> Counter[str]:
    return corrected_words(room.gradebook.answers.of_script(room.script("Ben Okoro").id))


def edit(room: Classroom, text: str, version: int = 1) -> None:
    room.gradebook.answers.edit(room.answer_id("Ben Okoro", "Q1"), text, "Maria", version)


def test_what_nobody_changed_counts_nothing(room: Classroom) -> None:
    assert answers(room) == Counter()
    assert Corrections(room.gradebook).of_exam(room.exam.id) == Counter()


def test_words_that_were_changed_or_taken_away_are_counted_on_their_page(room: Classroom) -> None:
    edit(room, "When three programs wait for each other.\nKill one.")
    page = room.script("Ben Okoro").pages[0].id
    assert answers(room) == Counter({page: 4})  # two; one of them.


def test_a_word_that_was_put_back_is_not_corrected(room: Classroom) -> None:
    edit(room, "When three programs wait for each other.\nKill one of them.")
    edit(room, "When two programs wait for each other.\nKill one of them.", 2)
    assert answers(room) == Counter()


def test_text_that_was_only_moved_is_not_corrected(room: Classroom) -> None:
    question, answer = room.exam.questions[1].id, room.answer_id("Ben Okoro", "Q1")
    room.gradebook.answers.move(answer, question, "Maria", [1])
    assert answers(room) == Counter()


def test_the_exams_count_follows_each_change(room: Classroom) -> None:
    corrections, page = Corrections(room.gradebook), room.script("Ben Okoro").pages[0].id
    edit(room, "When three programs wait for each other.\nKill one of them.")
    assert corrections.of_exam(room.exam.id) == Counter({page: 1})
    edit(room, "If three programs wait for each other.\nKill one of them.", 2)
    assert corrections.of_exam(room.exam.id) == Counter({page: 2})
