from __future__ import annotations

from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples import split
from autograder.runs.learning.keeping_back import SHARES, enough, questions, share_kept


def marked(asked: int, answers: int) -> list[MarkedExample]:
    return [
        MarkedExample(
            f"{place} {number}",
            Question(f"q{place}", f"Q{place}", f"What is thing {place}?", Scale(0, 4)),
            f"It is number {number} of {place}, said in its own way.",
            float(number % 5),
        )
        for place in range(asked)
        for number in range(answers)
    ]


def test_a_fifth_is_kept_where_that_is_enough() -> None:
    many = marked(60, 15)
    assert share_kept(many) == SHARES[0]
    assert enough(split(many, held_out=SHARES[0]).held_out)


def test_of_few_questions_more_are_kept_so_that_there_can_be_a_verdict() -> None:
    few = marked(12, 30)
    share = share_kept(few)
    assert share > SHARES[0]
    back = split(few, held_out=share).held_out
    assert enough(back) and questions(back) < 12


def test_of_too_few_a_fifth_is_kept_though_it_tells_nothing() -> None:
    assert share_kept(marked(3, 4)) == SHARES[0]
