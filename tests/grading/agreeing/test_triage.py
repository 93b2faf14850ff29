from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.grade import Flag, MarkedAnswer
from autograder.grading.agreeing.triage import ENOUGH, Band, triage
from tests.grading.simulated_class import answer, simulated

answers = st.lists(
    st.builds(
        answer,
        st.uuids().map(str),
        st.sampled_from(["q0", "q1", "q2"]),
        st.floats(0, 1),
        st.sampled_from([3.0, 1.0, None]),
        st.sampled_from([(), (Flag("orders", "It speaks to the grader."),)]),
    ),
    max_size=25,
    unique_by=lambda each: each.answer.id,
)


def bands(found: list[tuple[str, Band]]) -> dict[Band, list[str]]:
    return {band: [each for each, its in found if its is band] for band in Band}


@given(answers)
@settings(max_examples=30, deadline=None)
def test_every_unreviewed_answer_is_asked_for_once_and_the_same_way_again(
    marked: list[MarkedAnswer],
) -> None:
    found = triage(marked, {}, 0.95)
    assert sorted(each for each, _ in found) == sorted(each.answer.id for each in marked)
    assert triage(marked, {}, 0.95) == found


def test_reviewed_answers_are_not_asked_for() -> None:
    exam = simulated(0, questions=2, students=30)
    chosen = [each.answer.id for each in exam.marked[:7]]
    exam.review(chosen)
    assert not set(chosen) & {each for each, _ in triage(exam.marked, {}, 0.95)}


def test_what_has_no_mark_or_a_flag_is_a_question_to_the_teacher() -> None:
    flagged = answer("flagged", flags=[Flag("orders", "It speaks to the grader.")])
    marked = [flagged, answer("empty", mark=None), answer("note", note="Two pages."), answer("x")]
    assert set(bands(triage(marked, {}, 0.95))[Band.QUESTION]) == {"flagged", "empty", "note"}


def test_ten_answers_of_each_question_are_to_learn_from_and_come_first() -> None:
    exam = simulated(0, questions=3, students=60)
    found = triage(exam.marked, exam.alike, 0.95)
    assert [band for _, band in found[: 3 * ENOUGH]] == [Band.TEACHES] * 3 * ENOUGH
    asked = Counter(each.split("-")[1] for each in bands(found)[Band.TEACHES])
    assert set(asked.values()) == {ENOUGH}
    exam.review(bands(found)[Band.TEACHES])
    assert bands(triage(exam.marked, exam.alike, 0.95))[Band.TEACHES] == []


def test_those_to_learn_from_are_typical_doubtful_and_by_lot() -> None:
    marked = [answer(f"s{place}", confidence=place / 100) for place in range(100)]
    alike = {"s97": 12, "s91": 7, "s83": 5}
    teaches = bands(triage(marked, alike, 0.95))[Band.TEACHES]
    assert {"s97", "s91", "s83"} <= set(teaches)
    assert sum(abs(int(each[1:]) - 50) < 12 for each in teaches) >= 3


def test_the_riskiest_come_next_in_coarse_steps_and_not_by_their_neighbours() -> None:
    exam = simulated(0, questions=1, students=120)
    exam.review(bands(triage(exam.marked, {}, 0.95))[Band.TEACHES])
    found = triage(exam.marked, {}, 0.95)
    sure = {each.answer.id: each.predictions[0].confidence for each in exam.marked}
    risky = [sure[each] for each, band in found if band is Band.RISKY]
    third = len(risky) // 3
    assert max(risky[:third]) < min(risky[-third:]) + 0.35
    assert risky != sorted(risky)
    places = [int(each.split("s")[-1]) for each, _ in found]
    assert places != sorted(places)


def test_some_that_seem_safe_are_checked_among_the_risky_ones() -> None:
    exam = simulated(0, questions=2, students=120)
    for _ in range(3):
        exam.review([each for each, _ in triage(exam.marked, exam.alike, 0.9)[:20]])
    found = triage(exam.marked, exam.alike, 0.9)
    checked, safe = bands(found)[Band.AUDIT], bands(found)[Band.SAFE]
    assert 3 <= len(checked) < len(safe)
    order = [band for _, band in found]
    assert max(i for i, band in enumerate(order) if band is Band.AUDIT) < order.index(Band.SAFE)


def test_each_question_has_its_own_order_of_students() -> None:
    marked = [answer(f"s{s}", f"q{q}") for q in range(2) for s in range(40)]
    named = [answer(f"{each.answer.id}", each.answer.question_id or "") for each in marked]
    one, other = (
        [each for each, _ in triage([m for m in named if m.answer.question_id == q], {}, 0.95)]
        for q in ("q0", "q1")
    )
    assert one != other and sorted(one) == sorted(other)
