from __future__ import annotations

from dataclasses import replace

from autograder.domain.exam import Criterion, Scale
from autograder.domain.grade import GROUP, MarkedAnswer
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder_ui.components import agreement_tables
from tests.grading.marked import QUESTION, answer, both, predicted, reviewed, scheme

NAMES = {f"s{number}": f"Student {number}" for number in range(200)}
LONG = replace(QUESTION, id="r", label="Q2", scale=Scale(0, 20))


def compared(*marked: MarkedAnswer) -> ExamAgreement:
    return ExamAgreement.of((QUESTION, LONG), marked)


def test_the_summary_says_in_words_how_often_and_how_lenient() -> None:
    told = agreement_tables.summary(compared(*both([(2, 2)] * 30 + [(3, 2)] * 18)))
    assert "On 48 answers that you marked, the machine gave the same mark 30 times" in told
    assert "(62%; 95 % interval 48% to 75%)" in told
    assert "It is lenient by 0.38 marks on average (0.2" in told
    assert "It was 50% sure on average and right 62% of the time." in told


def test_decisions_on_groups_are_said_to_be_such() -> None:
    alike = answer(1, predicted(2), reviewed(2, way=GROUP))
    told = agreement_tables.summary(compared(alike, *both([(2, 2)])))
    assert "1 of them was decided in groups" in told


def test_strict_and_neither_and_too_few_are_told_apart() -> None:
    assert "It is strict by 1 marks" in agreement_tables.summary(compared(*both([(1, 2)] * 9)))
    even = [(1.0, 2.0), (2.0, 1.0)] * 8
    assert "neither lenient nor strict." in agreement_tables.summary(compared(*both(even)))
    few = agreement_tables.summary(compared(*both([(1, 2), (2, 2)])))
    assert "too few to say" in few and "same mark once" in few


def test_marks_of_unlike_scales_are_told_as_shares() -> None:
    found = compared(*both([(2, 1)] * 9), *both([(10, 5)] * 9, LONG))
    assert "It is lenient by 25.0% of the scale" in agreement_tables.summary(found)
    assert "of the scale</small>" in agreement_tables.questions(found)
    assert "All questions" in agreement_tables.questions(found)


def test_what_was_not_counted_is_said_with_its_reason() -> None:
    told = agreement_tables.summary(
        compared(*both([(2, 2)]), answer(7, reviewed(2)), answer(8, predicted(None), reviewed(1)))
    )
    assert "1 answer for which nothing was predicted before you marked them" in told
    assert "1 answer for which the machine gave no mark" in told
    assert "Nothing to compare yet" in agreement_tables.summary(compared(answer(7, reviewed(2))))


def test_differences_name_the_student_the_question_and_both_marks_widest_first() -> None:
    found = compared(*both([(2, 2), (3, 2), (0, 4)]))
    told = agreement_tables.differences(found.found, NAMES)
    assert told.index("Student 2") < told.index("Student 1")
    assert "Student 0" not in told
    assert "−4" in told and "+1" in told and "50% sure" in told and "Ada" in told
    assert "No difference" in agreement_tables.differences(found.found[:1], NAMES)


def test_only_the_widest_differences_are_listed_and_it_says_so() -> None:
    told = agreement_tables.differences(compared(*both([(1, 2)] * 130)).found, NAMES)
    assert told.count("<tr>") == agreement_tables.MOST_ROWS + 1
    assert "The 100 widest of 130." in told


def test_both_errors_of_a_criterion_name_their_answers() -> None:
    question = scheme(Criterion("<i>names</i> pages", 2))
    said = [((0.9,), (0,)), ((0.1,), (2,)), ((0.8,), (2,))]
    marked = [
        answer(
            number,
            predicted(2, met=met, question=question),
            reviewed(2, points=points, question=question),
            question=question,
        )
        for number, (met, points) in enumerate(said)
    ]
    found = ExamAgreement.of((question,), marked)
    told = agreement_tables.criteria(found.criteria, NAMES)
    assert "&lt;i&gt;names" in told and "<i>names" not in told
    assert told.index("Student 0") < told.index("Student 1")
    assert "33%<small>" in told
    assert "Tick the criteria" in agreement_tables.criteria((), NAMES)


def test_markers_are_told_with_who_is_more_lenient() -> None:
    marked = [
        answer(n, reviewed(3, 1, "Ada"), reviewed(2, 2, "<Ben>"), question=QUESTION)
        for n in range(3)
    ]
    told = agreement_tables.markers(compared(*marked).markers)
    assert "Ada and &lt;Ben&gt;" in told or "&lt;Ben&gt; and Ada" in told
    assert "Ada <small>by 1.00 marks</small>" in told
    assert "second person" in agreement_tables.markers(())


def test_every_table_has_a_caption_and_names_its_rows() -> None:
    found = compared(*both([(2, 2), (3, 2)]))
    for told in (
        agreement_tables.questions(found),
        agreement_tables.differences(found.found, NAMES),
    ):
        assert "<caption" in told and '<th scope="row">' in told and '<th scope="col">' in told
