"""The text layer of a PDF page, and what of it no ink stands for. Runs in the rendering child."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2._helpers.bitmap import PdfPosConv

from autograder.domain.script import Box
from autograder.reading.contrast import FAINT, ratio
from autograder.reading.text_layer import HIDDEN

MOST_CHARACTERS = 20_000
"""Of a page; what a page can't hold in ink needs no comparing."""
LAST_CODE = 0xFFFFF
NOWHERE = (-1.0, -1.0, -1.0, -1.0)
"""Off the page."""
LEAST_PIXELS = 3.0
"""For each letter of a word; smaller ones no eye reads."""
AROUND = 0.3
"""Share of a letter's length by which a word's box is widened: an "l" fills its own with ink."""
IN_A_ROW = 3
"""So many words without ink in a row are hidden; copiers see single ones in stains and folds."""
SAID = ("Subject", "Keywords")
"""What a file says about itself where scanners and word processors say little or nothing."""
LEAST_SAID = 5
"""Words; "Scanned document" is none of a student's."""


def text_layer(page: pypdfium2.PdfPage, image: Image.Image, described: str = "") -> str:
    """The page's words in their order, then, after a form feed, those that can't be seen.

    ``described``: what the file says elsewhere, which can't be seen either.
    """
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:  # the pixels are what counts: the page is taken without it
        return ""
    grey = image.convert("L")
    place = PdfPosConv(page, (0, 0, image.width, image.height, 0))
    seen, hidden = list[str](), described.split()
    found = ((word, _is_hidden(grey, word, box)) for word, box in _words(text, place))
    for without_ink, group in groupby(found, key=itemgetter(1)):
        row = [word for word, _ in group]
        (hidden if without_ink and len(row) >= IN_A_ROW else seen).extend(row)
    text.close()
    layer = " ".join(seen)
    return f"{layer}{HIDDEN}{' '.join(hidden)}" if hidden else layer


def description(document: pypdfium2.PdfDocument) -> str:
    """What the file's metadata say to a reader of text, but not of pages."""
    said = document.get_metadata_dict(skip_empty=True)
    texts = " ".join(str(said[key]) for key in SAID if key in said)[:MOST_CHARACTERS]
    shown = "".join(char if char.isprintable() else " " for char in texts)
    return shown if len(shown.split()) >= LEAST_SAID else ""


def _is_hidden(grey: Image.Image, word: str, box: Box) -> bool:
    left, top, right, bottom = box
    pitch = max(right - left, bottom - top) / len(word)
    paper = pitch * AROUND
    around = (left - paper, top - paper, right + paper, bottom + paper)
    return pitch < LEAST_PIXELS or ratio(grey, around) < FAINT


def _words(text: pypdfium2.PdfTextPage, place: PdfPosConv) -> Iterator[tuple[str, Box]]:
    word, boxes = "", list[Box]()
    for at in range(min(text.count_chars(), MOST_CHARACTERS)):
        char = chr(pdfium.FPDFText_GetUnicode(text, at) & LAST_CODE)
        if char.isprintable() and not char.isspace():  # lone surrogates aren't printable either
            word += char
            boxes += _pixels(text, at, place)
        elif word:
            yield word, _around(boxes)
            word, boxes = "", []
    if word:
        yield word, _around(boxes)


def _pixels(text: pypdfium2.PdfTextPage, at: int, place: PdfPosConv) -> list[Box]:
    """From points, counted upwards, to pixels of the rendered page, whatever way it is turned."""
    try:
        left, bottom, right, top = text.get_charbox(at)
        (x, y), (other_x, other_y) = place.to_bitmap(left, bottom), place.to_bitmap(right, top)
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return []
    return [(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))]


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes or [NOWHERE], strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
