from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.script import Line, Word
from autograder.reading.networks.placing import DOUBTFUL, placed
from autograder.reading.networks.written_text import WrittenLine, WrittenWord

SIZE = (600, 400)
TEXTS = st.lists(st.text(st.sampled_from("abc xyz"), max_size=14), max_size=5)


def written(*lines: str) -> list[WrittenLine]:
    return [tuple(WrittenWord(word, 0.95) for word in line.split()) for line in lines]


def found(*lines: str) -> list[Line]:
    """Lines 60 pixels apart, ten pixels a character."""
    made = []
    for row, text in enumerate(lines):
        words, start = [], 0
        for word in text.split():
            start = text.index(word, start)
            box = (
                50.0 + 10 * start,
                60.0 * row + 10,
                50.0 + 10 * (start + len(word)),
                60.0 * row + 50,
            )
            words.append(Word(word, box, 0.8))
            start += len(word)
        box = (50.0, 60.0 * row + 10, 50.0 + 10 * len(text), 60.0 * row + 50)
        made.append(Line(text, box, 0.8, tuple(words)))
    return made


def test_words_stand_where_the_other_engine_saw_their_characters() -> None:
    [line] = placed(written("the memory is full"), found("tho memcry is ful"), SIZE)
    assert line.text == "the memory is full"
    assert line.box == (50, 10, 220, 50)
    boxes = [word.box for word in line.words]
    assert [(left, right) for left, _, right, _ in boxes] == [
        (50, 80),
        (90, 150),
        (160, 180),
        (190, 220),
    ]


def test_words_that_were_split_otherwise_still_follow_each_other() -> None:
    [line] = placed(written("into frames"), found("in to frarnes"), SIZE)
    (into, frames) = line.words
    assert into.box[0] == 50 and into.box[2] == 100
    assert frames.box[0] == 110 and frames.box[2] == 180


def test_a_line_that_nobody_else_saw_stands_between_its_neighbours_in_doubt() -> None:
    lines = placed(
        written("first line here", "made up by it", "third line here"),
        found("first line here", "third line here"),
        SIZE,
    )
    assert [line.text for line in lines] == ["first line here", "made up by it", "third line here"]
    assert all(word.confidence <= DOUBTFUL for word in lines[1].words)
    assert lines[0].box[3] <= lines[1].box[1] < lines[1].box[3] <= lines[2].box[1]
    assert all(word.confidence == 0.95 for word in lines[0].words)


def test_a_line_that_was_left_out_comes_in_its_place_in_doubt() -> None:
    lines = placed(
        written("first line here", "last words"),
        found("first line here", "zq qzz quux", "last words"),
        SIZE,
    )
    assert [line.text for line in lines] == ["first line here", "zq qzz quux", "last words"]
    assert all(word.confidence <= DOUBTFUL for word in lines[1].words)


def test_two_rows_that_were_written_as_one_are_not_there_twice() -> None:
    lines = placed(
        written("first line and the second"), found("first line and", "the second"), SIZE
    )
    assert [line.text for line in lines] == ["first line and the second"]


def test_a_page_on_which_nothing_was_detected_holds_what_was_written() -> None:
    lines = placed(written("one", "two"), [], SIZE)
    assert [line.text for line in lines] == ["one", "two"]
    assert lines[0].box[3] <= lines[1].box[1]
    assert placed([], [], SIZE) == []


@given(TEXTS, TEXTS)
def test_every_written_word_is_there_once_in_order_and_on_the_page(
    one: list[str], other: list[str]
) -> None:
    lines = placed(written(*one), found(*other), SIZE)
    texts = [line.text for line in lines]
    kept = [" ".join(text.split()) for text in one if text.split()]
    rest = iter(texts)
    assert all(text in rest for text in kept)
    for line in lines:
        assert " ".join(word.text for word in line.words) == line.text or line.text in other
        for left, top, right, bottom in (line.box, *(word.box for word in line.words)):
            assert 0 <= left < right <= SIZE[0] and 0 <= top < bottom <= SIZE[1]
