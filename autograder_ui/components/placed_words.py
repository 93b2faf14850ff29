"""The words of an answer: where each stands in its text and on the scan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from autograder.domain.grade import Span
from autograder.domain.script import Box, Line, PlacedLine, Word

UNSURE, DOUBTFUL = 0.7, 0.9
"""Below the first a word is likely misread, below the second it may be."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as it was read, and the stretch of the text that stands for it."""

    span: Span
    page_id: str
    word: Word
    kept: bool
    """Whether the text still says what was read; else somebody wrote something in its place."""


def placed_words(text: str, lines: Sequence[PlacedLine]) -> list[PlacedWord]:
    """The words of ``lines`` that ``text`` has something for, in the text's order.

    Words and text are aligned (Ratcliff and Obershelp, as in ``difflib``): labels that were cut
    off and sentences that a person wrote anew leave the other words where they are.
    """
    read = [(placed.page_id, word) for placed in lines for word in line_words(placed.line)]
    written = [(found.group(), found.span()) for found in re.finditer(r"\S+", text)]
    steps = _aligned([word.text for _, word in read], [word for word, _ in written])
    return [
        PlacedWord(written[new][1], *read[old], kept=read[old][1].text == written[new][0])
        for old, new in steps
    ]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Which word of ``old`` stands for which of ``new``, by their places."""
    ends = sum(1 for _ in takewhile(_same, zip(reversed(old), reversed(new), strict=False)))
    head = sum(1 for _ in takewhile(_same, zip(old, new, strict=False)))
    tail = min(ends, len(old) - head, len(new) - head)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from ((at, at) for at in range(head))
    for step, a, b, c, d in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if step in ("equal", "replace"):
            yield from zip(range(head + a, head + b), range(head + c, head + d), strict=False)
    yield from zip(range(len(old) - tail, len(old)), range(len(new) - tail, len(new)), strict=True)


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def line_words(line: Line) -> Iterator[Word]:
    """The words of the line's text, without those that the student struck out.

    Where the engine told no words, the text is cut up and each word placed by its letters.
    """
    if line.words:
        yield from (word for word in line.words if not word.struck)
        return
    left, top, right, bottom = line.box
    letter = (right - left) / max(1, len(line.text))
    for found in re.finditer(r"\S+", line.text):
        start, end = found.span()
        box = (left + start * letter, top, left + end * letter, bottom)
        yield Word(found.group(), box, line.confidence)


def doubt_kind(confidence: float) -> str:
    """How a word of that confidence (0-1) is marked: ``unsure``, ``doubtful`` or ``sure``."""
    return "unsure" if confidence < UNSURE else "doubtful" if confidence < DOUBTFUL else "sure"


def place_key(box: Box) -> str:
    """The box as the browser's code names it, in whole pixels."""
    return " ".join(f"{edge:.0f}" for edge in box)
