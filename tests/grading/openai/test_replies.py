from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import EngineUnavailable
from autograder.grading.openai import replies as openai_replies
from autograder.grading.openai.errors import Passing
from tests.fakes import run_alone

Item = TypeVar("Item")


async def each(items: Iterable[Item]) -> AsyncIterator[Item]:
    for item in items:
        yield item


def streamed(*lines: str) -> str:
    return run_alone(openai_replies.streamed(each(lines)))


def event(text: str, end: str | None = None) -> str:
    return "data: " + json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": end}]})


def test_a_stream_is_put_together() -> None:
    assert streamed(event("One "), "", ": ping", event("two", "stop"), event("never")) == "One two"
    assert streamed(event("One"), 'data: {"choices": []}', "data:[DONE]") == "One"
    assert streamed('data: {"choices": [{"delta": {"content": null}}]}', "data: [DONE]") == ""


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [event("One")],
        [event("One"), 'data: {"choices": [{"del'],
        [event("One"), 'data: {"error": {"message": "out of memory"}}', event("two", "stop")],
        ["data: 7"],
        ['data: {"choices": "no"}'],
    ],
)
def test_a_stream_that_is_not_whole_is_no_text(lines: list[str]) -> None:
    with pytest.raises(Passing):
        streamed(*lines)


@given(st.text())
def test_whatever_comes_back_is_json_or_an_error_of_ours(text: str) -> None:
    try:
        found = openai_replies.parsed(text, "host")
    except (EngineUnavailable, Passing):
        return
    assert isinstance(found, dict)
    with pytest.raises(Passing):
        openai_replies.text_of(found)


def test_a_reply_without_end_is_cut() -> None:
    with pytest.raises(Passing, match="without end"):
        run_alone(openai_replies.whole(each([b"x" * 1_000_000] * 9)))
    assert run_alone(openai_replies.whole(each([b"a\xc3", b"\xa9"]))) == "aé"
