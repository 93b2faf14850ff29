import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from autograder import metrics

marks = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=60)


@given(marks)
def test_qwk_is_the_library_s_quadratic_kappa(pairs: list[tuple[int, int]]) -> None:
    given_marks, predicted = np.array(pairs).T
    own = metrics.qwk(given_marks, predicted)
    if len(set(given_marks) | set(predicted)) > 1 and not np.isnan(own):
        labels = range(6)
        theirs = cohen_kappa_score(given_marks, predicted, labels=list(labels), weights="quadratic")
        assert own == pytest.approx(theirs)


def test_perfect_agreement_is_one_and_a_constant_is_undefined() -> None:
    assert metrics.qwk(np.array([0, 1, 2]), np.array([0, 1, 2])) == 1
    assert np.isnan(metrics.qwk(np.array([1, 1]), np.array([1, 1])))
    assert np.isnan(metrics.pearson(np.array([1.0, 2.0]), np.array([3.0, 3.0])))


def test_errors_are_what_they_say() -> None:
    given_marks, predicted = np.array([0.0, 1.0]), np.array([0.0, 0.5])
    assert metrics.mae(given_marks, predicted) == 0.25
    assert metrics.rmse(given_marks, predicted) == pytest.approx(0.125**0.5)


def test_honest_confidence_has_no_calibration_error() -> None:
    right = np.array([True] * 8 + [False] * 2)
    assert metrics.calibration_error(np.full(10, 0.8), right) == pytest.approx(0)
    assert metrics.calibration_error(np.full(10, 1.0), right) == pytest.approx(0.2)


def test_the_surest_answers_are_accepted_as_long_as_they_agree() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    assert metrics.acceptable_share(confidence, np.array([1, 1, 0, 1])) == 0.5
    assert metrics.acceptable_share(confidence, np.array([0, 1, 1, 1])) == 0
    assert metrics.acceptable_share(np.full(4, 0.5), np.array([1, 1, 1, 0])) == 0


def test_both_classes_of_criteria_are_counted() -> None:
    found = metrics.decisions(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0]))
    assert found.accuracy == 0.75
    assert (found.met_precision, found.met_recall) == (1, 0.5)
    assert found.unmet_precision == pytest.approx(2 / 3)
    assert found.unmet_recall == 1


def test_the_interval_holds_the_value_and_comes_out_the_same_again() -> None:
    values = np.linspace(0, 1, 40)
    groups = [str(index // 4) for index in range(40)]

    def mean(index: np.ndarray) -> float:
        return float(values[index].mean())

    figure = metrics.bootstrap(mean, groups)
    assert figure.low < figure.value < figure.high
    assert metrics.bootstrap(mean, groups) == figure


def test_a_share_of_few_or_all_keeps_an_honest_interval() -> None:
    figure = metrics.wilson(10, 10)
    assert (figure.value, figure.high) == (1, 1)
    assert figure.low == pytest.approx(0.7225, abs=1e-4)  # Newcombe 1998, table I
    figure = metrics.wilson(81, 263)
    assert figure.low == pytest.approx(0.2553, abs=1e-4)
    assert figure.high == pytest.approx(0.3662, abs=1e-4)
    assert metrics.wilson(0, 2).low == 0
    assert np.isnan(metrics.wilson(0, 0).value)


@given(marks)
def test_bins_of_confidence_hold_every_answer_once(pairs: list[tuple[int, int]]) -> None:
    sure, right = np.array(pairs)[:, 0] / 5, np.array(pairs)[:, 1] > 2
    bins = metrics.confidence_bins(sure, right)
    assert sum(each.answers for each in bins) == len(pairs)
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)


def test_resampled_means_are_what_drawing_whole_groups_gives() -> None:
    values = np.column_stack([np.linspace(0, 1, 30), np.ones(30)])
    groups = [str(index // 3) for index in range(30)]
    drawn = metrics.resampled_means(values, groups)
    slow = metrics.bootstrap(lambda i: float(values[i, 0].mean()), groups)
    low, high = np.percentile(drawn[:, 0], [2.5, 97.5])
    assert [low, high] == pytest.approx([slow.low, slow.high], abs=0.05)
    assert np.all(drawn[:, 1] == 1)
