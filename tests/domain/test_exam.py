from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import (
    Criterion,
    Exam,
    Question,
    Rating,
    Scale,
    credit,
    decided,
    read_choice,
)

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


def test_of_any_two_of_four_the_two_best_count() -> None:
    causes = tuple(Criterion(text, 1, "causes", 2) for text in "abcd")
    question = Question("q", "Q", "?", Scale(0, 3), (), (*causes, Criterion("e", 1)))
    assert question.full_credit == 3
    assert credit(question.criteria, [1, 0, 1, 1, 0]) == 2
    assert credit(question.criteria, [0, 0.5, 0, 1, 1]) == 2.5
    assert credit(question.criteria, [0, 0, 0, 0, 1]) == 1


def test_how_many_count_holds_for_the_whole_group() -> None:
    criteria = (Criterion("a", 1, "causes"), Criterion("b", 1, "causes", 2), Criterion("c", 1))
    assert credit(criteria, [1, 1, 0]) == 2


def test_a_group_of_mistakes_costs_no_more_than_the_worst_of_them() -> None:
    criteria = (
        Criterion("right", 3),
        Criterion("slip", -1, "slips"),
        Criterion("blunder", -2, "slips"),
    )
    assert credit(criteria, [3, -1, -2]) == 1
    assert credit(criteria, [3, -1, 0]) == 2
    assert credit(criteria, [3, 0, 0]) == 3


def test_a_group_of_which_none_counts_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        Criterion("a", 1, "causes", 0)


CRITERIA = st.lists(
    st.builds(
        Criterion,
        st.just("x"),
        st.integers(-8, 12).map(lambda quarters: quarters / 4),
        st.sampled_from(["", "", "a", "b"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=8,
)


@given(CRITERIA, SCALES, st.data())
def test_more_points_never_mean_a_lower_mark_and_no_mark_leaves_the_scale(
    criteria: list[Criterion], scale: Scale, data: st.DataObject
) -> None:
    question = Question("q", "Q", "?", scale, (), tuple(criteria))
    assume(question.full_credit > 0)
    shares = st.lists(st.sampled_from([0, 0.5, 1]), min_size=len(criteria), max_size=len(criteria))
    one, other = (
        [share * each.marks for share, each in zip(data.draw(shares), criteria, strict=True)]
        for _ in range(2)
    )
    better = [max(pair) for pair in zip(one, other, strict=True)]
    marks = [question.mark_for(credit(criteria, points)) for points in (one, better)]
    assert marks[0] <= marks[1]
    assert set(marks) <= set(scale.marks)


@given(CRITERIA, st.data())
def test_what_counts_of_a_group_is_its_best_choice(
    criteria: list[Criterion], data: st.DataObject
) -> None:
    """Of all ways to let so many gains and so many deductions of each group count."""
    points = [data.draw(st.sampled_from([0.0, each.marks])) for each in criteria]
    expected = sum(p for each, p in zip(criteria, points, strict=True) if not each.group)
    for group in {each.group for each in criteria} - {""}:
        own = [p for each, p in zip(criteria, points, strict=True) if each.group == group]
        best = max(each.best for each in criteria if each.group == group)
        gains, losses = ([max(0, p) for p in own], [max(0, -p) for p in own])
        size = min(best, len(own))
        expected += max(sum(some) for some in combinations(gains, size))
        expected -= max(sum(some) for some in combinations(losses, size))
    assert credit(criteria, points) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ("", 1)),
        ("causes", ("causes", 1)),
        ("2 of causes", ("causes", 2)),
        (" Any 3 of the causes ", ("the causes", 3)),
        ("best of these", ("best of these", 1)),
    ],
)
def test_a_group_is_read_as_a_teacher_writes_it(words: str, expected: tuple[str, int]) -> None:
    assert read_choice(words) == expected


@given(st.text(max_size=12).map(str.strip), st.integers(1, 99))
def test_a_group_is_written_so_that_it_is_read_back(group: str, best: int) -> None:
    written = Criterion("a", 1, group, best).choice
    assert read_choice(written) == ((group, best) if group else ("", 1))


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


def test_a_criterion_is_decided_where_points_say_whether_it_is_given() -> None:
    free = (Criterion("a", 2), Criterion("b", 1), Criterion("c", -1), Criterion("d", 0))
    assert decided(free, (1, 0.4, -1, 0)) == (True, False, True, None)
    assert decided(free, (None, 1, 0, 0)) == (None, True, False, None)


def test_an_alternative_that_could_change_nothing_is_not_decided() -> None:
    either = (Criterion("a", 1, "cause"), Criterion("b", 1, "cause"), Criterion("c", 1))
    assert decided(either, (1, 0, 0)) == (True, None, False)
    assert decided(either, (0, 0, 0)) == (False, False, False)
    two = tuple(Criterion(name, 1, "any", best=2) for name in "abc")
    assert decided(two, (1, 0, 0)) == (True, False, False)
    assert decided(two, (1, 0, 1)) == (True, None, True)


def test_a_criterion_gets_the_points_of_one_of_its_ratings() -> None:
    rated = Criterion("Ideas", 5, ratings=(Rating(5, "all"), Rating(1, "none"), Rating(3, "some")))
    assert rated.points(0.5) == (1, 3, 5)
    assert [rated.share(points) for points in (1, 3, 5)] == [0, 0.5, 1]
    taken = Criterion("Late", -4, ratings=(Rating(0, "in time"), Rating(-4, "late")))
    assert taken.points(1) == (0, -4)


def test_a_criterion_without_ratings_gets_points_in_steps() -> None:
    assert Criterion("Ideas", 2).points(0.5) == (0, 0.5, 1, 1.5, 2)
    assert Criterion("Mistake", -1).points(1) == (0, -1)
    assert Criterion("Ideas", 2).share(1) == 0.5


@pytest.mark.parametrize("points", [(5,), (3, 3), (0, 3)])
def test_ratings_are_two_or_more_and_the_highest_is_what_the_criterion_is_worth(
    points: tuple[int, ...],
) -> None:
    with pytest.raises(InvalidInput):
        Criterion("Ideas", 5, ratings=tuple(Rating(each) for each in points))
