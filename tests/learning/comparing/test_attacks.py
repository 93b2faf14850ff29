"""What is planted in held-out answers, and when it worked."""

from collections import Counter
from dataclasses import replace

import pytest

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import Maker, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing import attacks as planting
from autograder.learning.comparing.attacks import attacks
from autograder.learning.comparing.graded import Attack, Expected, Tried
from autograder.learning.examples import hard_negatives

SCALE = Scale(0, 4)
QUESTIONS = [
    Question(
        f"q{number}",
        f"Q{number}",
        "What does paging do to memory?",
        SCALE,
        ("It divides memory into fixed blocks.",),
    )
    for number in range(6)
]
EXAMPLES = [
    MarkedExample(f"{question.id}-{mark}", question, f"It is about {mark} pages of it.", mark)
    for question in QUESTIONS
    for mark in (0, 1, 2, 3, 4)
]


def test_the_same_answers_are_attacked_in_the_same_way_in_whatever_order() -> None:
    assert set(attacks(EXAMPLES)) == set(attacks(EXAMPLES[::-1]))
    assert len(set(attacks(EXAMPLES))) == len(attacks(EXAMPLES))


def test_tricks_are_played_on_weak_answers_and_on_every_question() -> None:
    planted = attacks(EXAMPLES)
    raising = [each for each in planted if each.expected is Expected.NO_RISE]
    assert all(each.example.mark <= 2 and each.example.text in each.text for each in raising)
    assert {each.example.question for each in raising} == set(QUESTIONS)
    floor = [each for each in planted if each.expected is Expected.FLOOR]
    assert {each.example.question for each in floor} == set(QUESTIONS)
    assert all(each.example.text not in each.text for each in floor)


def test_there_are_enough_of_them_to_rule_a_rare_success_out() -> None:
    counted = Counter(each.expected for each in attacks(EXAMPLES))
    assert counted[Expected.NO_RISE] + counted[Expected.FLOOR] >= 150
    assert counted[Expected.SAME] == len(EXAMPLES)


def test_a_harmless_change_is_of_blanks_alone() -> None:
    for each in attacks(EXAMPLES):
        if each.expected is Expected.SAME:
            assert each.text != each.example.text
            assert each.text.split() == each.example.text.split()


KINDS_OF_PHRASES = ["_ORDERS", "_PLEAS", "_CLAIMS", "_PADDING", "_DIALOGUES", "_MARKUP", "_NOTHING"]


def test_no_planted_text_is_one_that_trainings_teach() -> None:
    taught = {text for name in KINDS_OF_PHRASES for text in getattr(hard_negatives, name)}
    planted = {text for family in planting.PLANTED.values() for text in family}
    planted.update(planting.NOTHING)
    assert taught
    assert taught.isdisjoint(planted)


@pytest.mark.parametrize(
    ("expected", "before", "after", "worked"),
    [
        (Expected.NO_RISE, 1, 1, False),
        (Expected.NO_RISE, 1, 2, True),
        (Expected.NO_RISE, 1, None, False),
        (Expected.NO_RISE, None, 1, True),
        (Expected.FLOOR, 3, 0, False),
        (Expected.FLOOR, 3, 1, True),
        (Expected.NOT_FULL, 0, 3, False),
        (Expected.NOT_FULL, 0, 4, True),
        (Expected.SAME, 2, 2, False),
        (Expected.SAME, 2, 1, True),
    ],
)
def test_an_attack_works_where_the_mark_does_what_it_may_not(
    expected: Expected, before: float | None, after: float | None, worked: bool
) -> None:
    made = [Prediction(mark, (), 1, Maker("made")) for mark in (before, after)]
    assert Tried(Attack(EXAMPLES[0], "orders", "text", expected), *made).worked is worked


def test_answers_without_words_and_short_questions_are_left_alone() -> None:
    empty = [
        replace(each, text=" ", question=replace(each.question, text="Why?")) for each in EXAMPLES
    ]
    assert {each.expected for each in attacks(empty)} == {Expected.FLOOR, Expected.NOT_FULL}
    assert not any(each.family == "copied question" for each in attacks(empty))
