"""Typed text as page images, so that every viewer shows it; each image holds its own text.

A page of a submission is shown, turned over and marked like a scanned one. What is read on it is
not recognised: it stands in the PNG (an iTXt chunk of the PNG specification, 11.3.4.5), so that
it is read exactly, after a kill and on every later try too. Nothing that somebody hands in keeps
such a chunk: pictures and PDFs are rendered anew when they are taken in.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from autograder.domain.script import WRITTEN, Box, Line, Reading
from autograder.reading.sheets import fonts
from autograder.reading.written.highlighting import Run, highlighted
from autograder.reading.written.kinds import is_prose

VERSION = "1"
FONT = Path(__file__).parent / "fonts" / "noto-sans-mono.ttf"
SIZE, STEP = 22, 32
COLUMNS, ROWS = 92, 52
GUTTER, MARGIN = 96, 48
WIDTH = GUTTER + MARGIN + COLUMNS * 14
LONGEST = 40
"""Rows of the picture that one line takes at most; its text is whole all the same."""
INK = {
    "": "#1f2328",
    "comment": "#57606a",
    "preprocessor": "#953800",
    "string": "#0a5c36",
    "number": "#0550ae",
    "keyword": "#a0111f",
    "function": "#6639ba",
    "builtin": "#0550ae",
}
FAINT = "#6e7781"
_KEY = "autograder-text"
_SOURCE = re.compile(r", page \d+ of \d+$")


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page image with what is written on it. ``source``: its file, with the page's number."""

    png: bytes
    width: int
    height: int
    source: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the picture; ``number`` is its line's, 0 where the line only goes on."""

    number: int
    runs: tuple[Run, ...]


def typeset(name: str, text: str, owner: str) -> list[WrittenPage]:
    """The pages of one file. ``owner`` makes the pages of two who wrote the same two pages."""
    lines = [_rows(number, runs, name) for number, runs in enumerate(highlighted(name, text), 1)]
    pages = list(_pages(lines))
    texts = text.split("\n")
    found, start = [], 0
    for number, page in enumerate(pages, 1):
        source = name if len(pages) == 1 else f"{name}, page {number} of {len(pages)}"
        own = texts[start : start + len(page)]
        start += len(page)
        found.append(_drawn(page, own, source, owner, is_prose(name)))
    return found


def file_of(source: str) -> str:
    """The name of the file that a page of that source is of."""
    return _SOURCE.sub("", source)


def written_on(png: bytes) -> Reading | None:
    """What is written on a page that ``typeset`` made; None for any other image."""
    if _KEY.encode() not in png[:4096]:
        return None
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        held = image.info.get(_KEY)
    if not isinstance(held, str):
        return None
    rows = json.loads(held)["lines"]
    lines = tuple(Line(text, _box(box), 1.0) for text, box in rows)
    return Reading(WRITTEN, VERSION, lines)


def _box(edges: Sequence[float]) -> Box:
    left, top, right, bottom = edges
    return left, top, right, bottom


def _rows(number: int, runs: Sequence[Run], name: str) -> list[_Row]:
    """A line's rows: cut between words where it is an essay's, anywhere where it is code's."""
    cells = [(char, run.kind) for run in runs for char in run.text.expandtabs(4)]
    rows: list[_Row] = []
    while cells and len(rows) < LONGEST:
        cut = _cut(cells) if is_prose(name) else COLUMNS
        rows.append(_Row(0 if rows else number, _joined(cells[:cut])))
        cells = cells[cut:]
    if cells:
        rows[-1] = _Row(0, (Run(f"… {len(cells):,} more characters", "comment"),))
    return rows or [_Row(number, ())]


def _cut(cells: Sequence[tuple[str, str]]) -> int:
    if len(cells) <= COLUMNS:
        return len(cells)
    blanks = [at for at, (char, _) in enumerate(cells[:COLUMNS]) if char == " "]
    return blanks[-1] + 1 if blanks else COLUMNS


def _joined(cells: Sequence[tuple[str, str]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for char, kind in cells:
        if runs and runs[-1].kind == kind:
            runs[-1] = Run(runs[-1].text + char, kind)
        else:
            runs.append(Run(char, kind))
    return tuple(runs)


def _pages(lines: Sequence[list[_Row]]) -> Iterator[list[list[_Row]]]:
    """The lines of each page; none is on two."""
    page: list[list[_Row]] = []
    for rows in lines:
        if page and sum(map(len, page)) + len(rows) > ROWS:
            yield page
            page = []
        page.append(rows)
    yield page


def _drawn(
    page: Sequence[list[_Row]], texts: Sequence[str], source: str, owner: str, prose: bool
) -> WrittenPage:
    count = sum(map(len, page))
    height = 2 * MARGIN + max(count, 8) * STEP
    image = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    boxes, top = [], MARGIN
    for rows in page:
        right = max(_draw(draw, row, top + at * STEP, prose) for at, row in enumerate(rows))
        bottom = top + len(rows) * STEP
        boxes.append((GUTTER, top, max(right, GUTTER + 8), bottom))
        top = bottom
    told = {"owner": owner, "file": source, "lines": list(zip(texts, boxes, strict=True))}
    info = PngImagePlugin.PngInfo()
    info.add_itxt(_KEY, json.dumps(told, ensure_ascii=False), zip=True)
    stream = io.BytesIO()
    image.quantize(64).save(stream, "PNG", pnginfo=info)
    return WrittenPage(stream.getvalue(), WIDTH, height, source)


def _draw(draw: ImageDraw.ImageDraw, row: _Row, top: int, prose: bool) -> float:
    """Draws a row and returns where it ends."""
    if row.number and not prose:
        number = str(row.number)
        wide = draw.textlength(number, _font(FONT))
        draw.text((GUTTER - 20 - wide, top), number, FAINT, _font(FONT))
    left = float(GUTTER)
    for run in row.runs:
        for text, font in _set(run.text):
            draw.text((left, top), text, INK[run.kind], font)
            left += draw.textlength(text, font)
    return left


def _set(text: str) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """The text in pieces that one font has all letters of; the last font draws what none has."""
    if text.isascii():
        yield text, _font(FONT)
        return
    files = [FONT, *fonts.needed([text])]
    piece, used = "", FONT
    for char in text:
        file = next((each for each in files if ord(char) in fonts.covered(each)), FONT)
        if file != used and piece:
            yield piece, _font(used)
            piece = ""
        piece, used = piece + char, file
    yield piece, _font(used)


@cache
def _font(file: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, SIZE)
