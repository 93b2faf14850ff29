from __future__ import annotations

from dataclasses import replace

from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples import Remark
from autograder_ui.components.teachable import teachable

QUESTION = Question("q1", "Q1", "What is a page?", Scale(0, 4), ("A block of memory.",))


def marked(
    questions: int, answers: int, mark: float | None = None, predicted: float | None = None
) -> list[MarkedExample]:
    return [
        MarkedExample(
            f"{place} {number}",
            replace(QUESTION, id=f"q{place}", label=f"Q{place}", text=f"What is thing {place}?"),
            f"Answer {number} to thing {place}, of its own.",
            float(number % 5) if mark is None else mark,
            exam="Quiz & more",
            predicted=predicted,
        )
        for place in range(questions)
        for number in range(answers)
    ]


def test_nothing_marked_says_what_to_do_and_how_much_it_takes() -> None:
    told = teachable([], [])
    assert "No marks to learn from yet" in told and "Marking tab" in told


def test_each_question_of_each_exam_is_counted_with_its_balance() -> None:
    told = teachable(marked(2, 10), [])
    assert "20 marks · 2 questions · 1 exam" in told
    assert "Quiz &amp; more" in told and "<script" not in told
    assert told.count('<td><span class="number">10</span></td>') == 2
    assert "20% are" in told


def test_what_the_machine_had_marked_otherwise_is_counted() -> None:
    told = teachable(
        marked(1, 5, mark=3.0, predicted=3.0) + marked(1, 5, mark=2.0, predicted=3.0), []
    )
    assert "5 other than the machine&#x27;s" in told or "5 other than the machine's" in told


def test_a_question_with_one_mark_for_nearly_all_is_pointed_at() -> None:
    assert '<span class="tag warn">100% are 4</span>' in teachable(marked(1, 6, mark=4.0), [])


def test_few_marks_are_told_plainly_to_be_no_use() -> None:
    told = teachable(marked(6, 3), [])
    assert "no use" in told and 'class="notice warn"' in told


def test_enough_marks_are_worth_a_try() -> None:
    told = teachable(marked(40, 15), [])
    assert "no use" not in told


def test_what_forbids_training_stands_before_what_is_only_odd() -> None:
    odd = [Remark("duplicate", f"it is the same as another ({n}).", f"Q{n}") for n in range(12)]
    told = teachable(marked(1, 5), [*odd, Remark("one_class", "All got 4.", stops=True)])
    assert told.index("All got 4.") < told.index("it is the same as another (0)")
    assert "4 more" in told
