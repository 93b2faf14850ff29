"""The embedded grader says where it isn't fit, and is never sure there."""

from __future__ import annotations

import pytest

from autograder.domain.exam import Criterion, Question, Rating, Scale
from autograder.domain.grade import Prediction
from autograder.grading.encoding.fitness import CODE, FIT
from autograder.grading.graders import encoder
from autograder.settings import Settings
from tests.grading.guarding.test_code import PROGRAM, QUESTION

LEVELS = tuple(Rating(points, text) for points, text in ((0, "none"), (3, "some"), (5, "all")))
POINTS = Question(
    "q",
    "Q1",
    "What does an operating system do?",
    Scale(0, 4),
    criteria=(
        Criterion("It shares the processor among the running programs.", 2),
        Criterion("It keeps files on disks for the user.", 2),
    ),
)
FILLER = "The lecture hall was full on that day and many of us had to stand by the wall. "


@pytest.fixture(scope="module")
def grader() -> encoder.Encoder:
    return encoder.build(Settings())


def graded(grader: encoder.Encoder, question: Question, answer: str) -> Prediction:
    (made,) = grader.grade(question, [answer])
    assert abs(sum(chance for _, chance in made.distribution) - 1) < 1e-6
    return made


def test_a_program_gets_a_guess_that_says_so_and_is_never_sure(grader: encoder.Encoder) -> None:
    made = graded(grader, QUESTION, PROGRAM)
    assert "unfit" in {flag.kind for flag in made.flags}
    assert made.confidence < 0.35
    assert all(0.3 < judged.met < 0.7 for judged in made.judgements)


def test_where_levels_are_asked_for_only_their_points_are_given(grader: encoder.Encoder) -> None:
    rated = tuple(Criterion(f"Ideas {n}: takes a position", 5, ratings=LEVELS) for n in (1, 2))
    question = Question("q", "Q1", "Should buses be free?", Scale(0, 10), criteria=rated)
    made = graded(grader, question, "I think that they should be free, because it helps the poor.")
    assert {judged.marks for judged in made.judgements} <= {0, 3, 5}
    assert "unfit" in {flag.kind for flag in made.flags} and made.confidence < 0.6


def test_a_point_at_the_end_of_a_long_answer_is_found(grader: encoder.Encoder) -> None:
    said = "The operating system shares the processor among all programs that are running."
    without = graded(grader, POINTS, FILLER * 40)
    behind = graded(grader, POINTS, FILLER * 40 + said)
    assert behind.judgements[0].met > without.judgements[0].met + 0.2
    assert behind.judgements[1].met < 0.5
    evidence = behind.judgements[0].evidence
    assert evidence and (FILLER * 40 + said)[slice(*evidence)] == said
    assert "unfit" in {flag.kind for flag in behind.flags}


def test_a_short_answer_is_judged_without_further_doubt(grader: encoder.Encoder) -> None:
    assert "unfit" not in {flag.kind for flag in graded(grader, POINTS, "It shares the CPU.").flags}


def test_doubt_draws_every_chance_towards_even() -> None:
    chances = {0.0: 0.9, 1.0: 0.1}
    assert FIT.doubted(chances) == chances and FIT.belief(0.9) == 0.9
    doubted = CODE.doubted(chances)
    assert doubted[0.0] == pytest.approx(0.58) and sum(doubted.values()) == pytest.approx(1)
    assert CODE.belief(1.0) == pytest.approx(0.6)
