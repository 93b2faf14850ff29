from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from autograder.domain.grade import BULK, Review
from autograder.grading.agreeing.random_check import checked, draw, enough_to_tell, lot
from tests.grading.simulated_class import START, answer

CLASS = [answer(f"s{place}") for place in range(200)]
LATER = START + timedelta(hours=1)


def test_a_twentieth_is_drawn_and_at_least_three() -> None:
    assert len(draw(CLASS, 0)) == 10
    assert len(draw(CLASS[:20], 0)) == 3
    assert len(draw(CLASS[:2], 0)) == 2


def test_more_are_drawn_where_fewer_could_not_tell_but_at_most_a_third() -> None:
    assert round(enough_to_tell(0.95)) == 60
    assert len(draw(CLASS, 30)) == 30
    assert len(draw(CLASS[:12], 30)) == 4


def test_the_draw_is_the_same_in_any_order_and_another_for_each_question() -> None:
    assert draw(CLASS[::-1], 0) == draw(CLASS, 0)
    others = [answer(each.answer.id, "q1") for each in CLASS]
    drawn, other = ({each.answer.id for each in draw(some, 0)} for some in (CLASS, others))
    assert len(drawn & other) < 5


def test_reviews_do_not_change_who_is_drawn() -> None:
    review = Review(1, "Ada", LATER)
    some = [
        replace(each, reviews=(review,)) if place % 2 else each for place, each in enumerate(CLASS)
    ]
    assert list(map(lot, draw(some, 0))) == list(map(lot, draw(CLASS, 0)))


def test_only_what_was_looked_at_counts_as_checked() -> None:
    def reviewed(mark: float, way: str = "own") -> Review:
        return Review(mark, "Ada", LATER, way=way)

    left, changed, unseen = (
        replace(answer(str(mark)), reviews=(reviewed(mark, way),))
        for mark, way in ((3, "own"), (1, "own"), (2, BULK))
    )
    check = checked([left, changed, unseen, answer("open")])
    assert (check.drawn, check.looked_at, check.changed) == (4, 2, 1)
    assert check.agreement.low < 0.5 < check.agreement.high
