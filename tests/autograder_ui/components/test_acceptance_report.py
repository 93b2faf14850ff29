from __future__ import annotations

from dataclasses import replace

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import BULK, Flag, MarkedAnswer
from autograder.grading.agreeing.acceptance import acceptance
from autograder.grading.agreeing.random_check import RandomCheck
from autograder.metrics import Figure
from autograder_ui.components.acceptance_report import report, share
from tests.grading.simulated_class import SimulatedClass, answer, simulated

QUESTIONS = tuple(Question(f"q{place}", f"<Q{place}>", "Why?", Scale(0, 4)) for place in range(2))


def told(marked: list[MarkedAnswer], target: float = 0.95) -> str:
    return report(acceptance(marked, target), QUESTIONS, marked)


def a_third_marked(students: int = 200) -> SimulatedClass:
    exam = simulated(3, questions=2, students=students)
    exam.given = {each: 3.0 if chance > 0.5 else 1.0 for each, chance in exam.chance.items()}
    exam.review(each.answer.id for each in exam.marked[::3])
    return exam


def test_what_can_be_accepted_is_said_in_numbers_with_how_sure_that_is() -> None:
    exam = a_third_marked()
    found = acceptance(exam.marked, 0.9)
    said = report(found, QUESTIONS, exam.marked)
    assert f"<b>{len(found.whole.answers)} of {found.whole.waiting}</b>" in said
    assert share(found.whole.agreement) in said
    assert "depend on which answers you chose to mark" in said
    assert "&lt;Q0&gt;: 67 marked by you, 0 accepted unseen" in said and "<Q0>" not in said


def test_accepted_marks_have_their_own_part_of_the_bar() -> None:
    exam = a_third_marked()
    ids = acceptance(exam.marked, 0.9).whole.answers
    exam.review(ids, BULK)
    own = sum("-q0-" in each for each in ids)
    assert f"67 marked by you, {own} accepted unseen" in told(exam.marked)


def test_before_grading_it_says_to_grade() -> None:
    assert "Press Grade in Scripts first" in told([answer("a", mark=None), answer("b", mark=None)])


def test_a_handful_of_answers_is_for_the_teacher_to_mark() -> None:
    assert "too few answers to tell" in told([answer(f"s{place}") for place in range(8)])


def test_nothing_left_says_so() -> None:
    exam = simulated(0, questions=1, students=5)
    exam.review(exam.given)
    assert "nothing left to accept" in told(exam.marked)


def test_a_check_that_contradicts_says_that_nothing_is_offered() -> None:
    exam = simulated(0, questions=2, students=40)
    found = replace(acceptance(exam.marked, 0.95), check=RandomCheck(20, 20, 9))
    said = report(found, QUESTIONS, exam.marked)
    assert "nothing is offered" in said and "9 changed by you" in said


def test_flagged_answers_are_counted_as_never_accepted() -> None:
    flagged = answer("flagged", flags=[Flag("orders", "It speaks to the grader.")])
    assert "1 answer without a mark" in told([flagged, answer("plain")])


def test_no_share_is_a_dash() -> None:
    assert share(Figure(float("nan"))) == "–"
    assert share(Figure(0.956, 0.93, 0.98)) == "96% (93% to 98%)"
