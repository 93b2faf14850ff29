"""Figures from means are those that they are named after."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import metrics
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Flag, Judgement, Maker, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing import figures
from autograder.learning.comparing.figures import Measure, answer_columns
from autograder.learning.comparing.graded import Graded

QUESTION = Question("q", "Q1", "Why?", Scale(0, 5), criteria=(Criterion("a", 1), Criterion("b", 1)))
PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 100)), min_size=2, max_size=20
)


def graded(
    given_mark: float,
    mark: float | None,
    sure: float = 0.5,
    points: tuple[float, ...] | None = None,
    met: tuple[float, ...] = (),
    flags: tuple[str, ...] = (),
) -> Graded:
    judgements = tuple(Judgement("", each, 0) for each in met)
    prediction = Prediction(
        mark, (), sure, Maker("made"), judgements, tuple(Flag(kind, "") for kind in flags)
    )
    return Graded(MarkedExample("1", QUESTION, "text", given_mark, points), prediction)


def value(measure: Measure, answers: list[Graded]) -> float:
    columns = answer_columns(answers, [each.off is not None for each in answers])
    return float(measure.of({name: np.array([of.mean()]) for name, of in columns.items()})[0])


@given(PAIRS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_figures_from_means_are_the_metrics(pairs: list[tuple[int, int, int]]) -> None:
    answers = [graded(one, other, sure / 100) for one, other, sure in pairs]
    given_marks, marks, sure = (
        np.array(column, dtype=float) for column in zip(*pairs, strict=True)
    )
    right = given_marks == marks
    assert value(figures.QWK, answers) == pytest.approx(
        metrics.qwk(given_marks, marks), nan_ok=True
    )
    assert value(figures.MAE, answers) == pytest.approx(metrics.mae(given_marks, marks) / 5)
    assert value(figures.RMSE, answers) == pytest.approx(metrics.rmse(given_marks, marks) / 5)
    assert value(figures.ECE, answers) == pytest.approx(
        metrics.calibration_error(sure / 100, right)
    )
    assert value(figures.NEAR, answers) == pytest.approx(right.mean())
    assert value(figures.BIAS, answers) == pytest.approx((marks - given_marks).mean() / 5)


def test_an_unmarked_answer_counts_as_that_alone() -> None:
    answers = [graded(3, 3), graded(5, None)]
    assert value(figures.UNMARKED, answers) == 0.5
    assert value(figures.MAE, answers) == 0


def test_criteria_are_compared_where_the_teacher_gave_their_points() -> None:
    answers = [
        graded(1, 1, points=(1, 0), met=(0.9, 0.8)),
        graded(1, 1, points=(0, 0), met=(0.1, 0.2)),
        graded(1, 1, met=(0.9, 0.9)),
    ]
    assert value(figures.CRITERIA, answers) == 0.75
    assert value(figures.UNMET, answers) == pytest.approx(2 / 3)
    assert np.isnan(value(figures.CRITERIA, answers[2:]))


def test_a_flag_on_an_answer_that_earned_marks_is_a_false_alarm() -> None:
    answers = [graded(3, 3, flags=("injection",)), graded(3, 3), graded(0, 0, flags=("empty",))]
    assert value(figures.ALARM, answers) == pytest.approx(1 / 3)
    assert value(figures.ALARM, [graded(3, 3, flags=("no_reference",))]) == 0


def test_nearer_to_the_best_is_a_gain_whichever_side_it_comes_from() -> None:
    strict, lenient = np.array([-0.1]), np.array([0.04])
    assert figures.BIAS.gain(lenient, strict) == pytest.approx(0.06)
    assert figures.QWK.gain(np.array([0.5]), np.array([0.7])) == pytest.approx(-0.2)
    assert figures.MAE.gain(np.array([0.1]), np.array([0.3])) == pytest.approx(0.2)


def test_half_a_step_off_is_still_near() -> None:
    halves = replace(QUESTION, scale=Scale(0, 5, 0.5))
    example = MarkedExample("1", halves, "text", 3)
    assert Graded(example, Prediction(3.25, (), 1, Maker("made"))).near
    assert not Graded(example, Prediction(3.5, (), 1, Maker("made"))).near
