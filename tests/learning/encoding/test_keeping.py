from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.learning.encoding.keeping import ENOUGH, Apart

QUESTION = Question("q", "Q", "Why?", Scale(0, 2), ("Because.",))


def examples(questions: int, answers: int) -> list[MarkedExample]:
    asked = [replace(QUESTION, id=f"q{n}") for n in range(questions)]
    return [
        MarkedExample(f"{each.id}-{n}", each, f"answer {n}", 1.0)
        for each in asked
        for n in range(answers)
    ]


@given(st.integers(1, 30), st.integers(2, 12))
def test_every_answer_is_on_one_side_and_always_on_the_same(questions: int, answers: int) -> None:
    given = examples(questions, answers)
    apart = Apart.of(given)
    sides = [*apart.own, *apart.known, *apart.new]
    assert sorted(each.id for each in sides) == sorted(each.id for each in given)
    assert {each.id for each in Apart.of(given[::-1]).own} == {each.id for each in apart.own}
    assert apart.own and apart.known


@given(st.integers(ENOUGH, 40))
def test_where_there_are_enough_questions_whole_ones_are_kept(questions: int) -> None:
    apart = Apart.of(examples(questions, 6))
    kept = {each.question.id for each in apart.new}
    assert len(kept) == questions // 6
    assert kept.isdisjoint({each.question.id for each in (*apart.own, *apart.known)})


def test_of_few_questions_none_is_given_up() -> None:
    assert Apart.of(examples(ENOUGH - 1, 6)).new == ()
