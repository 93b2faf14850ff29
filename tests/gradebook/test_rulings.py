from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam, Scale
from autograder.domain.grade import Example
from autograder.domain.script import Script
from autograder.gradebook.gradebook import Gradebook


def test_a_ruling_stands_until_it_is_withdrawn(gradebook: Gradebook, exam: Exam) -> None:
    one = gradebook.rulings.add("q1", " Pages are blocks. ", "Ann", criteria=[1, None])
    two = gradebook.rulings.add("q1", "Pages are files.", "Bob", mark=2)
    assert (one.text, one.criteria, one.mark, one.author) == (
        "Pages are blocks.",
        (1, None),
        None,
        "Ann",
    )
    assert gradebook.rulings.of_question("q1") == [one, two]
    assert gradebook.rulings.of_question("q2") == []
    gone = gradebook.rulings.withdraw(one.id, "Ann")
    assert (gone.withdrawn, gradebook.rulings.of_question("q1")) == (True, [two])
    assert gradebook.rulings.withdraw(one.id, "Bob") == gone
    assert gradebook.rulings.texts([one.id, two.id, "an answer"]) == {
        one.id: "Pages are blocks.",
        two.id: "Pages are files.",
    }


def test_the_same_ruling_again_is_the_one_that_stands(gradebook: Gradebook, exam: Exam) -> None:
    one = gradebook.rulings.add("q1", "Pages are files.", "Ann", mark=2)
    assert gradebook.rulings.add("q1", "Pages are files. ", "Bob", mark=2) == one
    gradebook.rulings.withdraw(one.id, "Ann")
    assert gradebook.rulings.add("q1", "Pages are files.", "Bob", mark=2).id != one.id


@pytest.mark.parametrize(
    ("text", "mark", "criteria", "problem"),
    [
        (" ", 2, None, "Write what such an answer says"),
        ("x" * 2001, 2, None, "at most 2000"),
        ("Files.", None, None, "a mark, or which criteria"),
        ("Files.", None, [None, None], "a mark, or which criteria"),
        ("Files.", 6, None, "from 1 to 5"),
        ("Files.", float("nan"), None, "from 1 to 5"),
        ("Files.", None, [1], "2 criteria"),
    ],
)
def test_a_ruling_that_says_too_little_or_too_much_is_refused(
    gradebook: Gradebook,
    exam: Exam,
    text: str,
    mark: float | None,
    criteria: list[float | None] | None,
    problem: str,
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        gradebook.rulings.add("q1", text, "Ann", mark, criteria)
    assert gradebook.rulings.of_question("q1") == []


def test_what_is_not_there_cannot_be_ruled_on_or_withdrawn(gradebook: Gradebook) -> None:
    with pytest.raises(NotFound):
        gradebook.rulings.add("nope", "Files.", "Ann", mark=2)
    with pytest.raises(NotFound):
        gradebook.rulings.withdraw("nope", "Ann")


def test_rulings_are_examples_after_the_reviews(
    gradebook: Gradebook, exam: Exam, script: Script
) -> None:
    answer = gradebook.answers.add(script.id, "q1", "Blocks.", "Ann")
    one = gradebook.rulings.add("q1", "Pages are blocks.", "Ann", criteria=[1, None])
    two = gradebook.rulings.add("q1", "Pages are files.", "Ann", mark=2)
    gradebook.marks.review(answer.id, 4, "Ann")
    whole = exam.questions[0]
    known = [
        Example("Blocks.", 4.0, None, answer.id),
        Example("Pages are blocks.", whole.mark_for(1), (1, None), one.id, ruling=True),
        Example("Pages are files.", 2.0, None, two.id, ruling=True),
    ]
    assert gradebook.marks.examples("q1") == known
    assert gradebook.marks.examples("q1", but=answer.id) == known[1:]
    gradebook.exams.save_question("os", replace(whole, criteria=whole.criteria[:1]))
    assert gradebook.marks.examples("q1") == [known[0], known[2]]  # of other criteria
    gradebook.exams.save_question("os", replace(whole, scale=Scale(0, 10)))
    assert gradebook.marks.examples("q1") == []
