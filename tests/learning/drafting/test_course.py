from __future__ import annotations

from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import AnsweredQuestion, MarkedExample
from autograder.learning.drafting.course import course_questions, with_passages


def marked(text: str, mark: float, *references: str) -> MarkedExample:
    question = Question("q1", "Q1", "What is RAM?", Scale(0, 2), reference_answers=references)
    return MarkedExample("1", question, text, mark)


def test_a_question_that_comes_twice_is_one_with_both_answers() -> None:
    pairs = [
        AnsweredQuestion("1", "What is RAM?", "Memory, volatile.", where="qa.csv, line 2"),
        AnsweredQuestion("2", " what  is RAM?", "Working memory"),
        AnsweredQuestion("3", "What is RAM?", "Memory, volatile."),
    ]
    [only] = course_questions((), pairs)
    assert only.text == "What is RAM?"
    assert only.answers == ("Memory, volatile.", "Working memory")
    assert only.where == "qa.csv, line 2"


def test_case_and_punctuation_are_kept_letter_for_letter() -> None:
    pair = AnsweredQuestion("1", "What does `ls -A` do?", "It lists ALL; but “.” and “..”!")
    [only] = course_questions((), [pair])
    assert (only.text, only.answers) == (pair.question, (pair.answer,))


def test_of_marked_answers_the_reference_teaches() -> None:
    [only] = course_questions([marked("It is fast", 2, "Memory")], ())
    assert only.answers == ("Memory",)


def test_without_a_reference_only_full_marks_teach() -> None:
    [only] = course_questions([marked("A disk", 0), marked("Memory", 2), marked("Fast", 1)], ())
    assert only.answers == ("Memory",)
    assert course_questions([marked("A disk", 0)], ()) == []


def test_each_question_gets_what_the_textbook_says_about_it() -> None:
    questions = course_questions((), [AnsweredQuestion("1", "What is RAM?", "Memory")])
    [only] = with_passages(questions, lambda text: f"On “{text}”")
    assert only.passage == "On “What is RAM?”"
