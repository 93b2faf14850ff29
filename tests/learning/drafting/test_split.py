from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.embedding import TextEmbedding
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.split import alike, split
from autograder.settings import Settings
from tests.learning.drafting.tiny_models import course, embed

PARAPHRASES = [
    CourseQuestion("How does SVM handle non-linear data?", ("By the kernel trick.",)),
    CourseQuestion("What is a decision tree?", ("Questions, one after another.",)),
    CourseQuestion("How does an SVM handle non-linearly separable data?", ("With a kernel.",)),
    CourseQuestion("What is dropout used for?", ("Against overfitting.",)),
]


def one_hot(questions: list[str]) -> np.ndarray:
    """Only equal texts are alike."""
    places = {text: place for place, text in enumerate(dict.fromkeys(questions))}
    return np.eye(len(questions), 512, dtype=np.float32)[[places[text] for text in questions]]


def test_a_paraphrase_is_in_the_group_of_what_it_says_again() -> None:
    embedding = TextEmbedding(Settings().models / "minilm", threads=1)
    assert alike(PARAPHRASES, embedding.embed) == [0, 1, 0, 3]


def test_questions_with_the_same_answer_are_one_group_however_they_ask() -> None:
    asked = [CourseQuestion(f"Question {each}", (each,)) for each in ("Yes.", "No.", "Yes.")]
    assert alike(asked, lambda texts: one_hot(list(texts))) == [0, 1, 0]


def test_a_language_that_the_embedding_does_not_know_is_told_apart_by_its_answers() -> None:
    asked = [CourseQuestion(f"Q {each}", (f"A {each % 8}",)) for each in range(10)]
    all_one = alike(asked, lambda texts: np.ones((len(texts), 1), np.float32))
    assert all_one == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]


def test_a_group_is_never_on_both_sides() -> None:
    questions = course()
    train, held_out = split(questions, embed, 0.3)
    group = {each.key: own for each, own in zip(questions, alike(questions, embed), strict=True)}
    assert {group[each.key] for each in train}.isdisjoint(group[each.key] for each in held_out)
    assert len(train) + len(held_out) == len(questions)


@given(st.integers(12, 60))
def test_questions_that_are_added_move_no_other(count: int) -> None:
    asked = [CourseQuestion(f"Question {each}", (f"Answer {each}",)) for each in range(64)]
    sides = [split(some, lambda texts: one_hot(list(texts)))[1] for some in (asked[:count], asked)]
    assert sides[0] == [each for each in sides[1] if each in asked[:count]]


def test_too_few_to_hold_any_out_is_said() -> None:
    with pytest.raises(InvalidInput, match="1 questions in 1 groups"):
        split(course()[:1], embed)
