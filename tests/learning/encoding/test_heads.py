from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.domain.exam import Scale
from autograder.learning.encoding.heads import Measured, refit, refit_taught
from autograder.learning.encoding.ordinal import between
from autograder.settings import Settings

SCALE = Scale(0, 4)


@pytest.fixture
def shipped() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Settings().models / "encoder" / "heads.json").read_text())
    return found


def marked(stored: dict[str, Any], answers: int, kind: float, features: str) -> Measured:
    """Marks by the heads that ship, but for a teacher who is ``kind``er by so many logits."""
    chance = np.random.default_rng(5)
    plain = chance.normal(0.4, 0.2, size=(answers, len(stored[features]["weights"])))
    network = chance.normal(0, 2, size=answers)
    head = {"plain_mark": "mark", "plain_met": "met"}[features]
    own, under = stored[head], stored[features]
    first = plain @ np.array(under["weights"]) + under["bias"]
    latent = np.column_stack([first, network]) @ np.array(own["weights"]) + own["bias"] + kind
    cuts = np.arange(0.125, 1, 0.25)
    noisy = latent + chance.logistic(size=answers)
    marks = (noisy[:, None] > stored["slope"] * (cuts - 0.5)).sum(1)
    low, high = np.array([between(SCALE.marks, float(mark)) for mark in marks]).T
    names = [f"q{index % 12}" for index in range(answers)]
    return Measured(plain, network, np.zeros(answers), low, high, names)


def logits(stored: dict[str, Any], measured: Measured, head: str, features: str) -> np.ndarray:
    own, under = stored[head], stored[features]
    first = measured.plain @ np.array(under["weights"]) + under["bias"]
    both = np.column_stack([first, measured.network]) @ np.array(own["weights"])
    return np.asarray(both + own["bias"])


def test_a_kinder_teachers_marks_raise_what_the_heads_say(shipped: dict[str, Any]) -> None:
    measured = marked(shipped, 600, kind=1.2, features="plain_mark")
    made = refit(shipped, measured, None)
    before, after = (logits(each, measured, "mark", "plain_mark") for each in (shipped, made))
    # Some of it may be taken for the strictness of the twelve questions.
    assert 0.5 < float((after - before).mean()) < 1.9
    assert np.corrcoef(before, after)[0, 1] > 0.97


def test_a_few_marks_move_the_heads_less_than_many(shipped: dict[str, Any]) -> None:
    few, many = (marked(shipped, count, 1.2, "plain_mark") for count in (10, 600))
    moved = [
        abs((logits(refit(shipped, each, None), many, "mark", "plain_mark")
             - logits(shipped, many, "mark", "plain_mark")).mean())
        for each in (few, many)
    ]  # fmt: skip
    assert moved[0] < moved[1]


def test_judged_criteria_move_their_own_heads_alone(shipped: dict[str, Any]) -> None:
    made = refit(shipped, None, marked(shipped, 300, -1.0, "plain_met"))
    assert made["met"] != shipped["met"]
    changed = {name for name in shipped if made[name] != shipped[name]}
    assert changed == {"met", "plain_met"}


def test_neither_the_network_nor_the_features_are_ever_turned_round(
    shipped: dict[str, Any],
) -> None:
    measured = marked(shipped, 400, 0.0, "plain_mark")
    odd = Measured(
        measured.plain, -measured.network, measured.given, measured.low, measured.high,
        measured.question,
    )  # fmt: skip
    made = refit(shipped, odd, None)
    assert made["mark"]["weights"][1] >= 0.24 * shipped["mark"]["weights"][1]
    assert made["mark"]["weights"][0] > 0


def test_the_network_comes_to_count_more_where_it_learned_the_very_question(
    shipped: dict[str, Any],
) -> None:
    measured = marked(shipped, 120, 0.0, "plain_mark")
    chance = np.random.default_rng(1)
    right = np.where(measured.low > 0.4, 4.0, -4.0) + chance.normal(0, 1, len(measured.low))
    knows = replace(measured, network=right)
    new, known = refit(shipped, knows, None), refit_taught(shipped, ["a"], knows, None)
    before, after = new["mark"]["weights"][1], known["heads"]["mark"]["weights"][1]
    assert after > before > shipped["mark"]["weights"][1]
    assert known["questions"] == ["a"]


def test_questions_that_were_learned_before_stay_known(shipped: dict[str, Any]) -> None:
    first = refit_taught(shipped, ["b", "a"], None, None)
    again = refit_taught({**shipped, "taught": first}, ["c"], None, None)
    assert again["questions"] == ["a", "b", "c"]
