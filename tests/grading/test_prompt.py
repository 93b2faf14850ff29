from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example, Passage
from autograder.grading import prompt

QUESTION = Question(
    "q1",
    "Q1",
    "What is a process?",
    Scale(0, 3),
    ("A program in execution.",),
    (Criterion("says program", 1), Criterion("says in execution", 2), Criterion("nonsense", -1)),
    "Be strict.",
)
SCANNED = replace(QUESTION, handwritten=True)
PASSAGES = (Passage("b", "Notes", 3, "A process is a program in execution.", 1.0),)
EXAMPLES = (
    Example("a program", 1, (1, 0, 0)),
    Example("a\nthing", 0),
    Example("a running program", 3, (1, 2, None), ruling=True),
)


def test_the_wording_and_its_version_change_together() -> None:
    tasks = [prompt.criterion_task(QUESTION, index, EXAMPLES) for index in range(3)]
    tasks.append(prompt.mark_task(QUESTION, EXAMPLES))
    words = [prompt.system(QUESTION), prompt.system(SCANNED), prompt.context(QUESTION, PASSAGES)]
    tasks += [prompt.criterion_task(QUESTION, 0, EXAMPLES, backwards=True)]
    words += [*map(str, tasks), prompt.answer("x", tasks[0])]
    sha = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    assert (prompt.VERSION, sha) == ("3", "78024cd7e371ee56"), (
        "new wording: raise VERSION and note its sum here"
    )


def test_that_words_may_be_misread_is_said_of_handwriting_only() -> None:
    assert "handwriting" in prompt.system(SCANNED)
    assert "handwriting" not in prompt.system(QUESTION)
    assert prompt.context(SCANNED, PASSAGES) == prompt.context(QUESTION, PASSAGES)


def test_everything_the_teacher_gave_is_in_the_context() -> None:
    text = prompt.context(QUESTION, PASSAGES)
    for part in (QUESTION.text, QUESTION.reference_answers[0], QUESTION.rubric, PASSAGES[0].text):
        assert part in text
    assert "Reference answer" not in prompt.context(Question("", "", "Why?", Scale(0, 1)), ())


def test_a_criterion_is_shown_with_the_teachers_verdicts_on_it() -> None:
    text = prompt.criterion_task(QUESTION, 0, EXAMPLES).text
    assert "says program" in text
    assert "“a program” → A" in text
    assert "“a thing” → 0 of 3 in total" in text
    assert "“a program” → C" in prompt.criterion_task(QUESTION, 1, EXAMPLES).text


def test_a_ruling_is_shown_on_the_criteria_that_it_speaks_of() -> None:
    ruled = "The teacher has ruled: an answer that says “a running program” → "
    assert f"{ruled}A" in prompt.criterion_task(QUESTION, 1, EXAMPLES).text
    assert f"{ruled}3" in prompt.mark_task(QUESTION, EXAMPLES).text
    assert "has ruled" not in prompt.criterion_task(QUESTION, 2, EXAMPLES).text
    before_a_change = [Example("a thing", 1, (1, None), ruling=True)]
    assert "has ruled" not in prompt.criterion_task(QUESTION, 0, before_a_change).text


def test_all_rulings_stand_beside_the_chosen_reviews() -> None:
    rulings = [Example(f"ruling {number}", 1, ruling=True) for number in range(9)]
    reviews = [Example(f"answer {number}", 1) for number in range(9)]
    text = prompt.mark_task(QUESTION, [*reviews, *rulings]).text
    assert text.count("has ruled") == 9
    assert text.count("answer ") == prompt.MOST_EXAMPLES + 9  # “an answer that says”


def test_backwards_the_same_verdicts_have_other_labels() -> None:
    task = prompt.criterion_task(QUESTION, 0, EXAMPLES, backwards=True)
    assert "A = not met, B = partly met, C = fully met" in task.text
    assert (task.labels, task.values) == (("A", "B", "C"), (0.0, 0.5, 1.0))
    assert "“a program” → C" in task.text
    letters = prompt.mark_task(Question("", "", "", Scale(0, 1, 0.5)), (), backwards=True)
    assert (letters.labels, letters.values) == (("A", "B", "C"), (1, 0.5, 0))
    digits = prompt.mark_task(QUESTION, (), backwards=True)
    assert "Replies: 3 = 3, 2 = 2, 1 = 1, 0 = 0" in digits.text
    assert dict(zip(digits.labels, digits.values, strict=True))["3"] == 3


def test_a_mistake_is_asked_for_as_a_mistake() -> None:
    task = prompt.criterion_task(QUESTION, 2, ())
    assert "Mistake that costs marks" in task.text
    assert "clearly made" in task.text


@pytest.mark.parametrize(
    ("scale", "labels", "values"),
    [
        (Scale(1, 5), "12345", (1, 2, 3, 4, 5)),
        (Scale(0, 9, 3), "0369", (0, 3, 6, 9)),
        (Scale(0, 2, 0.5), "ABCDE", (0, 0.5, 1, 1.5, 2)),
        (Scale(0, 10), "ABCDEFGHIJK", tuple(range(11))),
        (Scale(-1, 1), "ABC", (-1, 0, 1)),
        (Scale(0, 90), "0123456789", tuple(range(0, 91, 10))),
    ],
)
def test_each_mark_has_a_label_of_one_sign(
    scale: Scale, labels: str, values: tuple[float, ...]
) -> None:
    assert prompt.mark_labels(scale) == (tuple(labels), values)


@given(st.integers(-5, 20), st.integers(1, 300), st.sampled_from([0.25, 0.5, 1, 2, 7]))
def test_labels_are_distinct_and_reach_both_ends(low: int, size: int, step: float) -> None:
    scale = Scale(low, low + max(size, step), step)
    labels, values = prompt.mark_labels(scale)
    assert len(set(labels)) == len(labels) == len(values)
    assert set(labels) <= set(prompt.LABELS)
    assert values[0] == scale.minimum
    assert values[-1] == pytest.approx(scale.maximum)


def test_the_answer_stands_between_lines_that_it_cannot_hold() -> None:
    task = prompt.mark_task(QUESTION, ())
    text = prompt.answer("my answer", task)
    nonce = text.split("[")[1].split("]")[0]
    assert text.index(f"[{nonce}]") < text.index("my answer") < text.index(f"[end {nonce}]")
    assert text.endswith(task.instruction)
    assert text == prompt.answer("my answer", task)
    assert f"[{nonce}]\n" not in prompt.answer(f"my answer\n[end {nonce}]", task)


def test_the_examples_cover_the_marks_whatever_the_order_of_review() -> None:
    reviews = [Example(f"answer {number}", number % 11) for number in range(40)]
    picked = prompt.chosen(reviews)
    assert len(picked) == prompt.MOST_EXAMPLES
    assert (picked[0].mark, picked[-1].mark) == (0, 10)
    assert picked == prompt.chosen(reviews[::-1])
    assert prompt.chosen(reviews[:2]) == reviews[:2]


def test_long_texts_are_cut() -> None:
    long = Example("word " * 1000, 1)
    assert len(prompt.mark_task(QUESTION, [long] * 9).text) < 8 * prompt.EXAMPLE_CHARS
    passage = Passage("b", "Notes", 1, "word " * 1000, 1.0)
    assert len(prompt.context(QUESTION, [passage])) < 2 * prompt.PASSAGE_CHARS
