from __future__ import annotations

import pytest

from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.judging import (
    LEARNED,
    NEAREST,
    QUESTION,
    TEXTBOOK,
    UNTAUGHT,
    judged,
)
from tests.learning.drafting.tiny_models import course, embed

TRAIN, HELD_OUT = course()[:24], course()[24:]
RIGHT = [each.answers[0] for each in HELD_OUT]


def test_the_right_answers_get_everything_and_are_better_than_all_baselines() -> None:
    found = judged(TRAIN, HELD_OUT, {LEARNED: RIGHT}, embed)
    assert found.metrics["ROUGE-L"] == found.metrics["similarity"] == pytest.approx(1.0)
    assert found.gain()[1] > 0
    assert found.verdict().startswith(f"Better than {NEAREST}: ROUGE-L +0.")
    assert f"| {QUESTION} | 0." in found.table()


def test_writing_nothing_is_worse_than_the_baselines_and_not_to_be_used() -> None:
    found = judged(TRAIN, HELD_OUT, {LEARNED: [""] * len(HELD_OUT)}, embed)
    assert found.metrics["similarity"] == 0.0
    assert found.verdict().endswith("Don't use it.")


def test_writing_what_the_baseline_writes_is_not_shown_to_be_better() -> None:
    nearest = [
        TRAIN[int((embed([t.text for t in TRAIN]) @ embed([e.text])[0]).argmax())] for e in HELD_OUT
    ]
    found = judged(TRAIN, HELD_OUT, {LEARNED: [each.answers[0] for each in nearest]}, embed)
    assert found.best_other == NEAREST
    assert found.gain() == (0.0, 0.0, 0.0)
    assert found.verdict().startswith("Not shown to be better")


def test_the_untaught_base_and_the_textbook_are_baselines_where_they_are() -> None:
    with_book = [CourseQuestion(e.text, e.answers, passage=e.answers[0]) for e in HELD_OUT]
    found = judged(TRAIN, with_book, {LEARNED: RIGHT, UNTAUGHT: ["?"] * len(RIGHT)}, embed)
    assert found.best_other == TEXTBOOK
    assert found.metrics[f"ROUGE-L, {TEXTBOOK}"] == pytest.approx(1.0)
    assert found.metrics[f"ROUGE-L, {UNTAUGHT}"] == 0.0
