from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion, Exam, Question, Scale, credit

SCALES = st.builds(
    lambda minimum, steps, step: Scale(minimum, minimum + steps * step, step),
    st.integers(-5, 5),
    st.integers(1, 40),
    st.sampled_from([0.25, 0.5, 1, 2]),
)


@given(SCALES)
def test_a_scales_marks_go_from_end_to_end_in_its_steps(scale: Scale) -> None:
    marks = scale.marks
    assert (marks[0], marks[-1]) == (scale.minimum, scale.maximum)
    gaps = {round(after - before, 6) for before, after in pairwise(marks)}
    assert gaps == {scale.step}


def test_the_maximum_is_a_mark_even_where_the_steps_miss_it() -> None:
    assert Scale(0, 5, 2).marks == (0, 2, 4, 5)


@given(SCALES, st.floats(-50, 150))
def test_the_nearest_mark_is_the_scales_own_and_none_is_nearer(scale: Scale, mark: float) -> None:
    nearest = scale.nearest(mark)
    assert nearest in scale.marks
    assert all(abs(nearest - mark) <= abs(own - mark) for own in scale.marks)


def test_a_tie_goes_to_the_higher_mark() -> None:
    assert Scale(0, 5).nearest(2.5) == 3


@given(SCALES)
def test_shares_and_marks_are_each_others_inverse(scale: Scale) -> None:
    assert (scale.share(scale.minimum), scale.share(scale.maximum)) == (0, 1)
    for mark in scale.marks:
        assert scale.at(scale.share(mark)) == pytest.approx(mark)


@pytest.mark.parametrize(
    ("minimum", "maximum", "step", "reason"),
    [
        (1, 1, 1, "highest mark"),
        (5, 1, 1, "highest mark"),
        (float("nan"), 1, 1, "highest mark"),
        (0, 5, 0, "step"),
        (0, 5, -1, "step"),
        (0, 5, 6, "step"),
        (0, 100, 0.01, "at most 2001 marks"),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(
    minimum: float, maximum: float, step: float, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        Scale(minimum, maximum, step)


def test_of_alternatives_only_the_best_counts() -> None:
    criteria = (
        Criterion("a", 2),
        Criterion("b", 1, "either"),
        Criterion("c", 3, "either"),
        Criterion("d", 1, "other"),
        Criterion("wrong unit", -1),
    )
    assert credit(criteria, [2, 1, 3, 1, 0]) == 6
    assert credit(criteria, [2, 1, 0, 0, -1]) == 2
    assert Question("q", "Q", "?", Scale(0, 6), (), criteria).full_credit == 6


def test_criteria_that_add_up_to_the_maximum_are_the_mark() -> None:
    question = Question("q", "Q", "?", Scale(1, 4), (), (Criterion("a", 3), Criterion("b", 1)))
    assert [question.mark_for(points) for points in (0, 1, 3, 4)] == [1, 1, 3, 4]


def test_other_criteria_are_spread_over_the_scale() -> None:
    question = Question("q", "Q", "?", Scale(1, 5), (), tuple(Criterion(c, 1) for c in "abcd"))
    assert [question.mark_for(points) for points in (-1, 0, 1, 2, 4, 9)] == [1, 1, 2, 3, 5, 5]


def test_a_question_without_criteria_has_no_mark_for_points() -> None:
    with pytest.raises(InvalidInput, match="no criteria"):
        Question("q", "Q7", "?", Scale(1, 5)).mark_for(1)


def test_an_exam_knows_its_questions_by_id() -> None:
    question = Question("q1", "Q1", "?", Scale(0, 1))
    exam = Exam("os", "Quiz", questions=(question,))
    assert exam.question("q1") is question
    assert exam.question("nope") is None
