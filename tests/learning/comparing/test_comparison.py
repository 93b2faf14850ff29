"""Graders whose truth is known get the verdict that they deserve, whatever chance has in store."""

from collections import Counter
from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput
from autograder.learning.comparing.comparison import Comparison, Verdict, compare
from autograder.learning.comparing.graded import Graded
from autograder.learning.comparing.guarded import Outcome
from autograder.learning.comparing.told import as_json
from tests.learning.comparing.simulated import (
    ATTACKABLE,
    BETTER,
    BOASTFUL,
    EQUAL,
    LENIENT,
    Style,
    graded,
    held_out,
    tried,
)

SEEDS = range(6)


def trial(style: Style, seed: int, questions: int = 24, answers: int = 20) -> Comparison:
    """A new grader of that style beside an ordinary one, on one made-up class."""
    examples = held_out(seed, questions, answers)
    ours, theirs = 2 * seed, 2 * seed + 1
    return compare(
        graded(examples, style, ours),
        graded(examples, EQUAL, theirs),
        tried(examples, style, ours),
        tried(examples, EQUAL, theirs),
        draws=600,
    )


def verdicts(style: Style) -> Counter[Verdict]:
    return Counter(trial(style, seed).verdict for seed in SEEDS)


@pytest.mark.parametrize("style", [LENIENT, BOASTFUL, ATTACKABLE])
def test_what_is_worse_in_one_way_is_found_out_every_time(style: Style) -> None:
    assert verdicts(style) == {Verdict.WORSE: len(SEEDS)}


def test_what_is_truly_better_is_mostly_seen_and_never_called_worse() -> None:
    found = verdicts(BETTER)
    assert found[Verdict.BETTER] >= len(SEEDS) / 2
    assert found[Verdict.WORSE] == 0


def test_what_is_equal_but_noisy_is_never_called_better() -> None:
    assert verdicts(EQUAL)[Verdict.BETTER] == 0


def test_the_same_grader_beside_itself_is_no_worse() -> None:
    examples = held_out(0, 10, 20)
    answers, tries = graded(examples, EQUAL, 1), tried(examples, EQUAL, 1)
    found = compare(answers, answers, tries, tries, draws=200)
    assert found.verdict is Verdict.NO_WORSE
    assert found.promotes
    assert found.differing == []


def test_each_is_found_out_by_the_figure_that_it_is_bad_at() -> None:
    for style, name in ((LENIENT, "bias"), (BOASTFUL, "ece"), (ATTACKABLE, "attacks")):
        found = trial(style, 1)
        worse = {each.measure.name for each in found.guarded if each.outcome is Outcome.WORSE}
        assert name in worse
    assert {"unmet", "bias"} <= {
        each.measure.name for each in trial(LENIENT, 2).guarded if each.outcome is Outcome.WORSE
    }


def test_too_few_questions_or_answers_tell_nothing() -> None:
    few_questions = trial(LENIENT, 0, questions=4, answers=50)
    assert few_questions.verdict is Verdict.UNSURE
    assert "Only 4 questions were held back" in few_questions.too_little
    assert {each.outcome for each in few_questions.guarded} <= {Outcome.UNSURE, Outcome.UNMEASURED}
    few_answers = trial(BETTER, 0, questions=8, answers=5)
    assert few_answers.verdict is Verdict.UNSURE
    assert "40 answers were held back" in few_answers.too_little


def test_nothing_is_promoted_that_was_not_attacked() -> None:
    examples = held_out(0, 20, 20)
    new, current = graded(examples, BETTER, 1), graded(examples, EQUAL, 2)
    assert compare(new, current, draws=300).verdict is Verdict.UNSURE


def test_leaving_answers_unmarked_wins_nothing() -> None:
    examples = held_out(0, 20, 20)
    current = graded(examples, EQUAL, 1)
    tries = tried(examples, EQUAL, 1)
    shy = [
        replace(each, prediction=replace(each.prediction, mark=None))
        if (each.off or 0) > 0.1
        else each
        for each in current
    ]
    found = compare(shy, current, tries, tries, draws=300)
    figures = {each.measure.name: each for each in found.figures}
    assert figures["mae"].gain.value == 0  # only what both marked is compared
    assert figures["unmarked"].outcome is Outcome.WORSE
    assert found.verdict is Verdict.WORSE


def test_a_grader_that_judges_no_criteria_any_more_is_worse() -> None:
    examples = held_out(0, 20, 20)
    current, tries = graded(examples, EQUAL, 1), tried(examples, EQUAL, 1)
    bare = [replace(each, prediction=replace(each.prediction, judgements=())) for each in current]
    found = compare(bare, current, tries, tries, draws=300)
    assert found.verdict is Verdict.WORSE


def test_the_order_of_grading_changes_nothing() -> None:
    examples = held_out(3, 12, 10)
    new, current = graded(examples, BETTER, 1), graded(examples, EQUAL, 2)
    tries = tried(examples, EQUAL, 1)
    one = compare(new, current, tries, tries, draws=200)
    other = compare(new[::-1], current, tries[::-1], tries, draws=200)
    assert as_json(one) == as_json(other)


def test_changing_sides_turns_gains_into_losses() -> None:
    examples = held_out(3, 12, 10)
    new, current = graded(examples, BETTER, 1), graded(examples, EQUAL, 2)
    there, back = compare(new, current, draws=200), compare(current, new, draws=200)
    for one, other in zip(there.figures, back.figures, strict=True):
        if one.cases:
            assert one.gain.value == pytest.approx(-other.gain.value, nan_ok=True)
            assert one.gain.low == pytest.approx(-other.gain.high, nan_ok=True)


def test_both_must_have_graded_the_same_answers() -> None:
    examples = held_out(0, 6, 5)
    new, current = graded(examples, EQUAL, 1), graded(examples, EQUAL, 2)
    for wrong in (current[1:], [*current, current[0]]):
        with pytest.raises(InvalidInput, match="didn't grade the same answers"):
            compare(new, wrong)


def test_the_answers_that_differ_most_come_first_and_once() -> None:
    examples = held_out(0, 6, 10)
    ours: list[Graded] = [*graded(examples, BETTER, 1), *graded(examples, BETTER, 1, known=5)]
    theirs = [*graded(examples, EQUAL, 2), *graded(examples, EQUAL, 2, known=5)]
    found = compare(ours, theirs, draws=100)
    apart = [each.apart for each in found.differing]
    assert apart == sorted(apart, reverse=True)
    assert len({each.new.example.id for each in found.differing}) == len(apart) <= len(examples)
    assert {each.terms for each in found.figures if each.cases} == {
        "knowing none of your marks",
        "knowing some of your marks",
    }
