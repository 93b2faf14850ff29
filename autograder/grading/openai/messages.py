"""A prompt as chat messages whose text can't control the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Messages: TypeAlias = "list[dict[str, str]]"

# <|eot_id|>, <end_of_turn>, </s>, <<SYS>>, DeepSeek's <｜User｜>; [INST], [/INST], [TOOL_CALLS]
_CONTROL = re.compile(r"<(?=[|/\w\uff5c])|\[(?=/?[A-Z_]{3,}\])")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server wants to be asked: the name of its limit on tokens, and what turns the model's
    thinking off, so that the first token is the reply's."""

    limit: str
    extras: Mapping[str, Any]

    def body(self, told: Messages, tokens: int) -> dict[str, Any]:
        """A request for a reply of at most ``tokens`` tokens."""
        return {"messages": told, self.limit: tokens, **self.extras}


_TEMPLATE = {"chat_template_kwargs": {"enable_thinking": False}}  # vLLM, SGLang, llama.cpp
_EFFORT = {"reasoning_effort": "none"}  # Ollama, and OpenAI's models from GPT-5.1 on
DIALECTS = tuple(
    Dialect(limit, extras)
    for limit in ("max_tokens", "max_completion_tokens")
    for extras in (_TEMPLATE | _EFFORT, _TEMPLATE, _EFFORT, {})
)
"""From the most that can be asked for to the least; OpenAI's newest models know no max_tokens."""


def messages(system: str, *user: str) -> Messages:
    """The system's message and the user's, which is given in parts."""
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": powerless("".join(user))},
    ]


def powerless(text: str) -> str:
    """Text with a space in whatever looks like a control token.

    Servers look for control tokens in messages too, and each model has its own, so that all that
    has their form is broken: "a < b" stays, "<b>" becomes "< b>".
    """
    return _CONTROL.sub(lambda match: f"{match[0]} ", text)
