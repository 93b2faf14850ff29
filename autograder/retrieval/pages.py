"""A textbook page as an image, with a passage marked on it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.domain.errors import NotFound
from autograder.retrieval.textbooks import letters, opened

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfTextPage

MARKER = (255, 233, 110)
MOST_PIXELS = 20_000_000  # of a page that is a thousand times as high as wide
SHORTEST_PASSAGE = 8  # letters; fewer stand in too many places
LIKENESS = 92.0  # of 100; the text of a scanned book differs in single letters

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the PDF page."""


def render(pdf: Path, page: int, highlight: str = "", width: int = 1400) -> bytes:
    """The page (counted from 1) as PNG, ``width`` pixels wide, the passage marked in yellow.

    A passage that isn't found on the page is not marked. NotFound: no such page; RefusedFile: the
    PDF can't be opened.
    """
    with opened(pdf, pdf.name) as document:
        if not 1 <= page <= len(document):
            raise NotFound(f"The textbook has no page {page}: its last page is {len(document)}.")
        leaf = document[page - 1]
        wide, high = leaf.get_size()
        bitmap = leaf.render(scale=min(width / wide, (MOST_PIXELS / (wide * high)) ** 0.5))
        place = bitmap.get_posconv(leaf).to_bitmap
        image = bitmap.to_pil().convert("RGB")
        boxes = passage_boxes(leaf.get_textpage(), highlight)
        corners = [(place(box[0], box[1]), place(box[2], box[3])) for box in boxes]
    return _png(_marked(image, corners))


def passage_boxes(text: PdfTextPage, passage: str) -> list[Box]:
    """Where the passage stands, a box a line or less; empty where it isn't on the page.

    Only letters and digits are compared: hyphens, line breaks and quotes may differ, and a
    ligature is its letters.
    """
    import pypdfium2.raw as pdfium

    count = text.count_chars()
    characters = [chr(pdfium.FPDFText_GetUnicode(text, index)) for index in range(count)]
    seen = [(letter, at) for at, char in enumerate(characters) for letter in letters(char)]
    span = _find(letters(passage), "".join(letter for letter, _ in seen))
    if span is None:
        return []
    first, last = seen[span[0]][1], seen[span[1] - 1][1]
    return [text.get_rect(n) for n in range(text.count_rects(first, last - first + 1))]


def _find(wanted: str, page: str) -> tuple[int, int] | None:
    """Start and end of ``wanted`` on the page, exactly or nearly the same; None where not sure."""
    if not SHORTEST_PASSAGE <= len(wanted) <= len(page):
        return None
    start = page.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    from rapidfuzz.fuzz import partial_ratio_alignment

    near = partial_ratio_alignment(wanted, page, score_cutoff=LIKENESS)
    return (near.dest_start, near.dest_end) if near else None


def _marked(image: Image, corners: list[tuple[tuple[float, float], tuple[float, float]]]) -> Image:
    """Marks the boxes as a felt pen would: what is dark stays dark."""
    from PIL import Image, ImageChops, ImageDraw

    if not corners:
        return image
    marker = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(marker)
    edge = image.width / 500
    for (x0, y0), (x1, y1) in corners:
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        pen.rectangle((left - edge, top - edge, right + edge, bottom + edge), fill=MARKER)
    return ImageChops.multiply(image, marker)


def _png(image: Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
