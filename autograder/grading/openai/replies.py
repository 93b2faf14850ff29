"""What a language model server sends back: JSON in one piece, or a text in a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from autograder.grading.openai import errors as openai_errors
from autograder.grading.openai.errors import Passing

MOST_BYTES = 4_000_000


async def whole(pieces: AsyncIterator[bytes]) -> str:
    """The text of a reply. ``Passing``: it has no end."""
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) > MOST_BYTES:
            raise Passing("sent a reply without end")
    return content.decode(errors="replace")


def parsed(text: str, host: str) -> dict[str, Any]:
    """The reply as JSON. EngineUnavailable: it is a web page; ``Passing``: it isn't whole."""
    if text.lstrip().startswith("<"):
        raise openai_errors.not_json(host)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Passing("sent a reply that is not whole") from None
    if not isinstance(found, dict):
        raise Passing("sent a reply of another form")
    return found


def text_of(reply: Mapping[str, Any]) -> str:
    """The text that the model wrote. ``Passing``: the reply has another form."""
    try:
        return str(reply["choices"][0]["message"]["content"] or "")
    except (KeyError, IndexError, TypeError):
        raise Passing("sent a reply of another form") from None


async def streamed(lines: AsyncIterator[str]) -> str:
    """The text that server-sent events carry. ``Passing``: they break off before its end."""
    text = ""
    async for line in lines:
        if not line.startswith("data:"):
            continue  # a comment, or the blank between two events
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            return text
        piece, last = _piece(data)
        text += piece
        if last:
            return text
        if len(text) > MOST_BYTES:
            raise Passing("sent a reply without end")
    raise Passing("broke off in the middle of a text")


def _piece(data: str) -> tuple[str, bool]:
    """An event's piece of the text, and whether it is the last one."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise Passing("broke off in the middle of a text")
        choices = event.get("choices") or [{}]
        piece = choices[0].get("delta", {}).get("content") or ""
        return str(piece), bool(choices[0].get("finish_reason"))
    except (ValueError, AttributeError, TypeError, IndexError, KeyError):
        raise Passing("sent a stream that is not whole") from None
