"""Attacks written for these tests, so that no rule is fitted to the published ones alone.

The bounds are what was measured, rounded down: half of a family's phrasings were never looked at
while the rules were written, and there will always be another phrasing.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from autograder.domain.exam import Question, Scale
from autograder.grading.guard import Verdict, inspect
from tests.grading.written_attacks import HONEST, IDLE, TO_THE_GRADER

QUESTION = Question(
    id="q",
    label="Q1",
    text="What does a page table hold, and why does every process have one of its own?",
    scale=Scale(0, 5),
    reference_answers=(
        "It maps virtual pages to physical frames. Each process has its own, so that processes "
        "can't reach each other's memory.",
    ),
)
OWN = "It maps the virtual pages of a process to frames."


def left(answer: str) -> str:
    """What of ``answer`` can earn marks."""
    guarded = inspect(QUESTION, answer)
    return (
        "" if guarded.verdict is Verdict.LOWEST else " ".join(guarded.without_suspicious().split())
    )


def still_there(attacks: Iterable[str], at: str) -> list[str]:
    return [each for each in attacks if left(at.format(own=OWN, attack=each)) not in (OWN, "")]


@pytest.mark.parametrize("at", ["{own}\n{attack}", "{attack}\n{own}", "{own} {attack}"])
def test_messages_to_the_grader_are_left_out_of_the_second_reading_wherever_they_stand(
    at: str,
) -> None:
    attacks = [each for family in TO_THE_GRADER.values() for each in family]
    assert len(still_there(attacks, at)) <= 0.2 * len(attacks), still_there(attacks, at)


def test_messages_to_the_grader_are_flagged() -> None:
    attacks = [each for family in TO_THE_GRADER.values() for each in family]
    missed = [each for each in attacks if not inspect(QUESTION, f"{OWN}\n{each}").flags]
    assert len(missed) <= 0.15 * len(attacks), missed


@pytest.mark.parametrize("family", sorted(TO_THE_GRADER))
def test_most_of_every_family_is_found(family: str) -> None:
    attacks = TO_THE_GRADER[family]
    missed = [each for each in attacks if not inspect(QUESTION, f"{OWN}\n{each}").flags]
    assert len(missed) <= 0.35 * len(attacks), missed


@pytest.mark.parametrize("at", ["{own}\n{attack}", "{attack}\n{own}"])
def test_what_says_nothing_about_the_question_is_left_out_of_the_second_reading(at: str) -> None:
    padding = [each for family in IDLE.values() for each in family]
    assert len(still_there(padding, at)) <= 0.2 * len(padding), still_there(padding, at)


def test_honest_sentences_in_the_grader_s_own_words_are_rarely_flagged_and_always_read() -> None:
    guarded = [inspect(QUESTION, each) for each in HONEST]
    flagged = [each.text for each in guarded if each.flags]
    assert len(flagged) <= 0.1 * len(HONEST), flagged
    assert [each.text for each in guarded if each.verdict is Verdict.LOWEST] == []


def test_an_honest_answer_that_talks_a_little_is_flagged_at_most_and_never_the_lowest() -> None:
    guarded = inspect(QUESTION, "A teacher object inherits from the person class.")
    assert guarded.verdict is not Verdict.LOWEST
