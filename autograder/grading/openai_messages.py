"""A prompt as chat messages whose text can't control the model."""

from __future__ import annotations

import re
from typing import TypeAlias

Messages: TypeAlias = "list[dict[str, str]]"

# <|eot_id|>, <end_of_turn>, </s>, <<SYS>>, DeepSeek's <｜User｜>; [INST], [/INST], [TOOL_CALLS]
_CONTROL = re.compile(r"<(?=[|/\w\uff5c])|\[(?=/?[A-Z_]{3,}\])")


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
