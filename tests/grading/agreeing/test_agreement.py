from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from autograder import metrics
from autograder.domain.exam import Scale
from autograder.domain.grade import BULK, GROUP
from autograder.grading.agreeing.agreement import (
    LeftOut,
    agreement,
    between_markers,
    by_question,
    calibration,
    foresights,
)
from tests.grading.marked import QUESTION, answer, both, predicted, reviewed

marks = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60)


@given(marks)
def test_the_figures_of_some_marks_are_the_known_ones(pairs: list[tuple[int, int]]) -> None:
    found, left_out = foresights(both(pairs))
    figures = agreement(found)
    machine, teacher = np.array(pairs, dtype=float).T
    assert left_out == LeftOut()
    assert figures.answers == len(pairs)
    assert figures.same == sum(machine == teacher)
    assert figures.exact.value == pytest.approx(np.mean(machine == teacher))
    assert figures.mae.value == pytest.approx(np.abs(machine - teacher).mean())
    assert figures.mae_share.value == pytest.approx(np.abs(machine - teacher).mean() / 4)
    assert figures.bias.value == pytest.approx((machine - teacher).mean())
    if len({*machine, *teacher}) > 1 and not math.isnan(figures.qwk.value):
        theirs = cohen_kappa_score(machine, teacher, labels=range(5), weights="quadratic")
        assert figures.qwk.value == pytest.approx(theirs)


def test_an_interval_holds_the_value_and_is_narrower_with_more_answers() -> None:
    some = [(3.0, 2.0), (2.0, 2.0), (1.0, 1.0), (4.0, 3.0), (0.0, 0.0), (2.0, 3.0)]
    few, many = (agreement(foresights(both(some * times))[0]) for times in (1, 20))
    for name in ("exact", "near", "qwk", "mae", "mae_share", "bias", "bias_share"):
        one, other = getattr(few, name), getattr(many, name)
        assert one.low <= one.value <= one.high
        assert other.high - other.low < one.high - one.low


def test_too_few_decisions_have_no_interval_but_that_of_a_share() -> None:
    figures = agreement(foresights(both([(1, 1), (2, 2)]))[0])
    assert math.isnan(figures.bias.low)
    assert figures.exact == metrics.wilson(2, 2)
    assert figures.exact.low < 0.5


def test_nothing_to_compare_has_no_figures() -> None:
    figures = agreement([])
    assert figures.answers == 0
    assert math.isnan(figures.exact.value) and math.isnan(figures.qwk.value)
    assert calibration([])[0] == []


def test_half_a_step_is_near_and_a_whole_one_is_not() -> None:
    figures = agreement(foresights(both([(3, 2.5), (3, 3), (3, 2), (3, 2.4)]))[0])
    assert figures.near.value == 0.5
    assert figures.exact.value == 0.25


def test_the_prediction_that_counts_was_made_before_the_person_first_looked() -> None:
    early, later, after = predicted(1, 0), predicted(2, 4), predicted(4, 6)
    marked = answer(1, early, later, reviewed(3, 5), after, reviewed(4, 9))
    (found,), _ = foresights([marked])
    assert (found.first, found.second) == (2, 4)


def test_what_was_accepted_unseen_is_no_agreement() -> None:
    accepted = answer(1, predicted(2), reviewed(2, way=BULK))
    looked_later = answer(2, predicted(2), reviewed(2, 5, way=BULK), reviewed(3, 9))
    found, left_out = foresights([accepted, looked_later])
    assert [pair.marked.answer.id for pair in found] == ["a2"]
    assert left_out == LeftOut()
    assert between_markers([accepted, looked_later]) == []


def test_what_cannot_be_compared_is_counted_by_its_reason() -> None:
    newer = replace(QUESTION, version=2)
    marked = [
        answer(1, reviewed(2)),
        answer(2, reviewed(2), predicted(2, 9)),
        answer(3, predicted(None), reviewed(2)),
        answer(4, predicted(2), reviewed(2, question=newer), question=newer),
        answer(5, predicted(2), reviewed(2, text=2)),
        answer(6, predicted(2)),
        answer(7, predicted(2), reviewed(2)),
    ]
    found, left_out = foresights(marked, {("q", 1): QUESTION})
    assert [pair.marked.answer.id for pair in found] == ["a7"]
    assert left_out == LeftOut(unforeseen=2, unmarked=1, changed=2)


def test_marks_by_an_older_version_count_as_long_as_the_scale_stays() -> None:
    reworded = replace(QUESTION, version=2, text="Why so?")
    rescaled = replace(QUESTION, version=3, scale=Scale(0, 8))
    versions = {("q", 1): QUESTION, ("q", 2): reworded, ("q", 3): rescaled}
    said = predicted(2), reviewed(3)
    (found,), _ = foresights([answer(1, *said, question=reworded)], versions)
    assert (found.first, found.second, found.question) == (2, 3, QUESTION)
    assert foresights([answer(1, *said, question=rescaled)], versions)[1] == LeftOut(changed=1)
    assert foresights([answer(1, *said, question=reworded)])[1] == LeftOut(changed=1)


def test_an_answer_to_no_question_is_left_out() -> None:
    assert foresights([answer(1, predicted(2), reviewed(2), question=None)])[0] == []


def test_a_group_that_was_decided_at_once_counts_once_for_the_interval() -> None:
    alone = [answer(n, predicted(2), reviewed(2, n + 5)) for n in range(20)]
    grouped = [answer(n, predicted(2), reviewed(2, 5, way=GROUP)) for n in range(20)]
    one, other = (agreement(foresights(each)[0]) for each in (alone, grouped))
    assert one.exact.value == other.exact.value == 1
    assert one.exact.low > 0.8
    assert other.exact.low < 0.3
    assert math.isnan(other.bias.low)


def test_questions_have_figures_of_their_own_and_a_long_scale_doesnt_outweigh_a_short_one() -> None:
    long = replace(QUESTION, id="r", scale=Scale(0, 100))
    found, _ = foresights(both([(4, 2)] * 3) + both([(50, 100)] * 3, long))
    own = by_question(found)
    assert list(own) == ["q", "r"]
    assert own["q"].bias.value == 2
    assert own["r"].bias.value == -50
    assert agreement(found).bias_share.value == 0
    assert agreement(found).mae_share.value == 0.5


def test_every_pair_of_markers_is_compared_on_what_both_reviewed_last() -> None:
    marked = [
        answer(1, reviewed(1, 1, "Ada"), reviewed(3, 2, "Ben"), reviewed(2, 3, "Ada")),
        answer(2, reviewed(4, 1, "Ada "), reviewed(4, 2, "Ben"), reviewed(3, 3, "Cleo")),
        answer(3, reviewed(4, 1, "Ada")),
        answer(4, reviewed(4, 1, "Ada"), reviewed(1, 2, "Ben", text=2)),
    ]
    first, *others = between_markers(marked)
    assert (first.first, first.second) == ("Ada", "Ben")
    assert (first.agreement.answers, first.agreement.same) == (2, 1)
    assert first.agreement.bias.value == -0.5
    assert [(each.first, each.second) for each in others] == [("Ada", "Cleo"), ("Ben", "Cleo")]


def test_honest_confidence_lies_on_the_diagonal() -> None:
    sure = [
        answer(n, predicted(2, confidence=0.85), reviewed(2 if n < 17 else 0)) for n in range(20)
    ]
    doubtful = [
        answer(n, predicted(2, confidence=0.25), reviewed(2 if n < 10 else 0)) for n in range(40)
    ]
    points, error = calibration(foresights(sure + doubtful)[0])
    assert [each.answers for each in points] == [40, 20]
    assert [each.right for each in points] == [0.25, 0.85]
    assert [each.confidence for each in points] == pytest.approx([0.25, 0.85])
    assert error.value == pytest.approx(0)
    _, error = calibration(foresights(sure)[0][17:])
    assert error.value == pytest.approx(0.85)
