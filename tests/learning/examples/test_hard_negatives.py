from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.hard_negatives import (
    BESIDE,
    CLASSES,
    HELD_OUT,
    INSTEAD,
    TAUGHT,
    attacked,
    hard_negatives,
)

REFERENCE = "Mutual exclusion, hold and wait, no preemption and circular wait of processes."
PLAIN = Question("q", "Q1", "What does a deadlock need to arise?", Scale(1, 5), (REFERENCE,))
MARKED = Question(
    "c",
    "Q2",
    "What does a deadlock need to arise?",
    Scale(0, 3),
    criteria=(Criterion("names mutual exclusion", 2), Criterion("names circular waiting", 1)),
)


def example(question: Question, text: str, mark: float, number: int = 0) -> MarkedExample:
    points = (mark, 0.0) if question.criteria else None
    return MarkedExample(f"e{number}", question, text, mark, points, comment="Well done.")


WEAK = example(PLAIN, "I think that it simply happens, then preemption helps.", 2)


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_is_added_earns_and_costs_nothing(name: str) -> None:
    made = attacked(WEAK, name, random.Random(1))
    assert made is not None
    assert (made.mark, made.criteria) == (WEAK.mark, WEAK.criteria)
    assert WEAK.text in made.text
    assert made.id != WEAK.id
    assert made.comment == ""


@pytest.mark.parametrize("name", sorted(INSTEAD))
@pytest.mark.parametrize("question", [PLAIN, MARKED])
def test_what_stands_in_an_answers_place_gets_the_lowest_mark(
    name: str, question: Question
) -> None:
    text = "I have not heard of preemption or mutual exclusion or circular things."
    made = attacked(example(question, text, 2), name, random.Random(1))
    assert made is not None
    assert made.mark == question.scale.minimum
    assert made.criteria == ((0.0, 0.0) if question.criteria else None)


def test_a_beginning_says_nothing_that_is_looked_for() -> None:
    made = attacked(WEAK, "beginning", random.Random(1))
    assert made is not None
    assert made.text == "I think that it simply happens, then"


def test_a_class_that_does_not_suit_makes_nothing() -> None:
    bare = Question("b", "Q3", "Why?", Scale(0, 2))
    for name in ("copied question", "keywords", "beginning"):
        assert attacked(example(bare, "Because of that.", 1), name, random.Random(1)) is None


def test_held_out_classes_are_never_taught() -> None:
    weak = [example(PLAIN, f"It happens sometimes, number {n}.", 1, n) for n in range(60)]
    taught = {each.id.partition("#")[2] for each in hard_negatives(weak, 1.0)}
    assert taught <= set(TAUGHT)
    assert not taught & HELD_OUT
    held = {
        each.id.partition("#")[2] for each in hard_negatives(weak, 1.0, classes=sorted(HELD_OUT))
    }
    assert held == HELD_OUT
    assert set(CLASSES) > HELD_OUT


def test_only_weak_answers_are_made_to_look_better() -> None:
    strong = [example(PLAIN, f"{REFERENCE} {n}", 5, n) for n in range(20)]
    assert all(each.mark == PLAIN.scale.minimum for each in hard_negatives(strong, 1.0))


@given(st.integers(0, 30), st.floats(0, 1), st.integers(0, 9))
def test_there_are_about_as_many_as_asked_for_always_the_same(
    count: int, share: float, seed: int
) -> None:
    weak = [example(PLAIN, f"It is a thing, number {n} of preemption.", 1, n) for n in range(count)]
    made = hard_negatives(weak, share, seed)
    assert len(made) <= share * count + len(TAUGHT)
    assert made == hard_negatives(weak, share, seed)
    assert len({(each.question, each.text) for each in made}) == len(made)
