from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question
from autograder.domain.grade import Example, Passage
from autograder.grading.jsonl import predict_rows, question_of, read_rows, write_rows
from tests.fakes import CountingGrader

ROW = {
    "id": "a",
    "question": "What is a page?",
    "question_id": "q1",
    "reference_answer": "A fixed part of memory",
    "student_answer": "part of memory",
    "max_score": 4,
    "score": 3,
}


def file_of(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "in.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    return path


def nothing(question: Question) -> list[Passage]:
    return []


@pytest.mark.parametrize("key", ["id", "question", "student_answer", "max_score"])
def test_a_missing_key_is_named_with_its_line(tmp_path: Path, key: str) -> None:
    lacking = {name: value for name, value in ROW.items() if name != key} | {"id2": "b"}
    with pytest.raises(InvalidInput, match=f"Line 2: “{key}” is missing"):
        read_rows(file_of(tmp_path, ROW, lacking))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_score": 0}, "must be above 0"),
        ({"max_score": "4"}, "must be a number"),
        ({"score": 9}, "between 0 and max_score"),
        ({"student_answer": None}, "must be text"),
        ({"max_score": 10**400}, "“max_score” must be a number below"),
        ({"max_score": float("nan")}, "“max_score” must be a number"),
        ({"id": " "}, "“id” is empty"),
        ({"student_answer": "cut \ud83d"}, "“student_answer” holds half of a character"),
        ({"reviewed": "yes"}, "“reviewed” must be true or false"),
        ({"criteria": [{"text": "x", "marks": 1}, {"text": "x"}]}, "“marks” for each .* 2 has"),
        ({"criteria": [{"text": "x", "marks": "1"}]}, "number .“marks” of criterion 1"),
        ({"criteria": [{"text": " ", "marks": 1}]}, "“text” for criterion 1"),
        ({"criteria": [{"text": "x", "marks": 1, "group": {}}]}, "“group” as text"),
        ({"criteria": [{"text": "x", "marks": -1}]}, "more than 0 marks together"),
        ({"criteria": ["x"]}, "must hold objects, but number 1 is none"),
        ({"criteria": [{"text": "x", "marks": 1, "best": 0}]}, "“best” of 1 or more"),
        ({"teacher": [True]}, "one true or false a criterion"),
        ({"criteria": [{"text": "x", "marks": 1}], "teacher": ["false"]}, "but true and false"),
        ({"reference_answer": 3}, "text or a list"),
        ({"reviewed": True, "score": None}, "“score” is missing"),
    ],
)
def test_values_of_no_use_are_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_rows(file_of(tmp_path, ROW | change))


def test_an_id_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"Line 2: the id “a” stands on line 1"):
        read_rows(file_of(tmp_path, ROW, ROW))


def test_broken_json_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ROW) + "\n{nope", encoding="utf-8")
    with pytest.raises(InvalidInput, match="Line 2: this is not JSON"):
        read_rows(path)


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 9_999 + "}", "[1]", "7"])
def test_a_line_that_is_no_answer_is_named_however_odd_it_is(tmp_path: Path, line: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"^Line 2: "):
        read_rows(path)


def test_where_the_json_breaks_is_said_by_the_character_of_that_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ROW) + '\n{"id": }', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"^Line 2: .*character 8\)\.$"):
        read_rows(path)


@pytest.mark.parametrize("maximum", [0.001, 1, 7, 300, 2500, 1e6])
def test_any_maximum_makes_a_scale(tmp_path: Path, maximum: float) -> None:
    criteria = [{"text": "x", "marks": maximum / 2}, {"text": "y", "marks": 0.1}]
    for more in ({}, {"criteria": criteria}):
        (row,) = read_rows(file_of(tmp_path, ROW | more | {"max_score": maximum, "score": 0}))
        assert question_of([row]).scale.maximum == maximum


def test_evaluating_needs_every_score(tmp_path: Path) -> None:
    path = file_of(tmp_path, {key: value for key, value in ROW.items() if key != "score"})
    assert read_rows(path)[0].score is None
    with pytest.raises(InvalidInput, match="“score” is missing"):
        read_rows(path, scored=True)


def test_outputs_come_in_the_order_of_the_input_and_without_the_reviews(tmp_path: Path) -> None:
    answers = [
        ROW | {"id": f"{question}{index}", "question_id": question, "student_answer": "w " * index}
        for index in range(40)
        for question in ("q1", "q2")
    ]
    answers[5] |= {"reviewed": True}
    rows = read_rows(file_of(tmp_path, *answers))
    outputs = list(predict_rows(rows, CountingGrader(), nothing))
    assert [each["id"] for each in outputs] == [row["id"] for row in answers if row != answers[5]]
    assert outputs[6]["score"] == 3
    assert outputs[6]["distribution"] == {"3": 1.0}


class Listening(CountingGrader):
    examples: list[list[Example]]

    def grade(self, question, answers, passages=(), examples=()):  # type: ignore[no-untyped-def]
        self.examples = [*getattr(self, "examples", []), list(examples)]
        return super().grade(question, answers, passages, examples)


def test_reviews_are_examples_to_their_own_question_alone(tmp_path: Path) -> None:
    criteria = [{"text": "part", "marks": 3}, {"text": "fixed", "marks": 1}]
    review = ROW | {"id": "r", "reviewed": True, "criteria": criteria, "teacher": [True, False]}
    same, other = ROW | {"criteria": criteria}, ROW | {"id": "b", "question_id": "q2"}
    grader = Listening()
    list(predict_rows(read_rows(file_of(tmp_path, review, same, other)), grader, nothing))
    assert grader.examples == [[Example("part of memory", 3.0, (3.0, 0.0), id="r")], []]


def test_rows_without_an_id_of_the_question_go_by_its_text(tmp_path: Path) -> None:
    bare = {key: value for key, value in ROW.items() if key != "question_id"}
    rows = read_rows(file_of(tmp_path, bare, bare | {"id": "b"}))
    assert rows[0].key == rows[1].key


def test_each_given_criterion_has_its_place_though_the_grader_judged_none(tmp_path: Path) -> None:
    criteria = [{"text": "part", "marks": 3}, {"text": "fixed", "marks": 1}]
    rows = read_rows(file_of(tmp_path, ROW | {"criteria": criteria}))
    (output,) = predict_rows(rows, CountingGrader(), nothing)
    assert output["criteria"] == [{"met": None, "marks": None, "evidence": None}] * 2


def test_what_is_written_can_be_read_line_by_line(tmp_path: Path) -> None:
    rows = read_rows(file_of(tmp_path, ROW))
    out = tmp_path / "out.jsonl"
    assert write_rows(out, predict_rows(rows, CountingGrader(), nothing)) == 1
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["max_score"] == 4
    assert found["grader"] == "counting"


def test_an_output_that_ends_early_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("what was there", encoding="utf-8")

    def ends_early() -> Iterator[dict[str, Any]]:
        yield {"id": "a"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(out, ends_early())
    assert out.read_text(encoding="utf-8") == "what was there"
    assert list(tmp_path.iterdir()) == [out]


def test_a_link_stays_a_link_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    link, target = tmp_path / "link.jsonl", tmp_path / "target.jsonl"
    link.symlink_to(target)
    assert write_rows(link, [{"id": "a"}]) == 1
    assert link.is_symlink() and target.read_text(encoding="utf-8") == '{"id": "a"}\n'
    assert write_rows(Path("/dev/null"), [{"id": "a"}]) == 1


def test_a_folder_that_is_not_there_is_said_before_anything_is_graded(tmp_path: Path) -> None:
    grader = CountingGrader()
    outputs = predict_rows(read_rows(file_of(tmp_path, ROW)), grader, nothing)
    with pytest.raises(InvalidInput, match="can't be written: No such file"):
        write_rows(tmp_path / "nowhere" / "out.jsonl", outputs)
    assert grader.graded == []


def test_one_mark_for_one_idea_is_all_or_nothing_and_for_several_it_is_split(
    tmp_path: Path,
) -> None:
    several = "It maps pages to frames. Each process has its own. It holds protection bits."
    one = ROW | {"max_score": 1, "score": 1}
    more = one | {"id": "b", "question_id": "q2", "reference_answer": several}
    rows = read_rows(file_of(tmp_path, one, more))
    assert question_of(rows[:1]).scale.marks == (0, 1)
    assert len(question_of(rows[1:]).scale.marks) == 11


def test_marks_that_are_shown_set_the_step(tmp_path: Path) -> None:
    review = ROW | {"id": "b", "reviewed": True, "score": 2.25}
    assert question_of(read_rows(file_of(tmp_path, ROW, review))).scale.step == 0.25
