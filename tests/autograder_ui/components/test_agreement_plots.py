from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder_ui.components.agreement_plots import (
    confusion,
    confusions,
    leniency,
    reliability,
    same_marks,
    signed,
)
from tests.grading.marked import QUESTION, both

HOSTILE = replace(QUESTION, id="h", label='<b onclick="x">&', scale=Scale(-1, 30, 0.5))
marks = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def compared(*marked: MarkedAnswer, questions: tuple[Question, ...] = (QUESTION,)) -> ExamAgreement:
    return ExamAgreement.of(questions, marked)


def labels(drawn: str) -> list[str]:
    """What a screen reader says of each drawing; fails where one isn't sound markup."""
    figures = re.findall(r"<figure.*?</figure>", drawn, re.DOTALL)
    pictures = [ElementTree.fromstring(figure).find("svg") for figure in figures]
    assert all(each is not None and each.get("role") == "img" for each in pictures)
    return [each.get("aria-label", "") for each in pictures if each is not None]


def test_marks_against_marks_are_said_in_words() -> None:
    found = compared(*both([(4, 4), (4, 3), (4, 3), (0, 2)]))
    assert labels(confusions(found)) == [
        "Q1: 1 of 4 alike; 2 × machine 4, you 3; 1 × machine 0, you 2"
    ]


@given(marks)
def test_every_answer_is_in_a_cell(pairs: list[tuple[int, int]]) -> None:
    found = compared(*both(pairs))
    drawn = confusion(QUESTION, found.found)
    cells = re.findall(r'<text x="[^"]+" y="[^"]+">(\d+)</text>', drawn)
    assert sum(map(int, cells)) == len(pairs)


def test_questions_have_bars_and_dots_with_whiskers() -> None:
    found = compared(*both([(3, 2)] * 6 + [(2, 2)] * 6))
    assert labels(same_marks(found)) == ["Same mark, by question: Q1 50%"]
    assert labels(leniency(found)) == [
        "Lenient (to the right) or strict, by question: Q1 +12% of the scale"
    ]
    assert 'class="whisker"' in same_marks(found) and 'class="whisker"' in leniency(found)


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert (signed(-0.001), signed(0.126), signed(-0.2)) == ("0%", "+13%", "−20%")


def test_few_marks_have_a_dot_without_a_whisker_and_none_divides_by_zero() -> None:
    drawn = leniency(compared(*both([(2, 2)])))
    assert labels(drawn) and "whisker" not in drawn and "nan" not in drawn


def test_confidence_is_drawn_against_the_truth() -> None:
    found = compared(*both([(2, 2), (3, 2)]))
    (said,) = labels(reliability(found.confidence, found.calibration_error))
    assert said.endswith("about 50% sure, right 50% of 2")
    assert labels(reliability((), found.calibration_error))


def test_a_label_and_a_long_scale_of_halves_are_drawn_soundly() -> None:
    found = compared(*both([(30, -1), (2.5, 2.75)], HOSTILE), questions=(HOSTILE,))
    for drawn in (confusions(found), same_marks(found), leniency(found)):
        (said,) = labels(drawn)
        assert '<b onclick="x">&' in said
