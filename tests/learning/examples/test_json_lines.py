from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import RefusedFile, StorageFailed
from autograder.domain.exam import Criterion, Question, Rating, Scale
from autograder.domain.marked_example import AnsweredQuestion, MarkedExample
from autograder.learning.examples import read_examples, write_examples

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FILLED = WORDS.filter(str.strip)
MARKS = st.floats(-5, 25, allow_nan=False)


@st.composite
def _rated(draw: st.DrawFn) -> Criterion:
    levels = draw(st.lists(st.integers(-2, 9), min_size=2, max_size=4, unique=True))
    ratings = tuple(Rating(marks, draw(WORDS)) for marks in levels)
    return Criterion(draw(FILLED), max(levels), ratings=ratings)


@st.composite
def _examples(draw: st.DrawFn) -> MarkedExample:
    low, high = sorted(draw(st.lists(st.integers(-3, 20), min_size=2, max_size=2, unique=True)))
    made = st.builds(Criterion, FILLED, MARKS, FILLED, st.integers(1, 3))
    criteria = tuple(draw(st.lists(made | _rated(), max_size=3)))
    points = st.none() | st.tuples(*(st.none() | MARKS for _ in criteria))
    question = Question(
        draw(FILLED),
        draw(WORDS),
        draw(WORDS),
        Scale(low, high, draw(st.sampled_from([0.25, 0.5, 1.0]))),
        tuple(draw(st.lists(FILLED, max_size=2))),
        criteria,
        draw(WORDS),
        draw(st.integers(1, 9)),
        draw(st.booleans()),
    )
    return MarkedExample(
        id=draw(st.uuids().map(str)),
        question=question,
        text=draw(WORDS),
        mark=draw(st.floats(low, high)),
        criteria=draw(points),
        exam=draw(WORDS),
        where=draw(WORDS),
        comment=draw(WORDS),
        predicted=draw(st.none() | MARKS),
        predicted_criteria=draw(points),
    )


PAIRS = st.builds(AnsweredQuestion, st.uuids().map(str), FILLED, FILLED, WORDS, WORDS)


@settings(deadline=None, max_examples=25)
@given(st.lists(_examples(), max_size=4), st.lists(PAIRS, max_size=2))
def test_what_is_written_is_read_back_without_loss(
    tmp_path_factory: pytest.TempPathFactory,
    marked: list[MarkedExample],
    pairs: list[AnsweredQuestion],
) -> None:
    path = tmp_path_factory.mktemp("lines") / "examples.jsonl"
    sum_ = write_examples(path, [*marked, *pairs])
    found = read_examples(path)
    assert found.marked == tuple(marked)
    assert found.unmarked == tuple(pairs)
    assert found.remarks == ()
    assert sum_ == write_examples(path.with_name("again.jsonl"), [*found.marked, *found.unmarked])


def _write(path: Path, *lines: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


LINE: dict[str, object] = {
    "id": "a",
    "question": "What is a page?",
    "question_id": "1",
    "student_answer": "A block of memory.",
    "max_score": 5,
    "score": 3,
}


RATED: dict[str, object] = {"text": "loops", "marks": 1}


def test_a_line_of_evaluate_is_an_example(tmp_path: Path) -> None:
    criteria = [{"text": "fixed size", "marks": 2}, {"text": "virtual", "marks": 3}]
    line = LINE | {"criteria": criteria, "teacher": [False, True], "dataset": "OS"}
    [example] = read_examples(_write(tmp_path / "os.jsonl", line)).marked
    assert example.mark == 3.0
    assert example.criteria == (0.0, 3.0)
    assert (example.exam, example.where) == ("OS", "os.jsonl, line 1")


def test_the_marks_of_a_question_show_its_step(tmp_path: Path) -> None:
    other = LINE | {"id": "c", "question_id": "2", "score": 4}
    path = _write(tmp_path / "os.jsonl", LINE, LINE | {"id": "b", "score": 2.5}, other)
    scales = [each.question.scale for each in read_examples(path).marked]
    assert scales == [Scale(0, 5, 0.5), Scale(0, 5, 0.5), Scale(0, 5, 1.0)]


def test_a_line_without_a_score_is_remarked_on(tmp_path: Path) -> None:
    bare = {key: value for key, value in LINE.items() if key != "score"} | {"id": "b"}
    found = read_examples(_write(tmp_path / "os.jsonl", LINE, bare))
    assert len(found.marked) == 1
    assert [(each.kind, each.where) for each in found.remarks] == [("no_mark", "os.jsonl, line 2")]


def test_questions_with_answers_but_no_marks_are_kept_apart(tmp_path: Path) -> None:
    line = {"id": "q1", "question": "What is ML?", "answer": "Learning.", "alt_answers": ["Data."]}
    found = read_examples(_write(tmp_path / "qa.jsonl", line))
    assert [(each.id, each.answer) for each in found.unmarked] == [
        ("q1", "Learning."),
        ("q1#2", "Data."),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"score": 7}, "Line 1: “score” must lie between 0 and 5"),
        ({"max_score": 0}, "Line 1: “max_score” must be above 0"),
        ({"points": [1]}, "Line 1: “points” must be a list with the points of each criterion"),
        ({"scale": {"minimum": 0}}, "Line 1: “scale” must be a number"),
        ({"id": " "}, "Line 1: “id” is empty"),
        ({"criteria": [RATED | {"ratings": "A"}]}, "Line 1: “criteria” must give criterion 1 “rat"),
        ({"criteria": [RATED | {"ratings": [{"marks": 1}]}]}, "Line 1: “loops”: give two ratings"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    with pytest.raises(RefusedFile, match=said):
        read_examples(_write(tmp_path / "os.jsonl", LINE | change))


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="Line 2: the id “a” stands on line 1 already"):
        read_examples(_write(tmp_path / "os.jsonl", LINE, LINE))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="can't be written"):
        write_examples(tmp_path / "none" / "examples.jsonl", [])
