from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples import split
from autograder.learning.examples.sameness import NearSame, question_key
from tests.learning.examples.marked import example, question

QUESTIONS = [f"What is thing number {n} of the operating system good for?" for n in range(40)]
WORDS = ["page", "frame", "lock", "disk", "block", "cache", "heap", "stack", "thread", "queue"]


def _answers(
    count: int, asked: Sequence[str] = QUESTIONS, exam: str = "Quiz"
) -> list[MarkedExample]:
    return [
        example(text, f"{WORDS[n % 10]} {WORDS[(n + place) % 10]} {place}", n % 6, exam)
        for place, text in enumerate(asked)
        for n in range(count)
    ]


def _ids(examples: Sequence[MarkedExample]) -> set[str]:
    return {each.id for each in examples}


def test_whole_questions_are_held_back() -> None:
    made = split(_answers(3))
    back = {each.question.id for each in made.held_out}
    assert 4 <= len(back) <= 13
    assert back.isdisjoint(each.question.id for each in made.train)
    assert len(made.train) + len(made.held_out) == 120


def test_more_reviews_and_more_questions_move_no_question_over() -> None:
    before = split(_answers(2, QUESTIONS[:25]))
    after = split(_answers(4, QUESTIONS))
    assert _ids(before.held_out) <= _ids(after.held_out)
    assert _ids(before.train) <= _ids(after.train)


def test_the_order_of_the_examples_does_not_matter() -> None:
    examples = _answers(2)
    assert _ids(split(examples[::-1]).held_out) == _ids(split(examples).held_out)


def test_another_seed_holds_other_questions_back() -> None:
    assert _ids(split(_answers(1)).held_out) != _ids(split(_answers(1), seed=1).held_out)


def test_the_same_question_under_another_id_stands_on_one_side() -> None:
    again = [
        replace(each, exam="Quiz 2026", question=replace(each.question, id=f"new {each.id}"))
        for each in _answers(1)
    ]
    made = split([*_answers(1), *again])
    assert {question_key(each) for each in made.train}.isdisjoint(
        question_key(each) for each in made.held_out
    )


def test_a_question_whose_text_differs_from_line_to_line_stays_one_question() -> None:
    examples = [
        example(question(f"What is a page{'!' * n} ({n % 2})", "q1"), f"Block {n}", n % 3)
        for n in range(6)
    ]
    other = example(question("What is a lock?", "q2"), "A key", 1)
    made = split([*examples, other])
    assert {each.question.id for each in made.train} != {"q1", "q2"}
    assert len(made.train) + len(made.held_out) == 7


def test_a_question_worded_almost_alike_is_left_out_of_training_and_named() -> None:
    asked = QUESTIONS[0] + " Name two of its uses and say how each of them helps a program to run"
    examples = _answers(1, [asked, f"{asked} fast.", *QUESTIONS[5:]])
    for seed in range(60):
        made = split(examples, seed=seed)
        train, back = (
            {each.question.text for each in side} for side in (made.train, made.held_out)
        )
        assert not (asked in train and f"{asked} fast." in back)
        if asked in back and f"{asked} fast." not in back:
            assert "word for word or almost" in str(made.remarks[0])
            return
    pytest.fail("no seed held just one of the two back")


def test_a_near_same_answer_to_another_question_is_left_out_of_training() -> None:
    text = "A page is a block of virtual memory that the system maps to a frame of real memory"
    examples = [*_answers(2), *(example(each, text, 5) for each in QUESTIONS)]
    made = split(examples)
    assert [each.text for each in made.held_out].count(text) > 0
    assert [each.text for each in made.train].count(text) == 0
    assert {remark.kind for remark in made.remarks} == {"leak"}


def test_short_answers_that_coincide_are_no_leak() -> None:
    examples = [example(each, "I don't know.", 0) for each in QUESTIONS]
    assert len(split(examples).train) + len(split(examples).held_out) == len(QUESTIONS)


def test_by_exam_no_exam_stands_on_both_sides() -> None:
    exams = [
        each
        for n in range(8)
        for each in _answers(
            2, [f"In year {n}, {q} Why in {n}?" for q in QUESTIONS[:3]], f"Exam {n}"
        )
    ]
    made = split(exams, by="exam", held_out=0.4)
    assert made.held_out
    assert made.train
    assert {each.exam for each in made.train}.isdisjoint(each.exam for each in made.held_out)


def test_essays_on_one_prompt_are_split_by_answer() -> None:
    texts = [" ".join(f"{word}{n}" for word in WORDS) for n in range(50)]
    essays = [example("Are computers good?", text, n % 6) for n, text in enumerate(texts)]
    assert split(essays).held_out == ()
    made = split(essays, by="answer")
    assert 3 <= len(made.held_out) <= 20
    assert len(made.train) + len(made.held_out) == 50


def test_two_questions_give_one_to_learn_from_and_one_to_test_on() -> None:
    for seed in range(20):
        made = split(_answers(2, QUESTIONS[:2]), seed=seed)
        assert len(made.train) == len(made.held_out) == 2


def test_what_is_shielded_is_held_back_whole_and_by_any_of_its_names() -> None:
    examples = [*_answers(2), *_answers(2, ["A lab of its own, quite unlike all others"], "Lab 7")]
    for name in ("lab 7", "A lab of its own, qu"):
        made = split(examples, shielded=[name], held_out=0)
        assert {each.exam for each in made.held_out} == {"Lab 7"}
    with pytest.raises(InvalidInput, match=r"Nothing here is called “Lab 8”.*Lab 7, Quiz"):
        split(examples, shielded=["Lab 8"])


def test_no_examples_give_an_empty_split_and_no_share_is_refused() -> None:
    assert split([]).train == split([]).held_out == ()
    with pytest.raises(InvalidInput):
        split(_answers(1), held_out=1)


TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
EXAMPLES = st.lists(
    st.builds(
        example,
        st.sampled_from(QUESTIONS[:8]),
        TEXTS,
        st.integers(0, 5),
        st.sampled_from(["Quiz 1", "Quiz 2", "Quiz 3"]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=30)
@given(EXAMPLES, st.sampled_from(["question", "exam"]), st.integers(0, 3))
def test_no_side_gives_the_other_away(examples: list[MarkedExample], by: str, seed: int) -> None:
    made = split(examples, by=by, seed=seed)  # type: ignore[arg-type]
    asked = {question_key(each) for each in made.held_out}
    assert asked.isdisjoint(question_key(each) for each in made.train)
    known = NearSame([each.text for each in made.held_out])
    assert not any(known.near(each.text) for each in made.train)
    assert {id(each) for each in (*made.train, *made.held_out)} <= {id(each) for each in examples}


@settings(deadline=None, max_examples=25)
@given(EXAMPLES, EXAMPLES)
def test_what_was_learned_from_once_is_never_tested_on_later(
    early: list[MarkedExample], late: list[MarkedExample]
) -> None:
    before, after = split(early), split([*early, *late])
    if before.held_out:  # a lone question has to be learned from, whatever its draw
        learned = {question_key(each) for each in before.train}
        assert learned.isdisjoint(question_key(each) for each in after.held_out)
