"""The text layer of a PDF page, and what of it no ink stands for. Runs in the rendering child."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2._helpers.bitmap import PdfPosConv

from autograder.domain.script import Box
from autograder.reading.contrast import FAINT, ratio
from autograder.reading.text_layer import HIDDEN

MOST_CHARACTERS = 20_000
"""Of a page; what a page can't hold in ink needs no comparing."""
LAST_CODE = 0x10FFFF
LEAST_PIXELS = 4
"""Height (or width, on a page that lies on its side) below which no eye reads a word."""
SAID = ("Subject", "Keywords")
"""What a file says about itself where no scanner or word processor does; titles they do write."""


def text_layer(page: pypdfium2.PdfPage, image: Image.Image, described: str = "") -> str:
    """The page's words in their order, then, after a form feed, those that can't be seen.

    ``described``: what the file says elsewhere, which can't be seen either.
    """
    text = page.get_textpage()
    grey = image.convert("L")
    place = PdfPosConv(page, (0, 0, image.width, image.height, 0))
    seen, hidden = list[str](), described.split()
    for word, box in _words(text, place):
        (hidden if _is_hidden(grey, box) else seen).append(word)
    text.close()
    layer = " ".join(seen)
    return f"{layer}{HIDDEN}{' '.join(hidden)}" if hidden else layer


def description(document: pypdfium2.PdfDocument) -> str:
    """What the file's metadata say to a reader of text, but not of pages."""
    said = document.get_metadata_dict(skip_empty=True)
    return " ".join(str(said[key]) for key in SAID if key in said)[:MOST_CHARACTERS]


def _is_hidden(grey: Image.Image, box: Box) -> bool:
    smaller = min(box[2] - box[0], box[3] - box[1])
    return smaller < LEAST_PIXELS or ratio(grey, box) < FAINT


def _words(text: pypdfium2.PdfTextPage, place: PdfPosConv) -> Iterator[tuple[str, Box]]:
    word, boxes = "", list[Box]()
    for at in range(min(text.count_chars(), MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        char = chr(code) if 0 < code <= LAST_CODE else ""
        if char.strip():
            word += char
            boxes.append(_pixels(text.get_charbox(at), place))
        elif word:
            yield word, _around(boxes)
            word, boxes = "", []
    if word:
        yield word, _around(boxes)


def _pixels(box: Box, place: PdfPosConv) -> Box:
    """From points, counted upwards, to pixels of the rendered page, whatever way it is turned."""
    (x, y), (other_x, other_y) = place.to_bitmap(*box[:2]), place.to_bitmap(*box[2:])
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
