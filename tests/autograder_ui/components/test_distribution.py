from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import Maker, MarkedAnswer, Prediction, Review
from autograder.domain.script import Answer
from autograder_ui.components.distribution import MOST_BARS, bins_of, count, plot, plots

scales = st.builds(
    lambda low, size, step: Scale(low, low + size, min(step, size)),
    st.integers(-5, 5),
    st.integers(1, 100),
    st.sampled_from([0.25, 0.5, 1, 3]),
)


def answer(mark: float, reviewed: bool) -> MarkedAnswer:
    review = Review(mark, "Ada", datetime(2026, 1, 2, tzinfo=UTC))
    guess = Prediction(mark, (), 0.5, Maker("encoder"))
    return MarkedAnswer(Answer("a", "s", "q", ()), None, (guess,), (review,) if reviewed else ())


@given(scales)
def test_every_mark_of_a_scale_has_exactly_one_bar(scale: Scale) -> None:
    bins = bins_of(scale)
    assert len(bins) <= MOST_BARS
    assert all(sum(count([mark], bounds) for bounds in bins) == 1 for mark in scale.marks)


def test_reviewed_and_predicted_marks_are_drawn_apart_and_said_in_words() -> None:
    question = Question("q", "Q1", "Why?", Scale(1, 5))
    drawn = plot(question, [answer(4, True), answer(4, False), answer(2, False)])
    assert 'aria-label="Q1: 1 × 2, 2 × 4"' in drawn
    assert "mean 3.3" in drawn


def test_a_question_without_marks_says_so() -> None:
    question = Question("q", "<b>", "Why?", Scale(1, 5))
    drawn = plots([question], [])
    assert "no marks yet" in drawn
    assert "<b><b>" not in drawn


def test_a_mark_between_two_steps_is_drawn_at_the_nearest() -> None:
    question = Question("q", "Q1", "Why?", Scale(1, 5))
    drawn = plot(question, [answer(3.4, True)])
    assert 'aria-label="Q1: 1 × 3"' in drawn
    assert "mean 3.4" in drawn
