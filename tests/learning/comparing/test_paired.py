"""What the bootstrap must be whatever is drawn."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.learning.comparing.paired import FEWEST_QUESTIONS, interval, resampled

CLASSES = st.lists(
    st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=6), min_size=1, max_size=9
)

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def flat(classes: list[list[float]]) -> tuple[np.ndarray, list[str]]:
    values = [value for own in classes for value in own]
    names = [f"q{number}" for number, own in enumerate(classes) for _ in own]
    return np.array(values)[:, None], names


@given(CLASSES, st.integers(0, 3))
@SLOWLY
def test_the_first_row_is_of_the_answers_as_they_are(classes: list[list[float]], seed: int) -> None:
    columns, questions = flat(classes)
    drawn = resampled(columns, questions, draws=20, seed=seed)
    assert drawn.shape == (21, 1)
    assert drawn[0] == pytest.approx(columns.mean(0))
    assert columns.min() - 1e-9 <= drawn.min()
    assert drawn.max() <= columns.max() + 1e-9


@given(CLASSES)
@SLOWLY
def test_the_same_seed_draws_the_same(classes: list[list[float]]) -> None:
    columns, questions = flat(classes)
    assert np.array_equal(
        resampled(columns, questions, 20, 3), resampled(columns, questions, 20, 3)
    )


@given(CLASSES, st.floats(-1, 1, width=16))
@SLOWLY
def test_both_graders_are_drawn_on_the_same_answers(classes: list[list[float]], off: float) -> None:
    columns, questions = flat(classes)
    drawn = resampled(np.column_stack([columns, columns + off]), questions, 50)
    assert drawn[:, 1] - drawn[:, 0] == pytest.approx(off)  # what they share cancels in every draw


@given(CLASSES)
@SLOWLY
def test_whole_questions_are_drawn_where_there_are_enough(classes: list[list[float]]) -> None:
    alike = [[float(number)] * 3 for number, _ in enumerate(classes)]
    columns, questions = flat(alike)
    columns = np.column_stack([columns == number for number in range(len(alike))]).astype(float)
    shares = resampled(columns, questions, 50)[1:] * len(alike)
    if len(alike) >= FEWEST_QUESTIONS:
        assert shares == pytest.approx(np.rint(shares))


@given(CLASSES)
@SLOWLY
def test_an_interval_holds_what_it_is_of(classes: list[list[float]]) -> None:
    columns, questions = flat(classes)
    drawn = resampled(columns, questions, 400)[:, 0]
    low, high = interval(drawn[1:], questions)
    if np.isnan(low):
        assert len(columns) < 2
    else:
        assert drawn.min() - 1e-9 <= low <= high <= drawn.max() + 1e-9


def test_few_questions_have_a_wider_interval_than_many() -> None:
    drawn = np.random.default_rng(0).normal(size=2000)
    few, many = (interval(drawn, [str(n) for n in range(count)]) for count in (5, 500))
    assert few[0] < many[0] < many[1] < few[1]
    assert many == pytest.approx((-1.96, 1.96), abs=0.1)


def test_a_single_case_and_a_figure_that_is_seldom_there_have_none() -> None:
    assert np.isnan(interval(np.zeros(10), ["q"])).all()
    assert np.isnan(interval(np.array([np.nan] * 6 + [1.0] * 4), list("abcdef"))).all()
