"""Words that the student struck out: with a stroke through them, a zigzag, or a scribble.

Looked for on the page's image by morphology; thresholds are shares of a line's height, chosen on
generated pages and on real pages in which nothing is struck out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autograder.domain.script import Box, Line, Reading, Word

LINE_HEIGHT = 40
"""Pixels to which a page is scaled: the height of its median line."""
FLAT = (-12.0, -6.0, 0.0, 6.0, 12.0)
"""Degrees by which a stroke through a word may slope."""
RISING, FALLING = (30.0, 45.0, 60.0, 70.0), (-30.0, -45.0, -60.0, -70.0)
"""Degrees of the two directions of a zigzag."""
STROKE, TOOTH = 34, 24
"""Pixels: the shortest straight piece of a stroke and of a zigzag's tooth."""
RULE = 0.7
"""Share of the page's width from which a stroke is a rule of the paper."""
MIDDLE = 0.22, 0.74
"""Where through a word's height a stroke goes; below it underlines."""
THROUGH = 0.8
"""Share of a word's width that the stroke covers."""
LONG = 1.15
"""Heights of a line: crossbars and joins of letters are shorter."""
CROSSED = 0.2
"""Share of the stroke that has ink right above it: a dash, a bar or a rule has none."""
TEETH = 0.4
"""Share of a word's width in which each direction of a zigzag is found."""
SCRIBBLED = 2.2
"""How many times as much ink a scribbled word has as the page's median word."""
LEGIBLE = 0.85
"""Confidence from which a word can't be under a scribble."""

Plane = NDArray[np.uint8]


def mark(image: Image.Image, reading: Reading) -> Reading:
    """The reading with struck-out words marked, and taken out of their lines' text.

    Boxes are in pixels of ``image``. The same reading where nothing is struck out.
    """
    heights = [line.box[3] - line.box[1] for line in reading.lines if line.words]
    if not heights or median(heights) < 1:
        return reading
    ink = _Ink.of(image, median(heights))
    words = [word for line in reading.lines for word in line.words]
    usual = median([ink.share(word.box) for word in words])
    struck = {id(word) for word in words if _is_struck(word, ink, usual)}
    if not struck:
        return reading
    lines = tuple(_without(line, struck) for line in reading.lines)
    return replace(reading, lines=lines)


@dataclass(frozen=True)
class _Ink:
    """A page's ink (0 or 1), and the strokes in it that may strike something out."""

    scale: float
    page: Plane
    strokes: Plane
    rising: Plane
    falling: Plane

    @staticmethod
    def of(image: Image.Image, height: float) -> _Ink:
        scale = LINE_HEIGHT / height
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BILINEAR))
        ink = cv2.adaptiveThreshold(
            grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 14
        )
        page = np.asarray(ink, np.uint8)
        strokes = _without_rules(_straight(page, FLAT, STROKE))
        return _Ink(
            scale, page, strokes, _straight(page, RISING, TOOTH), _straight(page, FALLING, TOOTH)
        )

    def window(self, box: Box) -> tuple[slice, slice]:
        """The rows and columns of a box of the image."""
        left, top, right, bottom = (max(0, round(edge * self.scale)) for edge in box)
        return slice(top, bottom), slice(left, right)

    def share(self, box: Box) -> float:
        """How much of a box is ink."""
        inside = self.page[self.window(box)]
        return float(inside.mean()) if inside.size else 0.0


def _is_struck(word: Word, ink: _Ink, usual: float) -> bool:
    rows, columns = ink.window(word.box)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    if min(height, width) < LINE_HEIGHT // 4 or not any(map(str.isalnum, word.text)):
        return False
    if ink.share(word.box) >= max(0.3, SCRIBBLED * usual) and word.confidence < LEGIBLE:
        return True
    middle = slice(
        rows.start + round(MIDDLE[0] * height), rows.start + round(MIDDLE[1] * height) + 1
    )
    rising, falling = ink.rising[rows, columns].any(0), ink.falling[rows, columns].any(0)
    each, both = min(rising.mean(), falling.mean()), (rising | falling).mean()
    if width >= height and each >= TEETH and both >= THROUGH:
        return True
    through = ink.strokes[middle, columns]
    if through.any(0).mean() < THROUGH:
        return False
    return _is_long(ink.strokes, middle, columns) and _crosses(ink.page, ink.strokes, rows, columns)


def _is_long(strokes: Plane, rows: slice, columns: slice) -> bool:
    """Whether one stroke goes through the word and is longer than parts of letters are."""
    reach = 2 * LINE_HEIGHT
    left = max(0, columns.start - reach)
    around = strokes[rows, left : columns.stop + reach]
    _, _, boxes, _ = cv2.connectedComponentsWithStats(around, connectivity=8)
    here = columns.start - left, columns.stop - left
    for start, _, length, _, _ in boxes[1:]:
        inside = min(start + length, here[1]) - max(start, here[0])
        if length >= LONG * LINE_HEIGHT and inside >= THROUGH * (here[1] - here[0]):
            return True
    return False


def _crosses(page: Plane, strokes: Plane, rows: slice, columns: slice) -> bool:
    stroke = strokes[rows, columns]
    letters = (page[rows, columns] > 0) & (cv2.dilate(stroke, _COLUMN) == 0)
    seen, first = stroke.any(0), stroke.argmax(0)
    row = np.arange(len(stroke))[:, None]
    above = (letters & (row < first) & (row >= first - LINE_HEIGHT // 3)).any(0)
    return bool(seen.any() and above[seen].mean() >= CROSSED)


_COLUMN = np.ones((3, 1), np.uint8)


def _straight(ink: Plane, angles: Sequence[float], length: int) -> Plane:
    """What is left of the ink of straight pieces of that length at one of the angles (degrees)."""
    thick = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    found = np.zeros_like(ink)
    for angle in angles:
        opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, _line(angle, length))
        found |= np.asarray(opened, np.uint8)
    return found & ink


def _line(angle: float, length: int) -> Plane:
    across, down = length * np.cos(np.radians(angle)), -length * np.sin(np.radians(angle))
    size = round(abs(down)) + 1, round(abs(across)) + 1
    start = 0, 0 if down >= 0 else size[0] - 1
    end = size[1] - 1, size[0] - 1 if down >= 0 else 0
    return np.asarray(cv2.line(np.zeros(size, np.uint8), start, end, 1))


def _without_rules(strokes: Plane) -> Plane:
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((3, LINE_HEIGHT), np.uint8))
    count, names, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    longest = RULE * strokes.shape[1]
    rules = [at for at in range(1, count) if boxes[at][2] >= longest]
    return np.asarray(np.where(np.isin(names, rules), 0, strokes), np.uint8)


def _without(line: Line, struck: set[int]) -> Line:
    if not any(id(word) in struck for word in line.words):
        return line
    words = tuple(replace(word, struck=id(word) in struck) for word in line.words)
    return replace(line, words=words, text=_left(line, words))


def _left(line: Line, words: Sequence[Word]) -> str:
    """The line's text without the struck-out words."""
    text, at = [], 0
    for word in words:
        start = line.text.find(word.text, at)
        if start < 0:
            continue
        text.append(line.text[at:start] if word.struck else line.text[at : start + len(word.text)])
        at = start + len(word.text)
    return " ".join("".join([*text, line.text[at:]]).split())
