"""What the language model is taught, as token ids. Loads no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

Ids = tuple[int, ...]

LABEL: Final = "label"
"""A row whose reply is the one token that grading reads."""
WORDS: Final = "words"
"""A row whose reply is the reasons for a mark, as JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt as grading writes it, and what a person would reply."""

    prompt: Ids
    reply: Ids
    kind: str = LABEL
    where: str = ""
    """The example that it comes from, for messages."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt as grading writes it, the right reply and a wrong one."""

    prompt: Ids
    chosen: Ids
    rejected: Ids
    where: str = ""


Taught = TypeVar("Taught", Row, Pair)


def length(taught: Row | Pair) -> int:
    """Tokens of the prompt with its longest reply."""
    replies = (taught.reply,) if isinstance(taught, Row) else (taught.chosen, taught.rejected)
    return len(taught.prompt) + max(map(len, replies))


def within(taught: Sequence[Taught], longest: int) -> tuple[list[Taught], list[str]]:
    """Those of at most ``longest`` tokens, and where the others come from: none is ever cut."""
    kept = [each for each in taught if length(each) <= longest]
    left_out = dict.fromkeys(each.where for each in taught if length(each) > longest)
    return kept, list(left_out)


def fingerprint(taught: Iterable[Row | Pair], *more: object) -> str:
    """Names exactly what is taught, with ``more`` that it depends on: 64 hex digits."""
    digest = hashlib.sha256(repr(more).encode())
    for each in taught:
        digest.update(repr(each).encode())
    return digest.hexdigest()
