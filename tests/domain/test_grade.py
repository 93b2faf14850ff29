from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.grade import Maker, MarkedAnswer, Prediction, Review, final_mark
from autograder.domain.script import Answer, AnswerText

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANSWER = Answer("a", "s", "q", (AnswerText(1, "text", "fake", False, NOW),))

PREDICTIONS = st.lists(
    st.builds(lambda mark: Prediction(mark, (), 0.5, Maker("fake")), st.none() | st.floats(0, 5))
)
REVIEWS = st.lists(st.builds(lambda mark: Review(mark, "Teacher", NOW), st.floats(0, 5)))


@given(PREDICTIONS, REVIEWS)
def test_the_newest_review_counts_else_the_newest_prediction_else_nothing(
    predictions: list[Prediction], reviews: list[Review]
) -> None:
    mark = final_mark(predictions, reviews)
    if reviews:
        assert mark == reviews[-1].mark
    elif predictions:
        assert mark == predictions[-1].mark
    else:
        assert mark is None


@given(PREDICTIONS, REVIEWS, PREDICTIONS)
def test_no_prediction_ever_changes_a_reviewed_mark(
    before: list[Prediction], reviews: list[Review], after: list[Prediction]
) -> None:
    if reviews:
        assert final_mark(before + after, reviews) == final_mark(before, reviews)


def test_a_marked_answer_shows_the_newest_of_each() -> None:
    bare = MarkedAnswer(ANSWER, None)
    assert (bare.predicted, bare.review, bare.mark) == (None, None, None)
    made = tuple(Prediction(mark, (), 0.5, Maker("fake")) for mark in (1.0, 2.0))
    given_marks = tuple(Review(mark, "Teacher", NOW) for mark in (3.0, 0.0))
    marked = MarkedAnswer(ANSWER, None, made, given_marks)
    assert (marked.predicted, marked.review, marked.mark) == (made[1], given_marks[1], 0.0)
