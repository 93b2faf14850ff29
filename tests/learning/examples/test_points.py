from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Criterion
from autograder.learning.examples.points import has_points, read_scheme

SCHEME = """<Point1:2>A page is a block of virtual memory <Point1:2>;
<Point2_case1:1>of 4 KiB<Point2_case1:1> or <Point2_case2:0,5>of a fixed size<Point2_case2:0,5>."""


def test_a_scheme_is_taken_apart_into_criteria_and_its_plain_text() -> None:
    scheme = read_scheme(SCHEME)
    assert scheme.criteria == (
        Criterion("A page is a block of virtual memory", 2),
        Criterion("of 4 KiB", 1, "Point2"),
        Criterion("of a fixed size", 0.5, "Point2"),
    )
    assert scheme.reference == "A page is a block of virtual memory; of 4 KiB or of a fixed size."


def test_a_plain_reference_answer_has_no_points() -> None:
    scheme = read_scheme("A block: x<5 and <b>bold</b>.")
    assert not has_points("A block: x<5 and <b>bold</b>.")
    assert (scheme.criteria, scheme.reference) == ((), "A block: x<5 and <b>bold</b>.")
    assert scheme.given("2/4 points") is None


def test_feedback_gives_points_by_name_and_leaves_the_others_open() -> None:
    scheme = read_scheme(SCHEME)
    assert scheme.given('2/4 points\n"<Point1:True>,<Point2_case1:False>"') == (2.0, 0.0, None)
    assert scheme.given("< point1 : FALSE > <Point2_case2:true>") == (0.0, None, 0.5)
    assert scheme.given("<Point1:2> *True* (good) <Point2_case1:1> *False* (no)") == (
        2.0,
        0.0,
        None,
    )
    assert scheme.given("<Point1:1,5>") == (1.5, None, None)


def test_a_point_that_the_scheme_does_not_have_is_named() -> None:
    with pytest.raises(InvalidInput, match="“Point7”, which the mark scheme doesn't have"):
        read_scheme(SCHEME).given("<Point7:True>")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<Point1:2>never closed", "“<Point1:2>” is not closed"),
        ("<Point1:2>a<Point1:2> <Point1:1>b<Point1:1>", "“Point1” stands there twice"),
    ],
)
def test_a_broken_scheme_says_where(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_scheme(text)


WORDS = st.text("abc xyz", min_size=1, max_size=12).filter(str.strip).map(str.strip)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(WORDS, st.integers(1, 9), st.booleans()), min_size=1, max_size=6))
def test_every_scheme_and_its_feedback_are_read_back(points: list[tuple[str, int, bool]]) -> None:
    tagged = enumerate(points, 1)
    text = ", ".join(
        f"<Point{n}:{worth}>{words}<Point{n}:{worth}>" for n, (words, worth, _) in tagged
    )
    scheme = read_scheme(text)
    assert [each.marks for each in scheme.criteria] == [worth for _, worth, _ in points]
    told = ",".join(f"<Point{n}:{met}>" for n, (_, _, met) in enumerate(points, 1))
    assert scheme.given(told) == tuple(float(worth * met) for _, worth, met in points)
