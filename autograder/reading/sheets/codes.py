"""The codes on sheets: QR codes, written and read by zxing-cpp."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from autograder.domain.script import Sheet
from autograder.reading.sheets.payload import understood, written

CORRECTION = "Q"
"""A quarter of the code may be lost (ISO/IEC 18004): a staple, a stain, a pen."""
SHARPEST = 1600
"""Pixels of the longer side: a code of ours needs no more, and blur and noise shrink away."""
SOFTEST = 1100
"""Below this a page is looked at enlarged too, its modules being two pixels wide."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Code:
    """A sheet's code as it was found on a page."""

    sheet: Sheet
    turns: int
    """Quarter turns to the left that bring the page upright."""
    corners: tuple[Point, Point, Point, Point]
    """Its top left, top right, bottom right and bottom left as printed, in pixels of the page."""


def sheet_on(image: Image.Image) -> Sheet | None:
    """What the sheet's code on a page says, however the page lies; None: no code of ours."""
    code = code_on(image)
    return code.sheet if code else None


def turns_of_code(image: Image.Image) -> int | None:
    """How many quarter turns to the left bring the page upright, by its code; None without one."""
    code = code_on(image)
    return code.turns if code else None


def code_on(image: Image.Image) -> Code | None:
    """The code of ours on a page, the largest if a neighbour's sticks out beside it."""
    for scale, pixels in _looks(image.convert("L")):
        found = [code for each in _read(pixels) if (code := _code(each, scale))]
        if found:
            return max(found, key=lambda code: _area(code.corners))
    return None


def drawing(sheet: Sheet, scale: int) -> Image.Image:
    """The sheet's code without its quiet zone, black on white, ``scale`` pixels a module."""
    format_ = zxingcpp.BarcodeFormat.QRCode
    code = zxingcpp.create_barcode(written(sheet), format_, ec_level=CORRECTION)
    return Image.fromarray(np.array(code.to_image(scale=scale, add_quiet_zones=False)))


def _looks(gray: Image.Image) -> Iterator[tuple[float, Image.Image]]:
    """The page as it is and, where no code was seen, in ways that bring out a poor one.

    Each look costs a few milliseconds, and almost every code is read at the first.
    """
    longer = max(gray.size)
    first = gray
    if longer > SHARPEST:
        first = _scaled(gray, SHARPEST / longer)
    yield longer / max(first.size), first
    yield longer / max(first.size), first.filter(ImageFilter.MedianFilter(3))
    if longer < SOFTEST or longer > SHARPEST:
        larger = _scaled(gray, 2.0) if longer < SOFTEST else gray
        yield longer / max(larger.size), larger


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _read(image: Image.Image) -> list[zxingcpp.Barcode]:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return zxingcpp.read_barcodes(np.asarray(image), formats=formats, try_invert=False)


def _code(found: zxingcpp.Barcode, scale: float) -> Code | None:
    sheet = understood(found.text)
    if sheet is None:
        return None
    at = found.position
    seen = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    first, second, third, fourth = ((point.x * scale, point.y * scale) for point in seen)
    corners = (first, second, third, fourth)
    return Code(sheet, _turns(corners), corners)


def _turns(corners: tuple[Point, ...]) -> int:
    """By the way from the code's left to its right; rows of pixels are counted downwards."""
    (x0, y0), (x1, y1) = corners[0], corners[1]
    return round(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))) / 90) % 4


def _area(corners: tuple[Point, ...]) -> float:
    """By the shoelace formula, in square pixels."""
    following = (*corners[1:], corners[0])
    crossed = [x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, following, strict=True)]
    return abs(sum(crossed)) / 2
