from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Scale
from autograder.grading.language import written_drafts
from autograder.grading.language.written_drafts import read_reference, read_scheme, scheme_request

SCALES = st.builds(
    lambda low, size, step: Scale(low, low + max(size, step), step),
    st.integers(-3, 2),
    st.integers(1, 100),
    st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0]),
)
LINES = st.lists(st.tuples(st.text(), st.floats(0.1, 50)), max_size=12)


def scheme(lines: list[tuple[str, float]]) -> str:
    return json.dumps({"criteria": [{"point": text, "marks": marks} for text, marks in lines]})


@settings(deadline=None)
@given(SCALES, LINES)
def test_the_marks_of_a_scheme_add_up_to_the_scale(
    scale: Scale, lines: list[tuple[str, float]]
) -> None:
    criteria = read_scheme(scheme(lines), scale)
    total = scale.maximum if scale.minimum <= 0 < scale.maximum else scale.maximum - scale.minimum
    assert len({each.text for each in criteria}) == len(criteria)
    if criteria:
        assert sum(each.marks for each in criteria) == pytest.approx(total)
        assert min(each.marks for each in criteria) >= scale.step - 1e-6


def test_marks_go_by_what_the_model_gave_them() -> None:
    criteria = read_scheme(
        scheme([("names it", 1), ("explains it", 3), ("explains it", 9)]), Scale(0, 8)
    )
    assert [(each.text, each.marks) for each in criteria] == [("names it", 2), ("explains it", 6)]


def test_no_more_points_are_asked_for_than_there_are_marks_to_give() -> None:
    points = scheme_request(Scale(0, 2)).schema["properties"]["criteria"]
    assert points["maxItems"] == 2
    assert points["items"]["properties"]["marks"] == {"enum": [1, 2]}
    assert scheme_request(Scale(0, 100)).schema["properties"]["criteria"]["maxItems"] == 8


@pytest.mark.parametrize(
    "reply", ["", "{", '{"criteria": 3}', "[" * 9999, '{"criteria": [{"point": "x", "marks": -1}]}']
)
def test_a_reply_that_is_no_scheme_gives_no_criteria(reply: str) -> None:
    assert read_scheme(reply, Scale(0, 4)) == ()
    assert read_reference(reply) == ""


def test_a_reference_answer_is_one_line_of_text() -> None:
    assert read_reference('{"reference_answer": "A program\nin  execution.\\u0007"}') == (
        "A program in execution."
    )
    assert written_drafts.reference_request().schema["required"] == ["reference_answer"]
