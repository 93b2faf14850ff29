from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autograder.domain.errors import InvalidInput
from autograder.learning.language.presets import DPO, GIB, SFT, Card, card, preset

T4 = Card("Tesla T4", 7.5, int(14.7 * GIB))
A10 = Card("NVIDIA A10G", 8.6, int(22.1 * GIB))
A100 = Card("NVIDIA A100-SXM4-40GB", 8.0, int(39.4 * GIB))
H100 = Card("NVIDIA H100 80GB HBM3", 9.0, int(79.1 * GIB))


def test_a_card_without_bf16_gets_fp16_and_a_cpu_exact_numbers() -> None:
    cards = (Card(), T4, A10, A100, H100)
    assert [preset(each, SFT).numbers for each in cards] == ["fp32", "fp16", "bf16", "bf16", "bf16"]


def test_more_memory_reads_more_rows_at_once_and_changes_no_step() -> None:
    presets = [preset(each, SFT) for each in (T4, A10, H100)]
    assert [each.at_once for each in presets] == [1, 4, 8]
    assert {(each.batch, each.learning_rate, each.rank) for each in presets} == {(16, 2e-4, 16)}


def test_preferences_take_smaller_steps_and_twice_the_memory() -> None:
    for each in (T4, H100):
        taught, preferred = preset(each, SFT), preset(each, DPO)
        assert preferred.learning_rate < taught.learning_rate
        assert preferred.at_once == max(1, taught.at_once // 2)


def test_a_cpu_is_taken_where_it_is_asked_for() -> None:
    assert card("cpu") == Card()


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch": 0}, {"longest": 5}, {"rank": 0}])
def test_settings_that_teach_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        replace(preset(Card(), SFT), **wrong)
    with pytest.raises(InvalidInput, match="learning rate"):
        replace(preset(Card(), SFT), learning_rate=3.0)
