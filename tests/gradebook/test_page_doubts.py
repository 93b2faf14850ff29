from __future__ import annotations

import pytest

from autograder.domain.script import Line, Reading, Script, Word
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.page_doubts import PageDoubt
from tests.gradebook.samples import hand_in, piece

BOX = (0.0, 0.0, 9.0, 9.0)


def read(gradebook: Gradebook, page_id: str, *sure: float, engine: str = "new") -> None:
    words = tuple(Word("word", BOX, each) for each in sure)
    line = Line("words", BOX, min(sure), words)
    gradebook.scripts.record_reading(page_id, Reading(engine, "2", (line,)))


def test_words_in_doubt_are_counted_and_what_is_likely_wrong_is_added_up(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    read(gradebook, page, 0.95, 0.9, 0.8, 0.5)
    found = gradebook.page_doubts.of_exam("os", 0.9)[page]
    assert (found.words, found.doubtful) == (4, 2)
    assert found.misread == pytest.approx(0.7)


def test_only_the_newest_reading_counts_and_never_the_second_engines(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    read(gradebook, page, 0.1, 0.1)
    assert gradebook.page_doubts.of_exam("os", 0.9)[page].doubtful == 2
    read(gradebook, page, 0.99, engine="newer")
    gradebook.scripts.record_reading(
        page, Reading("beside", "1", (Line("a", BOX, 0.2),), beside=True)
    )
    assert gradebook.page_doubts.of_exam("os", 0.9)[page] == PageDoubt(1)


def test_a_line_without_words_counts_as_one_and_struck_out_words_do_not_count(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    struck = Line("", BOX, 0.2, (Word("gone", BOX, 0.2, struck=True),))
    lines = (Line("a line alone", BOX, 0.5), struck)
    gradebook.scripts.record_reading(page, Reading("new", "2", lines))
    assert gradebook.page_doubts.of_exam("os", 0.9)[page] == PageDoubt(1, 1, 0.5)


def test_unplaced_text_and_notes_weigh_on_the_pages_where_they_stand(
    gradebook: Gradebook, script: Script
) -> None:
    first, second = (page.id for page in script.pages)
    pieces = [piece("q1", first, "a", note="Is it Q1?"), piece(None, second, "b")]
    noted, unplaced = gradebook.answers.record(script.id, pieces, "fake")
    found = gradebook.page_doubts.of_exam("os", 0.9)
    assert (found[first].placements, found[second].placements) == (1, 1)
    gradebook.answers.edit(noted.id, "a, looked at", "Teacher", 1)
    gradebook.answers.move(unplaced.id, "q2", "Teacher")
    found = gradebook.page_doubts.of_exam("os", 0.9)
    assert (found[first].placements, found[second].placements) == (0, 0)


def test_pages_that_are_not_read_or_were_discarded_are_not_in_it(
    gradebook: Gradebook, script: Script
) -> None:
    unread = hand_in(gradebook, "bob", read=False)
    found = gradebook.page_doubts.of_exam("os", 0.9)
    assert set(found) == {page.id for page in script.pages}
    assert unread.pages[0].id not in found
    gradebook.scripts.discard(script.id)
    assert gradebook.page_doubts.of_exam("os", 0.9) == {}


def test_scripts_that_a_person_wrote_in_are_told_with_how_many_texts_they_have(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    answer, *_ = gradebook.answers.record(script.id, [piece("q1", page, "a")], "fake")
    assert gradebook.page_doubts.edited("os") == {}
    gradebook.answers.edit(answer.id, "b", "Teacher", 1)
    assert gradebook.page_doubts.edited("os") == {script.id: 2}
