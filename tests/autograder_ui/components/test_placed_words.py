from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Line, PlacedLine, Word
from autograder_ui.components.placed_words import doubt_kind, line_words, placed_words

words = st.lists(st.sampled_from(["the", "cat", "sat", "Q1", "mat."]), max_size=12)


def line(*read: str, struck: str = "") -> PlacedLine:
    boxes = [(10.0 * place, 0.0, 10.0 * place + 9, 8.0) for place in range(len(read))]
    made = tuple(
        Word(text, box, 0.5, text == struck) for text, box in zip(read, boxes, strict=True)
    )
    return PlacedLine("p1", Line(" ".join(read), (0, 0, 99, 8), 0.5, made))


def said(text: str, *lines: PlacedLine) -> list[tuple[str, str, bool]]:
    """What was read, what the text says there, whether it is the same."""
    found = placed_words(text, lines)
    return [(each.word.text, text[slice(*each.span)], each.kept) for each in found]


def test_a_label_that_was_cut_off_moves_no_word() -> None:
    assert said("the cat\nthe cat", line("Q1", "the", "cat"), line("the", "cat")) == [
        ("the", "the", True),
        ("cat", "cat", True),
        ("the", "the", True),
        ("cat", "cat", True),
    ]


def test_a_word_that_a_person_wrote_anew_keeps_its_place_on_the_scan() -> None:
    assert said("the dog sat", line("the", "cat", "sat")) == [
        ("the", "the", True),
        ("cat", "dog", False),
        ("sat", "sat", True),
    ]


def test_words_that_a_person_took_away_or_added_stand_for_nothing() -> None:
    assert [read for read, _, _ in said("sat", line("the", "cat", "sat"))] == ["sat"]
    assert said("the very old cat", line("the", "cat"))[-1] == ("cat", "cat", True)


def test_struck_out_words_are_none() -> None:
    assert said("the sat", line("the", "cat", "sat", struck="cat"))[-1] == ("sat", "sat", True)


@given(words, words)
def test_placed_words_stand_in_the_text_one_after_the_other(
    read: list[str], now: list[str]
) -> None:
    text = " ".join(now)
    found = placed_words(text, [line(*read)])
    ends = [0, *(each.span[1] for each in found)]
    assert all(end <= each.span[0] for end, each in zip(ends, found, strict=False))
    assert all((each.word.text == text[slice(*each.span)]) for each in found if each.kept)


def test_a_line_without_words_is_cut_up_by_its_letters() -> None:
    assert list(line_words(Line("ab cde", (0, 0, 60, 8), 0.4))) == [
        Word("ab", (0, 0, 20, 8), 0.4),
        Word("cde", (30, 0, 60, 8), 0.4),
    ]


def test_doubt_has_three_kinds() -> None:
    assert [doubt_kind(sure) for sure in (0.5, 0.7, 0.89, 0.9)] == [
        "unsure",
        "doubtful",
        "doubtful",
        "sure",
    ]
