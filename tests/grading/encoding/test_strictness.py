from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Scale
from autograder.grading.encoding.strictness import leaning

SCALE = Scale(0, 4)


def test_without_reviews_nothing_is_known_but_how_far_teachers_differ() -> None:
    found = leaning([], [], 4.0, SCALE, 0.8)
    assert found.shift == pytest.approx(0)
    assert found.spread == pytest.approx(0.8, rel=0.02)


@settings(deadline=None, max_examples=8)
@given(st.integers(1, 8))
def test_every_low_mark_more_says_more_surely_that_the_teacher_is_strict(count: int) -> None:
    fewer = leaning([0.0] * (count - 1), [0.0] * (count - 1), 4.0, SCALE, 0.8)
    more = leaning([0.0] * count, [0.0] * count, 4.0, SCALE, 0.8)
    assert more.shift < fewer.shift
    assert more.spread < 0.81


def test_marks_as_expected_narrow_the_spread_and_shift_nothing() -> None:
    found = leaning([0.0] * 6, [2.0] * 6, 4.0, SCALE, 0.8)
    assert found.shift == pytest.approx(0, abs=1e-6)
    assert found.spread < 0.6


def test_a_teacher_can_only_be_so_strange() -> None:
    found = leaning([5.0] * 50, [0.0] * 50, 4.0, SCALE, 0.5)
    assert -3.5 * 0.5 <= found.shift < 0
