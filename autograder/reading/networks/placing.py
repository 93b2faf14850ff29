"""Text without places is laid on the lines that another engine found.

A model that writes a page out says nothing of where the words stand. Its lines are aligned with
those of the embedded engine, whose text is nearly the same, by dynamic programming as in Needleman
and Wunsch, "A general method applicable to the search for similarities in the amino acid sequence
of two proteins" (1970); the words of a line then by their characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from autograder.domain.script import Box, Line, Word
from autograder.reading.networks.written_text import WrittenLine

ALIKE = 0.4
"""Similarity (0-1) from which a written line may be the detected one."""
DOUBTFUL = 0.3
"""The confidence, at most, of what only one of the two engines saw."""
THERE = 70.0
"""Similarity (0-100) from which a detected line's text stands somewhere in what was written."""
LEAST = 3
"""Characters from which a detected line that wasn't written out counts as left out."""


def placed(
    written: Sequence[WrittenLine], found: Sequence[Line], size: tuple[int, int]
) -> list[Line]:
    """The written lines with boxes, in their order, on a page of ``size`` pixels.

    Where no writing was detected a line stands between its neighbours, in doubt: a model may have
    made it up. A detected line that was not written out comes in its place as it was read, in
    doubt too.
    """
    lines = [line for line in written if line]
    partner = _partners([_text(line) for line in lines], [line.text for line in found])
    whole = " ".join(map(_text, lines))
    result: list[Line] = []
    next_found = 0
    for at, line in enumerate(lines):
        match = partner.get(at)
        if match is None:
            result.append(_doubted(_laid(line, _between(at, partner, found, len(lines), size))))
            continue
        result += _left_out(found[next_found:match], whole)
        result.append(_on(line, found[match]))
        next_found = match + 1
    return result + _left_out(found[next_found:], whole)


def _partners(written: Sequence[str], found: Sequence[str]) -> dict[int, int]:
    """Which written line is which detected one; both stay in their order."""
    gain = np.zeros((len(written) + 1, len(found) + 1))
    alike = np.array([[fuzz.ratio(a, b) / 100 for b in found] for a in written])
    for i in range(len(written)):
        for j in range(len(found)):
            both = gain[i, j] + alike[i, j] if alike[i, j] >= ALIKE else 0.0
            gain[i + 1, j + 1] = max(gain[i, j + 1], gain[i + 1, j], both)
    partners, i, j = dict[int, int](), len(written), len(found)
    while i and j:
        if gain[i, j] == gain[i - 1, j]:
            i -= 1
        elif gain[i, j] == gain[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            partners[i] = j
    return partners


def _on(line: WrittenLine, found: Line) -> Line:
    """The line where the detected one stands, each word where its characters do."""
    text = _text(line)
    edges = _edges(found)
    at = _aligned(text, found.text)
    words, start = [], 0
    for word in line:
        end = start + len(word.text)
        left, right = edges[at[start]], edges[at[end]]
        top, bottom = _heights(found, left, right)
        words.append(Word(word.text, (left, top, max(right, left + 1), bottom), word.confidence))
        start = end + 1
    return Line(text, found.box, fmean(word.confidence for word in line), tuple(words))


def _aligned(text: str, other: str) -> list[int]:
    """For each edge between characters of ``text`` the edge of ``other`` that it falls on."""
    edges = [0.0] * (len(text) + 1)
    for step in Levenshtein.opcodes(text, other):
        length = max(1, step.src_end - step.src_start)
        for edge in range(step.src_start, step.src_end + 1):
            share = (edge - step.src_start) / length if step.src_end > step.src_start else 1.0
            edges[edge] = step.dest_start + share * (step.dest_end - step.dest_start)
    return [min(len(other), round(edge)) for edge in np.maximum.accumulate(edges)]


def _edges(found: Line) -> list[float]:
    """The x of each edge between characters of a detected line, by the boxes of its words."""
    words = found.words or (Word(found.text, found.box, found.confidence),)
    edges: list[float] = []
    for word in words:
        left, _, right, _ = word.box
        count = len(word.text)
        edges += [left + (right - left) * at / count for at in range(count)]
        edges.append(right)  # the edge before the space is the word's end
    edges = edges[: len(found.text) + 1]
    return edges + [found.box[2]] * (len(found.text) + 1 - len(edges))


def _heights(found: Line, left: float, right: float) -> tuple[float, float]:
    over = [word.box for word in found.words if word.box[0] < right and word.box[2] > left]
    boxes = over or [found.box]
    return min(box[1] for box in boxes), max(box[3] for box in boxes)


def _laid(line: WrittenLine, box: Box) -> Line:
    """The line over the whole box, its words as wide as their letters are many."""
    text, (left, top, right, bottom) = _text(line), box
    words, start = [], 0
    for word in line:
        end = start + len(word.text)
        from_, to = (left + (right - left) * at / len(text) for at in (start, end))
        words.append(Word(word.text, (from_, top, to, bottom), word.confidence))
        start = end + 1
    return Line(text, box, fmean(word.confidence for word in line), tuple(words))


def _between(
    at: int, partner: dict[int, int], found: Sequence[Line], lines: int, size: tuple[int, int]
) -> Box:
    """Where a line that has no partner stands: its share of the room between those that have."""
    before = max((line for line in partner if line < at), default=-1)
    after = min((line for line in partner if line > at), default=lines)
    above = found[partner[before]].box if before >= 0 else (0.0, 0.0, float(size[0]), 0.0)
    below = (
        found[partner[after]].box
        if after < lines
        else (0.0, float(size[1]), float(size[0]), float(size[1]))
    )
    start = min(above[3], size[1] - 1.0)
    height = max(1.0, below[1] - start) / (after - before - 1)
    top = min(start + height * (at - before - 1), size[1] - 1.0)
    left, right = min(above[0], below[0]), max(above[2], below[2])
    return left, top, right, min(float(size[1]), top + height)


def _left_out(lines: Sequence[Line], whole: str) -> list[Line]:
    return [
        _doubted(line)
        for line in lines
        if len(line.text) >= LEAST and fuzz.partial_ratio(line.text, whole) < THERE
    ]


def _doubted(line: Line) -> Line:
    words = tuple(
        Word(word.text, word.box, min(word.confidence, DOUBTFUL), word.struck)
        for word in line.words
    )
    return Line(line.text, line.box, min(line.confidence, DOUBTFUL), words)


def _text(line: WrittenLine) -> str:
    return " ".join(word.text for word in line)
