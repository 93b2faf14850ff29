from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.grade import BULK, GROUP, Maker, Review
from autograder.grading.agreeing.reliability import Pair, Reliability, pairs_of
from tests.grading.simulated_class import MAKER, START, answer, simulated

LATER = START + timedelta(hours=1)
pairs = st.lists(
    st.builds(Pair, st.just(MAKER), st.sampled_from(["q0", "q1"]), st.floats(0, 1), st.booleans()),
    max_size=30,
)


@given(pairs, st.floats(0, 1), st.floats(0, 1), st.sampled_from(["q0", "q1", "q2"]))
@settings(max_examples=40, deadline=None)
def test_a_surer_prediction_is_never_less_reliable(
    known: list[Pair], one: float, other: float, question: str
) -> None:
    reliability = Reliability(known)
    low, high = sorted((one, other))
    less = reliability.agreement(answer("a", question, low))
    more = reliability.agreement(answer("b", question, high))
    assert 0 < less <= more < 1


def test_without_reviews_it_is_the_graders_own_confidence_taken_with_a_grain_of_salt() -> None:
    unknown = Reliability(())
    for own in (0.3, 0.5, 0.7, 0.9):
        assert unknown.agreement(answer("a", confidence=own)) == pytest.approx(own, abs=0.08)
    assert unknown.agreement(answer("a", confidence=0.99)) < 0.96


def test_what_the_teacher_changes_and_leaves_moves_the_question_most_and_the_others_a_little() -> (
    None
):
    before = Reliability(()).agreement(answer("a", "q0"))
    wrong = Reliability([Pair(MAKER, "q0", 0.8, False)] * 8)
    right = Reliability([Pair(MAKER, "q0", 0.8, True)] * 8)
    own, other = (wrong.agreement(answer("a", question)) for question in ("q0", "q1"))
    assert own < other < before
    assert before < right.agreement(answer("a", "q1")) < right.agreement(answer("a", "q0"))


def test_many_reviews_outweigh_what_the_grader_says_of_itself() -> None:
    seen = [Pair(MAKER, "q0", 0.95, place % 2 == 0) for place in range(200)]
    assert Reliability(seen).agreement(answer("a", "q0", 0.95)) == pytest.approx(0.5, abs=0.06)


def test_another_grader_is_not_judged_by_this_ones_marks() -> None:
    wrong = Reliability([Pair(Maker("other"), "q0", 0.8, False)] * 20)
    assert wrong.agreement(answer("a")) == Reliability(()).agreement(answer("a"))


def test_without_a_predicted_mark_there_is_nothing_to_agree_with() -> None:
    assert Reliability(()).agreement(answer("a", mark=None)) == 0
    assert Reliability(()).agreement(replace(answer("a"), predictions=())) == 0


def test_accepted_unseen_is_no_agreement_and_a_group_is_one_decision() -> None:
    def reviewed(way: str, *ids: str, mark: float = 3) -> list[Pair]:
        review = Review(mark, "Ada", LATER, way=way)
        return pairs_of([replace(answer(each), reviews=(review,)) for each in ids])

    assert reviewed(BULK, "a", "b") == []
    assert len(reviewed(GROUP, "a", "b", "c")) == 1
    assert [pair.agreed for pair in reviewed("own", "a", "b", mark=1)] == [False, False]


def test_half_a_step_apart_agrees_and_a_prediction_made_after_the_review_does_not_count() -> None:
    near, far = (replace(answer("a"), reviews=(Review(mark, "Ada", LATER),)) for mark in (2.5, 2.4))
    assert [pair.agreed for pair in pairs_of([near, far])] == [True, False]
    (predicted,) = near.predictions
    late = replace(predicted, at=LATER + timedelta(hours=1))
    assert pairs_of([replace(near, predictions=(late,))]) == []


def test_a_mark_given_by_another_mark_scheme_tells_nothing() -> None:
    review = Review(1, "Ada", LATER, question_version=2)
    assert pairs_of([replace(answer("a"), reviews=(review,))]) == []


@pytest.mark.parametrize("seed", range(3))
def test_probabilities_learnt_from_a_tenth_hold_for_the_rest(seed: int) -> None:
    exam = simulated(seed, students=150)
    exam.review(each.answer.id for each in exam.marked[::8])
    rest = [each for each in exam.marked if not each.reviews]
    believed = Reliability.of(exam.marked).draws([each.predicted for each in rest], rest).mean(0)
    true = np.array([exam.chance[each.answer.id] for each in rest])
    for low, high in ((0.0, 0.6), (0.6, 0.85), (0.85, 1.0)):
        chosen = (believed >= low) & (believed < high)
        assert believed[chosen].mean() == pytest.approx(true[chosen].mean(), abs=0.07)
