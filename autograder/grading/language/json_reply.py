"""Words that a language model writes as JSON of a given shape: what to ask, and what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Schema = Mapping[str, Any]
Reply = TypeVar("Reply", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Request:
    """The end of a prompt, and the JSON schema that the reply is held to.

    Every text and list of the schema has a greatest length, so that a reply always comes to its
    end; the mark is never among what is asked for.
    """

    ask: str
    schema: Schema


def words(most: int) -> Schema:
    """A text of at most ``most`` characters."""
    return {"type": "string", "minLength": 1, "maxLength": most}


def objects(**properties: Schema) -> Schema:
    """An object that has all of these."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def lists(items: Schema, least: int, most: int) -> Schema:
    """A list of ``least`` to ``most`` items."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def parsed(reply: str, kind: type[Reply]) -> Reply | None:
    """The reply, or None where it isn't of that kind or was cut off."""
    try:
        # Not strict: models write line breaks into texts as they are.
        return kind.model_validate(json.loads(reply, strict=False))
    except (ValueError, RecursionError, ValidationError):
        return None


def line(text: str) -> str:
    """The text on one line, without signs that can't be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
