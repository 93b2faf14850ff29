"""Google Vision's answer as lines of words.

Vision has no lines, and its words carry no text: symbols are joined, and the breaks that it found
after (or before) a symbol say where a word and where a line ends. ``TextAnnotation`` in
https://cloud.google.com/vision/docs/reference/rpc/google.cloud.vision.v1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.domain.script import Line, Word
from autograder.reading.quads import Quad, box_of
from autograder.reading.rows import in_reading_order

SPACES = {"SPACE", "SURE_SPACE"}
LINE_ENDS = {"EOL_SURE_SPACE", "HYPHEN", "LINE_BREAK"}


def lines_of(annotation: Any, width: int, height: int) -> list[Line]:
    """The lines of a ``TextAnnotation`` in reading order; boxes in pixels of the given size."""
    found = [
        _line(words, quads)
        for page in annotation.pages
        for block in page.blocks
        for paragraph in block.paragraphs
        for words, quads in _rows(paragraph, _Frame(page, width, height))
    ]
    return in_reading_order(found)


@dataclass(slots=True)
class _Frame:
    """Turns Vision's corners, in pixels of the page it saw or in shares of it, into ours."""

    page: Any
    width: int
    height: int

    def quad(self, box: Any) -> Quad:
        if box.vertices:
            seen = (self.page.width or self.width, self.page.height or self.height)
            corners = np.array([(each.x, each.y) for each in box.vertices], float) / seen
        else:
            corners = np.array([(each.x, each.y) for each in box.normalized_vertices], float)
        if corners.shape != (4, 2):
            corners = np.zeros((4, 2))
        size = np.array((self.width, self.height), float)
        return np.asarray(np.clip(corners, 0, 1) * size)


@dataclass(slots=True)
class _Draft:
    """A word being put together; Vision's own words are joined where no break is between them."""

    text: str = ""
    confidences: list[float] = field(default_factory=list)
    quads: list[Quad] = field(default_factory=list)

    def word(self) -> tuple[Word, Quad]:
        quad = _around(self.quads)
        return Word(self.text, box_of(quad), min(self.confidences)), quad


def _rows(paragraph: Any, frame: _Frame) -> Iterator[tuple[list[Word], list[Quad]]]:
    """The words of each line of a paragraph, with their corners."""
    row: list[tuple[Word, Quad]] = []
    draft = _Draft()
    for text, confidence, quad in _steps(paragraph, frame):
        if quad is not None:
            draft.text += text
            draft.confidences.append(confidence)
            draft.quads.append(quad)
            continue
        if text == "HYPHEN" and draft.text:
            draft.text += "-"
        if draft.text.strip():
            row.append(draft.word())
        draft = _Draft()
        if text in LINE_ENDS and row:
            yield [word for word, _ in row], [corners for _, corners in row]
            row = []


def _steps(paragraph: Any, frame: _Frame) -> Iterator[tuple[str, float, Quad | None]]:
    """Symbols (text, confidence, corners) and breaks (name, 0, None) in the order of reading."""
    for word in paragraph.words:
        quad = frame.quad(word.bounding_box)
        for symbol in word.symbols:
            found = symbol.property.detected_break
            name = found.type_.name
            if found.is_prefix and name in SPACES | LINE_ENDS:
                yield name, 0.0, None
            yield symbol.text, symbol.confidence or word.confidence, quad
            if not found.is_prefix and name in SPACES | LINE_ENDS:
                yield name, 0.0, None
    yield "LINE_BREAK", 0.0, None


def _line(words: list[Word], quads: list[Quad]) -> tuple[Line, Quad]:
    quad = _around(quads)
    lengths = [len(word.text) for word in words]
    line = Line(
        text=" ".join(word.text for word in words),
        box=box_of(np.concatenate(quads)),
        confidence=float(np.average([word.confidence for word in words], weights=lengths)),
        words=tuple(words),
    )
    return line, quad


def _around(quads: list[Quad]) -> Quad:
    """From the left side of the first to the right side of the last, so that a slope stays."""
    first, last = quads[0], quads[-1]
    return np.array([first[0], last[1], last[2], first[3]])
