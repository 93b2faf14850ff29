from __future__ import annotations

from autograder.domain.script import Box, Line, Reading, Word
from autograder_ui.components.other_reading import other_words


def line(text: str, top: float = 0.0, with_words: bool = True) -> Line:
    """Letters 10 pixels wide, so that words of the same length stand in the same place."""
    words, at = [], 0.0
    for word in text.split():
        words.append(Word(word, (at, top, at + 10.0 * len(word), top + 20), 0.5))
        at += 10.0 * (len(word) + 1)
    box = (0.0, top, 10.0 * len(text), top + 20)
    return Line(text, box, 0.5, tuple(words) if with_words else ())


def reading(*lines: Line) -> Reading:
    return Reading("engine", "1", lines)


def box(first: Line, word: str) -> Box:
    return next(each.box for each in first.words if each.text == word)


def test_only_the_words_on_which_the_two_differ_are_told() -> None:
    first = line("hol and wait")
    assert other_words(reading(first), reading(line("hold and wait"))) == {
        box(first, "hol"): "hold"
    }
    assert other_words(reading(first), reading(first)) == {}


def test_a_word_that_the_second_engine_cut_in_two_is_told_whole() -> None:
    first = line("deadlock here")
    told = other_words(reading(first), reading(line("dead lock here")))
    assert told == {box(first, "deadlock"): "dead lock"}


def test_words_that_do_not_stand_for_one_another_are_not_told() -> None:
    assert other_words(reading(line("mutual exclusion now")), reading(line("muex now"))) == {}


def test_only_the_same_row_of_writing_is_compared() -> None:
    upper, lower = line("hol", top=0), line("the", top=40)
    second = reading(line("hold", top=2), line("them", top=43))
    told = other_words(reading(upper, lower), second)
    assert told == {upper.words[0].box: "hold", lower.words[0].box: "them"}


def test_an_engine_that_tells_lines_only_is_compared_by_their_letters() -> None:
    first = line("hol and wait")
    second = reading(line("hold and wait", with_words=False))
    assert other_words(reading(first), second) == {box(first, "hol"): "hold"}
