from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from autograder.domain.grade import BULK, Flag
from autograder.grading.agreeing.acceptance import LEAST, acceptance, more_marks
from autograder.grading.agreeing.triage import triage
from tests.grading.simulated_class import WORLDS, SimulatedClass, answer, honest, simulated

RUNS = 8
"""Of each world."""


def marked_as_asked(exam: SimulatedClass, rounds: int, at_once: int = 50) -> SimulatedClass:
    """The teacher marks what is asked for first, and is asked anew now and then."""
    for _ in range(rounds):
        exam.review([each for each, _ in triage(exam.marked, exam.alike, 0.95)[:at_once]])
    return exam


def test_what_is_accepted_at_95_percent_agrees_in_93_of_100_in_nearly_every_class() -> None:
    true, agreed, offers = [], 0, 0
    for world in WORLDS:
        for seed in range(RUNS):
            exam = marked_as_asked(simulated(seed, world), rounds=4)
            ids = acceptance(exam.marked, 0.95).whole.answers
            true += [np.mean([exam.chance[each] for each in ids])] if ids else []
            agreed += sum(exam.given[each] == 3.0 for each in ids)
            offers += len(ids)
    assert len(true) >= RUNS
    assert sum(share < 0.93 for share in true) <= 0.05 * RUNS * len(WORLDS)
    assert agreed / offers >= 0.93


def test_the_check_by_lot_tells_the_truth_although_the_reviews_were_chosen() -> None:
    looked_at = changed = 0
    truth = []
    for seed in range(10):
        exam = marked_as_asked(simulated(seed), rounds=5)
        found = acceptance(exam.marked, 0.9)
        looked_at += found.check.looked_at
        changed += found.check.changed
        truth += [exam.chance[each] for each in found.whole.answers]
    assert 1 - changed / looked_at == pytest.approx(np.mean(truth), abs=0.06)


@pytest.mark.parametrize("target", [0.9, 0.95, 0.98])
def test_without_reviews_nothing_is_offered_however_sure_the_machine_is(target: float) -> None:
    sure = [answer(f"s{place}", confidence=1.0) for place in range(300)]
    found = acceptance(sure, target)
    assert found.whole.answers == ()
    assert isnan(found.whole.agreement.value) and isnan(found.check.agreement.value)
    needed = more_marks(sure, target)
    assert needed is not None and LEAST <= needed < 150


def test_that_many_more_marks_do_it_if_the_teacher_agrees_with_each() -> None:
    exam = simulated(1, honest, questions=3, students=60)
    exam.given = dict.fromkeys(exam.given, 3.0)
    needed = more_marks(exam.marked, 0.9)
    assert needed is not None
    assert not acceptance(exam.marked, 0.9).whole.answers
    exam.review(sorted(exam.given)[: 3 * needed])
    assert acceptance(exam.marked, 0.9).whole.answers


def test_a_class_too_small_to_tell_says_that_no_number_of_marks_would_do() -> None:
    assert more_marks([answer(f"s{place}") for place in range(6)], 0.95) is None
    assert more_marks([], 0.95) is None


@pytest.fixture(scope="module")
def offered() -> SimulatedClass:
    exam = simulated(3, questions=4, students=150)
    exam.given = {each: 3.0 if chance > 0.5 else 1.0 for each, chance in exam.chance.items()}
    exam.review(each.answer.id for each in exam.marked[::3])
    return exam


def test_what_asks_for_a_look_is_never_offered(offered: SimulatedClass) -> None:
    first, second, third, fourth = acceptance(offered.marked, 0.95).whole.answers[:4]
    flag = Flag("orders", "It speaks to the grader.")

    def spoilt(change: Callable[[str], bool]) -> list[str]:
        return [each for each in (first, second, third, fourth) if change(each)]

    changed = [
        answer(each.answer.id, each.answer.question_id or "", 0.99, flags=[flag])
        if each.answer.id == first
        else answer(each.answer.id, each.answer.question_id or "", 0.99, mark=None)
        if each.answer.id == second
        else answer(each.answer.id, each.answer.question_id or "", 0.99, note="Read with doubt.")
        if each.answer.id == third
        else replace(each, outdated=True)
        if each.answer.id == fourth
        else each
        for each in offered.marked
    ]
    now = set(acceptance(changed, 0.95).whole.answers)
    assert now and spoilt(now.__contains__) == []


def test_what_is_drawn_by_lot_is_offered_only_after_a_look(offered: SimulatedClass) -> None:
    found = acceptance(offered.marked, 0.95)
    assert found.asked and not found.asked & set(found.whole.answers)
    assert not found.asked & found.likely


def test_the_surest_come_first_and_a_higher_agreement_offers_no_more(
    offered: SimulatedClass,
) -> None:
    shares = [len(acceptance(offered.marked, target).whole.answers) for target in (0.9, 0.95, 0.98)]
    assert shares == sorted(shares, reverse=True) and shares[0] > 0
    found = acceptance(offered.marked, 0.95)
    assert found.whole.agreement.low >= 0.93
    assert found.whole.agreement.value >= 0.95
    assert sum(len(part.answers) for part in found.questions.values()) == len(found.whole.answers)


def test_a_question_hardly_looked_at_is_left_out_and_says_how_many_are_missing(
    offered: SimulatedClass,
) -> None:
    marked = [
        replace(each, reviews=()) if each.answer.question_id == "q2" and place > 3 * LEAST else each
        for place, each in enumerate(offered.marked)
    ]
    part = acceptance(marked, 0.9).questions["q2"]
    assert part.answers == () and part.missing == LEAST and part.waiting == 150


def test_marks_accepted_unseen_are_neither_evidence_nor_offered_again(
    offered: SimulatedClass,
) -> None:
    found = acceptance(offered.marked, 0.95)
    again = SimulatedClass(offered.marked, offered.chance, offered.given, offered.alike)
    again.review(found.whole.answers, BULK)
    after = acceptance(again.marked, 0.95)
    assert not set(after.whole.answers) & set(found.whole.answers)
    assert after.check.looked_at <= found.check.looked_at + 1


def test_a_check_that_finds_more_changed_than_promised_withdraws_the_offer(
    offered: SimulatedClass,
) -> None:
    found = acceptance(offered.marked, 0.95)
    worse = SimulatedClass(
        offered.marked, offered.chance, dict.fromkeys(offered.given, 1.0), offered.alike
    )
    worse.review(found.asked)
    after = acceptance(worse.marked, 0.95)
    assert after.whole.answers == ()
