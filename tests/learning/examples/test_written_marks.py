from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.learning.examples.written_marks import read_mark


@pytest.mark.parametrize(
    ("cell", "mark", "most"),
    [
        ("3", 3, None),
        (" 2,5 ", 2.5, None),
        (".5", 0.5, None),
        ("3½", 3.5, None),
        ("2 1/2", 2.5, None),
        ("½", 0.5, None),
        ("−1", -1, None),
        ("3/5", 3, 5),
        ("2,5 / 5", 2.5, 5),
        ("7 von 10 Punkten", 7, 10),
        ("12 sur 20", 12, 20),
        ("2 of 4", 2, 4),
        ("3 points", 3, None),
        ("4 pts.", 4, None),
        ("75%", 75, 100),
        ("82,5 %", 82.5, 100),
        ("The answer is valued 3/5 since there is only partial answer.", 3, 5),
        ("The answer is valued 2/5, since only 2 correct algorithms are mentioned.", 2, 5),
        ("Score: 2 out of 5", 2, 5),
        ("I'd give this 2.5 out of 5 because one of the 4 reasons is missing", 2.5, 5),
        ("Score: 2 out of 5. Names 1/3 of the states.", 2, 5),
        ("2/4 points\n<Point1:True>,<Point2:False>", 2, 4),
        ("Mark = 3", 3, None),
        ("Grade is 4.5", 4.5, None),
        ("3 marks, loses 2 marks for the missing unit", 3, None),
        ("3 - one cause is missing", 3, None),
        ("Bewertung: 1,5 von 2 Punkten, da ein Grund fehlt", 1.5, 2),
        ("Good. 4 points for the idea.", 4, None),
    ],
)
def test_a_mark_is_read_as_people_write_it(cell: str, mark: float, most: float | None) -> None:
    found = read_mark(cell)
    assert (found.mark, found.most) == (mark, most)


@pytest.mark.parametrize("cell", ["", "absent", "-", "see 3.2.1", "12/03/2024", "B+", "it names 2"])
def test_where_no_mark_stands_none_is_made_up(cell: str) -> None:
    with pytest.raises(InvalidInput, match=r"no mark stands in|is empty"):
        read_mark(cell)


def test_two_marks_that_differ_are_no_mark() -> None:
    with pytest.raises(InvalidInput, match="two marks stand in"):
        read_mark("Part a: 2/5. Part b: 3/5")


def test_the_words_of_a_sentence_are_kept_and_a_bare_mark_has_none() -> None:
    assert read_mark("valued 3/5 since it is short").words == "valued 3/5 since it is short"
    assert read_mark("3 / 5").words == ""


@settings(deadline=None)
@given(
    st.integers(0, 400).map(lambda quarter: quarter / 4),
    st.integers(1, 100),
    st.sampled_from([".", ","]),
    st.sampled_from(
        [
            "{mark}/{most}",
            "{mark} / {most} points",
            "{mark} out of {most}",
            "The answer is valued {mark}/{most} since it names 2 of 3.",
            "Score: {mark} out of {most}\nGood work.",
            "It gets {mark} points of {most}: 1 is wrong.",
        ]
    ),
)
def test_every_mark_in_every_sentence_is_read_back(
    mark: float, most: int, comma: str, sentence: str
) -> None:
    found = read_mark(sentence.format(mark=f"{mark:g}".replace(".", comma), most=most))
    assert (found.mark, found.most) == (mark, most)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(cell: str) -> None:
    try:
        found = read_mark(cell)
    except InvalidInput:
        return
    assert isinstance(found.mark, float)


def test_the_sentences_of_real_markers_are_read(shared_data: Path) -> None:
    rows = (shared_data / "grading/autograder_os.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, rows):
        found = read_mark(row["comment"])
        assert (found.mark, found.most) == (row["score"], row["max_score"]), row["comment"]
