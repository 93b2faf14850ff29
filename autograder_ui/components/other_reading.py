"""What a second engine read where the first read something else."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from autograder.domain.script import Box, Line, Reading, Word
from autograder_ui.components.placed_words import line_words

SAME_ROW = 0.5
"""Lines of two readings are the same writing where they share this much of their height."""


def other_words(first: Reading, second: Reading) -> dict[Box, str]:
    """The second reading of each word of the first on which the two differ, by the word's box.

    Only words that stand for one another are told: another text in the wrong place would mislead.
    """
    differing: dict[Box, str] = {}
    for line in first.lines:
        same = [word for other in second.lines for word in _beside(line, other)]
        differing.update(_differing(list(line_words(line)), same))
    return differing


def _beside(line: Line, other: Line) -> Iterator[Word]:
    """The words of the other line that stand where the line does."""
    if _shared(line.box[1::2], other.box[1::2]) >= SAME_ROW:
        left, right = line.box[0::2]
        middles = ((word, (word.box[0] + word.box[2]) / 2) for word in line_words(other))
        yield from (word for word, middle in middles if left <= middle <= right)


def _shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """How much of the shorter of two stretches (start, end) lies on the other (0-1)."""
    shorter = min(one[1] - one[0], other[1] - other[0])
    return (min(one[1], other[1]) - max(one[0], other[0])) / shorter if shorter > 0 else 0.0


def _differing(words: list[Word], others: list[Word]) -> Iterator[tuple[Box, str]]:
    said = [word.text for word in others]
    matcher = SequenceMatcher(None, [word.text for word in words], said, autojunk=False)
    for step, a, b, c, d in matcher.get_opcodes():
        if step != "replace":
            continue
        if b - a == d - c:
            yield from zip((word.box for word in words[a:b]), said[c:d], strict=True)
        elif b - a == 1:
            yield words[a].box, " ".join(said[c:d])
