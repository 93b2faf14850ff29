"""What a network wrote, with how sure it was of each word."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Decode = Callable[[Sequence[int]], str]
UNFINISHED = "\ufffd"
"""Stands at the end of a text whose last character has bytes in the next token."""


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word and the probability (0-1) that the network gave its tokens."""

    text: str
    confidence: float


WrittenLine = tuple[WrittenWord, ...]


class Chances:
    """Notes at each step of a greedy ``generate`` the log probability of each row's next token.

    Goes where transformers takes a ``LogitsProcessor``; the logits of all steps would take
    gigabytes.
    """

    def __init__(self) -> None:
        self._steps: list[Any] = []

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """See ``transformers.LogitsProcessor``: scores of shape (rows, tokens) go on unchanged."""
        self._steps.append(scores.float().log_softmax(-1).amax(-1))
        return scores

    def of_row(self, row: int) -> list[float]:
        """The log probability of each token of a row, as it was written."""
        return [float(step[row]) for step in self._steps]


def lines_of(tokens: Sequence[int], chances: Sequence[float], decode: Decode) -> list[WrittenLine]:
    """The lines with their words; ``chances`` are the tokens' log probabilities."""
    lines: list[list[tuple[str, int]]] = [[]]
    for character, token in _characters(tokens, decode):
        if character == "\n":
            lines.append([])
        else:
            lines[-1].append((character, token))
    return [tuple(_words(line, chances)) for line in lines]


def _characters(tokens: Sequence[int], decode: Decode) -> Iterator[tuple[str, int]]:
    """Each character with the place of the token that finishes it.

    A few tokens are decoded at a time: some depend on the one before, as for a leading space.
    """
    before = read = 0
    for end in range(1, len(tokens) + 1):
        known, now = decode(tokens[before:read]), decode(tokens[before:end])
        if len(now) <= len(known) or now.endswith(UNFINISHED):
            continue
        yield from ((character, end - 1) for character in now[len(known) :])
        before, read = read, end


def _words(line: Sequence[tuple[str, int]], chances: Sequence[float]) -> Iterator[WrittenWord]:
    word, used = "", set[int]()
    for character, token in [*line, (" ", -1)]:
        if not character.isspace():
            word += character
            used.add(token)
        elif word:
            yield WrittenWord(word, math.exp(sum(chances[each] for each in used)))
            word, used = "", set()
