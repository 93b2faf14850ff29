"""What an interval says of a figure."""

from dataclasses import replace
from math import nan

import pytest

from autograder.learning.comparing import figures
from autograder.learning.comparing.figures import Measure
from autograder.learning.comparing.guarded import GUARDS, Compared, Outcome
from autograder.metrics import Figure


def compared(
    low: float, high: float, measure: Measure = figures.QWK, cases: int = 1000, questions: int = 9
) -> Compared:
    gain = Figure((low + high) / 2, low, high)
    return Compared(measure, "", Figure(0.6), Figure(0.6), gain, high, cases, questions)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.01, 0.1, Outcome.BETTER),
        (-0.01, 0.1, Outcome.NO_WORSE),
        (-0.02, -0.01, Outcome.NO_WORSE),  # surely a little worse, and surely by less than matters
        (-0.1, 0.1, Outcome.UNSURE),
        (-0.1, -0.01, Outcome.WORSE),
        (nan, nan, Outcome.UNSURE),
    ],
)
def test_an_interval_is_read_by_its_margin(low: float, high: float, expected: Outcome) -> None:
    assert compared(low, high).outcome is expected


def test_one_figure_of_many_that_is_worse_by_chance_alone_is_not_called_worse() -> None:
    assert replace(compared(-0.1, -0.01), highest=0.01).outcome is Outcome.UNSURE


def test_that_nothing_happened_in_few_cases_rules_little_out() -> None:
    assert compared(0, 0, figures.WORKED, cases=100).outcome is Outcome.UNSURE
    assert compared(0, 0, figures.WORKED, cases=150).outcome is Outcome.NO_WORSE
    assert compared(0, 0, figures.QWK, cases=100).outcome is Outcome.NO_WORSE


def test_few_questions_say_nothing_however_narrow_the_interval() -> None:
    assert compared(0.1, 0.2, questions=4).outcome is Outcome.UNSURE


def test_a_figure_that_only_the_current_grader_has_is_lost() -> None:
    nothing, some = Figure(nan), Figure(0.8)
    assert Compared(figures.UNMET, "", nothing, some, nothing, nan, 0, 9).outcome is Outcome.WORSE
    assert (
        Compared(figures.UNMET, "", some, nothing, nothing, nan, 0, 9).outcome is Outcome.UNMEASURED
    )
    assert Compared(figures.QWK, "", nothing, nothing, nothing, nan, 0, 9).outcome is Outcome.UNSURE


def test_every_guard_is_of_a_measure_and_says_why() -> None:
    names = {each.name for each in (*figures.ANSWERS, *figures.TRIES)}
    assert set(GUARDS) <= names
    assert all(guard.margin > 0 and guard.why for guard in GUARDS.values())
