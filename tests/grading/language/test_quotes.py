from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading.language.quotes import located

ANSWER = "A process is a\nprogram in execution; a thread runs inside it. It waits fоr ever."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("a program in execution", "a\nprogram in execution"),
        ("“A Process is a program”", "A process is a\nprogram"),
        ("a thread runs inside it.", "a thread runs inside it"),
        ("a thraed runs inside it", "a thread runs inside it"),
        ("rocess is a program in executio", "process is a\nprogram in execution"),
        ("waits for ever", "waits fоr ever"),
    ],
)
def test_what_the_answer_says_is_found(quote: str, found: str) -> None:
    start, end = located(quote, ANSWER) or (0, 0)
    assert ANSWER[start:end] == found


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "a",
        "...",
        "the scheduler picks the next process",
        "A process is a program in execution, and the kernel keeps a table of all its pages",
        "process thread program",
    ],
)
def test_what_it_does_not_say_is_not(quote: str) -> None:
    assert located(quote, ANSWER) is None


def test_a_quotation_longer_than_the_answer_is_not_in_it() -> None:
    assert located("a program in execution on some machine", "a program") is None


@settings(deadline=None)
@given(st.text(), st.text(min_size=1))
def test_a_span_is_always_one_of_the_answer(quote: str, answer: str) -> None:
    span = located(quote, answer)
    assert span is None or 0 <= span[0] < span[1] <= len(answer)


@settings(deadline=None)
@given(st.text(), st.text("abcdefgh ", min_size=12, max_size=40), st.text())
def test_what_is_copied_exactly_is_always_found(before: str, quote: str, after: str) -> None:
    if sum(sign.isalnum() for sign in quote) >= 4:
        assert located(quote, f"{before} {quote} {after}") is not None
