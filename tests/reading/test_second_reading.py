from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Line, Reading, Word
from autograder.reading.second_reading import compare

LINES = st.lists(st.text(st.sampled_from("ab c."), max_size=12), max_size=5)


def reading(*lines: str, engine: str = "plain", confidence: float = 0.9) -> Reading:
    made = []
    for row, text in enumerate(lines):
        words = tuple(
            Word(word, (50.0 * at, 40.0 * row, 50.0 * at + 40, 40.0 * row + 30), confidence)
            for at, word in enumerate(text.split())
        )
        made.append(Line(text, (0.0, 40.0 * row, 500.0, 40.0 * row + 30), confidence, words))
    return Reading(engine, "1", tuple(made))


def doubtful(first: Reading, second: Reading) -> list[str]:
    compared = compare(first, second)
    return [word.text for line in compared.lines for word in line.words if word.confidence < 0.5]


def test_a_word_that_the_other_engine_corrected_is_doubtful_and_stays_as_read() -> None:
    first = reading("Paging is the meomry", "of proceses")
    second = reading("Paging is the memory", "of processes", engine="fluent")
    assert doubtful(first, second) == ["meomry", "proceses"]
    assert compare(first, second).text == first.text


def test_case_punctuation_and_where_lines_and_words_end_count_for_nothing() -> None:
    first = reading("Paging, in to", "frames. It saves")
    assert doubtful(first, reading("paging into frames it", "Saves")) == []


def test_another_order_of_the_lines_counts_for_nothing() -> None:
    first = reading("left one", "left two", "right one", "right two")
    assert doubtful(first, reading("left one", "right one", "left two", "right two")) == []


def test_what_only_the_other_engine_saw_makes_the_word_before_it_doubtful() -> None:
    first = reading("a page is stored")
    assert doubtful(first, reading("a page is not stored")) == ["is"]
    assert doubtful(first, reading("never a page is stored")) == ["a"]
    assert doubtful(first, reading()) == ["a", "page", "is", "stored"]


def test_a_word_that_was_doubtful_already_is_not_made_surer() -> None:
    first = reading("meomry", confidence=0.1)
    [word] = compare(first, reading("memory")).lines[0].words
    assert word.confidence == 0.1


def test_words_that_were_struck_out_are_left_alone() -> None:
    first = reading("a page")
    struck = replace(first.lines[0].words[0], struck=True)
    line = replace(first.lines[0], words=(struck, first.lines[0].words[1]))
    compared = compare(replace(first, lines=(line,)), reading("page"))
    assert compared.lines[0].words == line.words


def test_the_version_says_what_it_was_compared_with() -> None:
    compared = compare(reading("a"), reading("a", engine="fluent"))
    assert (compared.engine, compared.version) == ("plain", "1, compared with fluent 1")


def test_comparing_again_changes_nothing() -> None:
    first, second = reading("a meomry page"), reading("a memory page", engine="fluent")
    compared = compare(first, second)
    assert compare(compared, second) == compared


@given(LINES, LINES)
def test_only_confidences_change_and_equal_readings_agree(one: list[str], other: list[str]) -> None:
    first = reading(*one)
    compared = compare(first, reading(*other))
    boxes = [[word.box for word in line.words] for line in compared.lines]
    assert boxes == [[word.box for word in line.words] for line in first.lines]
    assert compared.text == first.text
    assert doubtful(first, first) == []
