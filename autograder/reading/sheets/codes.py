"""The codes on sheets: QR codes, written and read by zxing-cpp."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from autograder.domain.script import Sheet
from autograder.reading.sheets.payload import understood, written

CORRECTION = ("Q", "M")
"""A quarter of the code may be lost (ISO/IEC 18004), or 15 % where that makes a coarser code."""
LARGEST = 1600
"""Pixels of the longer side that a page is looked at with first: a code of ours needs no more."""
SMALL = 1300
"""Up to this a page is looked at enlarged too, its modules being two or three pixels wide."""
ENLARGED = 3000
"""Pixels of the longer side beyond which no page is enlarged."""

Point = tuple[float, float]
Pixels = NDArray[Any]


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
    for scale, pixels in _looks(np.asarray(image.convert("L"))):
        found = [code for each in _read(pixels) if (code := _code(each, scale))]
        if found:
            return max(found, key=lambda code: _area(code.corners))
    return None


def drawing(sheet: Sheet, scale: int) -> Image.Image:
    """The sheet's code without its quiet zone, black on white, ``scale`` pixels a module."""
    text, kind = written(sheet), zxingcpp.BarcodeFormat.QRCode
    codes = (zxingcpp.create_barcode(text, kind, ec_level=level) for level in CORRECTION)
    drawn = (np.array(code.to_image(scale=scale, add_quiet_zones=False)) for code in codes)
    return Image.fromarray(min(drawn, key=len))


def _looks(gray: Pixels) -> Iterator[tuple[float, Pixels]]:
    """The page as it is and, where no code was seen, in ways that bring out a poor one.

    Each look comes with its size relative to the page. They were chosen on pages that the first
    one failed on: noise is smoothed, blur sharpened, and small modules are enlarged before.
    """
    longer = max(gray.shape)
    scale = min(1.0, LARGEST / longer)
    page = _scaled(gray, scale) if scale < 1 else gray
    yield scale, page
    if longer > SMALL:
        yield scale, cv2.GaussianBlur(page, (0, 0), 1.0)
        yield scale, _sharpened(page, 2.5)
        yield from [(1.0, gray)] if scale < 1 else []
    else:
        soft, most = cv2.GaussianBlur(page, (0, 0), 0.8), min(3.0, ENLARGED / longer)
        yield 2.0, _sharpened(_scaled(soft, 2.0), 4.0)
        yield 2.0, _sharpened(_scaled(cv2.medianBlur(page, 3), 2.0), 3.0, 1.0)
        yield 1.0, _sharpened(page, 2.5)
        yield most, _sharpened(_scaled(soft, most), 4.0)


def _scaled(pixels: Pixels, factor: float) -> Pixels:
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=way)


def _sharpened(pixels: Pixels, radius: float, amount: float = 3.0) -> Pixels:
    """Unsharp masking, strong: a code has no gray tones to keep."""
    soft = cv2.GaussianBlur(pixels, (0, 0), radius)
    return cv2.addWeighted(pixels, 1 + amount, soft, -amount, 0)


def _read(pixels: Pixels) -> list[zxingcpp.Barcode]:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return zxingcpp.read_barcodes(pixels, formats=formats, try_invert=False)


def _code(found: zxingcpp.Barcode, scale: float) -> Code | None:
    sheet = understood(found.text)
    if sheet is None:
        return None
    at = found.position
    seen = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    first, second, third, fourth = ((point.x / scale, point.y / scale) for point in seen)
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
