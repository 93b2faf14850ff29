"""The teacher's reviews and rulings, shown beside the answers that they are like."""

from __future__ import annotations

from autograder.domain.grade import Example
from autograder.grading.graders.llama import LlamaGrader
from tests.grading.llama.tiny import ANSWERS, PLAIN, gap


def reviews(count: int) -> list[Example]:
    return [
        Example(f"{answer} {number}", 1 + number % 5, id=f"a{number}")
        for number, answer in enumerate((ANSWERS * count)[:count])
    ]


def test_the_teachers_reviews_are_gone_by(grader: LlamaGrader) -> None:
    (without,) = grader.grade(PLAIN, ANSWERS[:1])
    (with_reviews,) = grader.grade(PLAIN, ANSWERS[:1], examples=reviews(10))
    assert without.distribution != with_reviews.distribution
    assert (without.leaned_on, with_reviews.leaned_on) == (0, 6)
    assert without.leans == ()
    assert len(with_reviews.leans) == 5
    assert with_reviews.leans[0] in ("a0", "a5")  # nearly the same words
    assert grader.grade(PLAIN, ANSWERS[:1], examples=reviews(10)[::-1]) == [with_reviews]


def test_answers_shown_other_reviews_are_marked_as_if_alone(grader: LlamaGrader) -> None:
    known = reviews(20)
    together = grader.grade(PLAIN, ANSWERS, examples=known)
    alone = [grader.grade(PLAIN, [answer], examples=known)[0] for answer in ANSWERS]
    assert gap(together, alone) < 1e-3
    assert len({frozenset(each.leans) for each in together}) > 1
    assert [each.leans for each in together] == [each.leans for each in alone]


def test_a_ruling_stands_beside_every_answer(grader: LlamaGrader) -> None:
    ruling = Example("it is a program", 1, id="r1", ruling=True)
    with_ruling = grader.grade(PLAIN, ANSWERS, examples=[*reviews(10), ruling])
    assert gap(with_ruling, grader.grade(PLAIN, ANSWERS, examples=reviews(10))) > 1e-4
    assert {each.leaned_on for each in with_ruling} == {7}
    (only,) = grader.grade(PLAIN, ANSWERS[:1], examples=[ruling])
    assert (only.leans, only.leaned_on) == (("r1",), 1)
