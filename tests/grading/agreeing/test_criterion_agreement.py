from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.exam import Criterion, Question
from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.agreement import foresights
from autograder.grading.agreeing.criterion_agreement import CriterionAgreement, criterion_agreement
from tests.grading.marked import answer, predicted, reviewed, scheme

PAGES, FRAMES, MISTAKE = Criterion("pages", 1), Criterion("frames", 2), Criterion("disk", -1)
QUESTION = scheme(PAGES, FRAMES, MISTAKE)


def judged(
    number: int, met: Sequence[float], points: Sequence[float] | None, question: Question = QUESTION
) -> MarkedAnswer:
    said = (
        predicted(2, met=met, question=question),
        reviewed(2, points=points, question=question),
    )
    return answer(number, *said, question=question)


def compared(marked: Sequence[MarkedAnswer], *versions: Question) -> list[CriterionAgreement]:
    known = {(each.id, each.version): each for each in versions}
    return criterion_agreement(foresights(marked, known)[0])


def ids(found: CriterionAgreement) -> tuple[list[str], list[str]]:
    sides = (found.machine_only, found.teacher_only)
    first, second = ([each.marked.answer.id for each in side] for side in sides)
    return first, second


def test_both_kinds_of_error_are_told_apart_with_their_answers() -> None:
    pages, frames, mistake = compared(
        [
            judged(1, (0.9, 0.9, 0.1), (1, 0, 0)),
            judged(2, (0.2, 0.9, 0.9), (1, 2, -1)),
            judged(3, (0.9, 0.4, 0.1), (1, 1, -1)),
        ]
    )
    assert (pages.criterion, pages.answers, ids(pages)) == (PAGES, 3, ([], ["a2"]))
    assert ids(frames) == (["a1"], ["a3"])  # half of its marks is given
    assert ids(mistake) == ([], ["a3"])
    assert pages.same.value == 2 / 3


def test_a_criterion_that_was_changed_or_removed_since_counts_no_more() -> None:
    heavier = Criterion("frames", 3)
    today = scheme(PAGES, heavier, version=2)
    old = answer(
        1,
        predicted(2, met=(0.9, 0.1, 0.9), question=QUESTION),
        reviewed(2, points=(1, 2, 0), question=QUESTION),
        question=today,
    )
    new = judged(2, (0.9, 0.9), (1, 3), today)
    pages, frames = compared([old, new], QUESTION, today)
    assert (pages.criterion, pages.answers) == (PAGES, 2)
    assert (frames.criterion, frames.answers) == (heavier, 1)


def test_criteria_judged_by_two_versions_are_never_compared() -> None:
    today = scheme(FRAMES, PAGES, version=2)
    mixed = answer(
        1,
        predicted(2, met=(0.9, 0.1), question=scheme(PAGES, FRAMES)),
        reviewed(2, points=(2, 0), question=today),
        question=today,
    )
    assert compared([mixed], scheme(PAGES, FRAMES), today) == []


def test_marks_without_criteria_say_nothing_of_them() -> None:
    assert compared([judged(1, (0.9, 0.9, 0.9), None), judged(2, (), (1, 2, 0))]) == []


def test_an_alternative_beside_one_that_was_given_is_not_decided() -> None:
    one, other = Criterion("one", 1, "ways"), Criterion("other", 1, "ways")
    question = scheme(one, other)
    first, second = compared(
        [judged(1, (0.9, 0.9), (1, 0), question), judged(2, (0.9, 0.1), (0, 0), question)]
    )
    assert (first.answers, ids(first)) == (2, (["a2"], []))
    assert (second.answers, ids(second)) == (1, ([], []))


def test_where_two_of_a_group_count_a_second_one_is_decided() -> None:
    ways = [Criterion(name, 1, "ways", 2) for name in ("one", "other", "third")]
    found = compared([judged(1, (0.9, 0.9, 0.9), (1, 0, 0), scheme(*ways))])
    assert [each.answers for each in found] == [1, 1, 1]
    found = compared([judged(1, (0.9, 0.9, 0.9), (1, 1, 0), scheme(*ways))])
    assert [each.criterion.text for each in found] == ["one", "other"]
