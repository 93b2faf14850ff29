from __future__ import annotations

from itertools import product
from math import prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale, credit
from autograder.grading import totals

CHANCES = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(
    lambda parts: [part / sum(parts) for part in parts]
)


def question(*criteria: Criterion, scale: Scale = Scale(0, 4)) -> Question:  # noqa: B008
    return Question("q", "Q", "Why?", scale, (), criteria)


def test_certain_criteria_give_a_certain_mark() -> None:
    asked = question(Criterion("a", 1), Criterion("b", 3))
    assert totals.of_criteria(asked, [{1.0: 1.0}, {0.0: 1.0}])[1] == 1


def test_independent_criteria_multiply() -> None:
    asked = question(Criterion("a", 1), Criterion("b", 3))
    chances = totals.of_criteria(asked, [{1.0: 0.5, 0.0: 0.5}, {3.0: 0.2, 0.0: 0.8}])
    assert chances == pytest.approx({0: 0.4, 1: 0.4, 2: 0, 3: 0.1, 4: 0.1})


def test_of_alternatives_the_best_counts_once() -> None:
    asked = question(Criterion("a", 4, "way"), Criterion("b", 4, "way"))
    chances = totals.of_criteria(asked, [{4.0: 0.5, 0.0: 0.5}] * 2)
    assert chances == pytest.approx({0: 0.25, 1: 0, 2: 0, 3: 0, 4: 0.75})


def test_of_any_two_of_three_at_most_two_count() -> None:
    asked = question(*(Criterion(text, 2, "causes", 2) for text in "abc"))
    chances = totals.of_criteria(asked, [{2.0: 0.5, 0.0: 0.5}] * 3)
    assert chances == pytest.approx({0: 1 / 8, 1: 0, 2: 3 / 8, 3: 0, 4: 4 / 8})


GROUPED = st.lists(
    st.builds(
        Criterion,
        st.just("x"),
        st.sampled_from([-1, 0.5, 1, 2]),
        st.sampled_from(["", "a", "b"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


@given(GROUPED, st.lists(CHANCES, min_size=5, max_size=5))
def test_the_chances_are_those_of_every_case_counted_out(
    criteria: list[Criterion], parts: list[list[float]]
) -> None:
    asked = question(*criteria)
    assume(asked.full_credit > 0)
    points = [
        {value * each.marks + 0.0: chance for value, chance in zip((1, 0.5, 0), part, strict=True)}
        for each, part in zip(criteria, parts, strict=False)
    ]
    expected = dict.fromkeys(asked.scale.marks, 0.0)
    for case in product(*(each.items() for each in points)):
        mark = asked.mark_for(round(credit(criteria, [value for value, _ in case]), 6))
        expected[mark] += prod(chance for _, chance in case)
    assert totals.of_criteria(asked, points) == pytest.approx(expected)


@given(st.lists(CHANCES, min_size=4, max_size=4))
def test_chances_of_the_marks_add_up(parts: list[list[float]]) -> None:
    criteria = [Criterion("a", 2), Criterion("b", 2), Criterion("c", 2, "b"), Criterion("d", -1)]
    points = [
        {value * each.marks: chance for value, chance in zip((1, 0.5, 0), part, strict=True)}
        for each, part in zip(criteria, parts, strict=True)
    ]
    for scale in (Scale(0, 4), Scale(1, 5), Scale(0, 2, 0.5)):
        chances = totals.of_criteria(question(*criteria, scale=scale), points)
        assert tuple(chances) == scale.marks
        assert sum(chances.values()) == pytest.approx(1)


@given(st.lists(st.floats(0.01, 1), min_size=10, max_size=10), st.integers(21, 300))
def test_levels_are_spread_over_a_long_scale(parts: list[float], highest: int) -> None:
    scale = Scale(0, highest)
    levels = {scale.at(index / 9): part / sum(parts) for index, part in enumerate(parts)}
    chances = totals.of_levels(scale, levels)
    assert tuple(chances) == scale.marks
    assert sum(chances.values()) == pytest.approx(1)


def test_the_median_is_a_mark_that_has_a_chance() -> None:
    assert totals.median({1: 0.45, 2: 0.0, 3: 0.0, 4: 0.55}) == 4
    assert totals.median({1: 0.2, 2: 0.4, 3: 0.4}) == 2
