from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading.encoding.heads import fingerprint, load
from autograder.settings import Settings

QUESTION = Question("q1", "Q1", "What is a page table?", Scale(0, 4), ("It maps pages.",))


@pytest.fixture
def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Settings().models / "encoder" / "heads.json").read_text())
    return found


def test_a_question_that_was_learned_has_heads_of_its_own_in_any_exam(
    stored: dict[str, Any], tmp_path: Path
) -> None:
    own = {"mark": {"weights": [0.5, 0.9], "bias": 0.1}, "slope": 3.0}
    stored["taught"] = {"questions": [fingerprint(QUESTION)], "heads": own}
    (tmp_path / "heads.json").write_text(json.dumps(stored))
    heads = load(tmp_path / "heads.json")
    again = replace(QUESTION, id="other", label="4b", scale=Scale(1, 5))
    assert heads.of(again).mark.weights.tolist() == [0.5, 0.9]
    assert heads.of(again).slope == 3.0
    assert heads.of(again).strictness == heads.strictness  # what isn't told stays
    assert heads.mark.weights.tolist() == stored["mark"]["weights"]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "What is a page?"},
        {"reference_answers": ("It maps frames.",)},
        {"criteria": (Criterion("maps pages", 4),)},
    ],
)
def test_a_question_read_beside_other_words_is_a_new_one(
    stored: dict[str, Any], tmp_path: Path, changes: dict[str, Any]
) -> None:
    stored["taught"] = {"questions": [fingerprint(QUESTION)], "heads": {"slope": 9.0}}
    (tmp_path / "heads.json").write_text(json.dumps(stored))
    heads = load(tmp_path / "heads.json")
    assert heads.of(replace(QUESTION, **changes)) is heads


def test_what_ships_was_taught_no_question_of_anybodys() -> None:
    heads = load(Settings().models / "encoder" / "heads.json")
    assert heads.of(QUESTION) is heads


def test_damaged_heads_of_learned_questions_are_said(
    stored: dict[str, Any], tmp_path: Path
) -> None:
    stored["taught"] = {"questions": ["x"], "heads": {"mark": {"weights": "many"}}}
    (tmp_path / "heads.json").write_text(json.dumps(stored))
    with pytest.raises(EngineUnavailable, match=r"heads\.json"):
        load(tmp_path / "heads.json")
