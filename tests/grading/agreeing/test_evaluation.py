from __future__ import annotations

from typing import Any

import pytest

from autograder.domain.exam import Criterion
from autograder.grading.agreeing.evaluation import evaluate, table
from autograder.grading.jsonl import Row


def row(index: int, score: float, dataset: str = "one", **more: Any) -> Row:
    values: dict[str, Any] = {
        "line": index,
        "id": f"{dataset}{index}",
        "question_id": f"q{index % 4}",
        "question": "?",
        "references": (),
        "criteria": (),
        "rubric": "",
        "answer": "word " * (index + 1),
        "max_score": 4.0,
        "score": score,
        "teacher": None,
        "reviewed": False,
        "dataset": dataset,
    }
    return Row(**(values | more))


def output(row: Row, score: float | None, **more: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "score": score,
        "max_score": row.max_score,
        "confidence": 1.0,
        "distribution": {} if score is None else {f"{score:g}": 1.0},
        "criteria": [],
        "flags": [],
        "seconds": 0.01,
    } | more


def test_perfect_marks_are_perfect_by_every_figure() -> None:
    rows = [row(index, index % 5) for index in range(20)]
    (found,) = evaluate(rows, [output(each, each.score) for each in rows])
    assert found.figures["qwk"].value == pytest.approx(1)
    assert found.figures["accuracy"].value == 1
    assert found.figures["ece"].value == pytest.approx(0)
    assert found.figures["accept_95"].value == 1
    assert found.baselines["majority"]["accuracy"].value < 0.5
    assert found.figures["per_second"].value == pytest.approx(100)
    assert found.figures["flagged"].value == 0


def test_sets_are_told_apart_and_pooled() -> None:
    rows = [row(index, index % 5, name) for name in ("one", "two") for index in range(8)]
    outputs = [output(each, each.score if each.dataset == "one" else 0) for each in rows]
    found = evaluate(rows, outputs, by_dataset=True)
    assert [each.dataset for each in found] == ["one", "two", "pooled"]
    assert [each.dataset for each in evaluate(rows[:8], outputs, by_dataset=True)] == [
        "one",
        "pooled",
    ]
    assert found[0].figures["mae"].value == 0 < found[2].figures["mae"].value
    assert found[2].answers == 16


def test_unmarked_answers_and_reviews_are_left_out_and_counted() -> None:
    rows = [row(index, 2) for index in range(6)] + [row(6, 2, reviewed=True)]
    outputs = [output(each, None if each.line == 0 else 2) for each in rows[:6]]
    (found,) = evaluate(rows, outputs)
    assert (found.answers, found.unmarked) == (5, 1)


def test_criteria_are_compared_with_the_teacher_s() -> None:
    criteria = (Criterion("a", 2), Criterion("b", 2))
    rows = [row(index, 2, criteria=criteria, teacher=(True, False)) for index in range(4)]
    judged = [{"met": 0.9}, {"met": 0.6}]
    (found,) = evaluate(rows, [output(each, 2, criteria=judged) for each in rows])
    assert found.figures["criterion_accuracy"].value == 0.5
    assert found.figures["criterion_unmet_recall"].value == 0
    text = table([found], "encoder")
    assert "criteria by encoder: accuracy 0.500 [0.50 0.50]" in text
    assert "unmet recall 0.000 [0.00 0.00]" in text
    assert "criteria by majority: accuracy" in text
    assert "criteria by length: accuracy" in text


def test_every_figure_of_the_grader_has_an_interval_and_stands_beside_the_baselines() -> None:
    criteria = (Criterion("a", 2), Criterion("b", 2))
    teacher = [(True, False), (False, True), (True, True)]
    rows = [
        row(index, index % 5, criteria=criteria, teacher=teacher[index % 3]) for index in range(40)
    ]
    met = [{"met": 0.9}, {"met": 0.3}]
    outputs = [output(each, 2, criteria=met, seconds=0.01 * each.line) for each in rows]
    (found,) = evaluate(rows, outputs)
    constant = {"pearson"}  # one mark for all has no correlation
    for name, figure in found.figures.items():
        assert figure.low <= figure.value <= figure.high or name in constant
    ours = set(found.figures) - {"flagged", "per_second"}
    assert all(set(figures) == ours for figures in found.baselines.values())
    assert {"ece", "accept_95", "criterion_met_precision"} <= ours


def test_a_baseline_is_never_told_the_marks_of_the_question_that_it_marks() -> None:
    marks = {"q0": 4.0, "q1": 1.0, "q2": 1.0, "q3": 1.0}
    rows = [row(index, marks[f"q{index % 4}"]) for index in range(40)]
    (found,) = evaluate(rows, [output(each, each.score) for each in rows])
    assert found.baselines["majority"]["accuracy"].value == 0.75


def test_flags_are_counted_once_an_answer() -> None:
    rows = [row(0, 1), row(1, 1)]
    twice = [{"kind": "injection", "reason": "x"}] * 2
    (found,) = evaluate(rows, [output(rows[0], 1, flags=twice), output(rows[1], 1)])
    assert found.flags == {"injection": 1}


def test_the_table_names_the_grader_and_its_baselines() -> None:
    rows = [row(index, index % 5) for index in range(20)]
    text = table(evaluate(rows, [output(each, each.score) for each in rows]), "encoder")
    assert "encoder" in text
    assert "majority" in text
    assert "length" in text
    assert "4 questions" in text


def test_figures_become_plain_json() -> None:
    rows = [row(0, 1)]
    (found,) = evaluate(rows, [output(rows[0], 1)])
    assert found.as_json()["pearson"] == [None, None, None]
    assert found.as_json()["n"] == 1
