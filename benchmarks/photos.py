"""Photos of pages on a desk, made of clean pages: where every pixel came from is known.

Desk, tilt, distance, shadow, grain and compression follow from a seed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

A4 = (1240, 1754)
"""Pixels of the sheet at 150 dpi."""
PHOTO = (1500, 2000)
"""What intake makes of a phone's twelve megapixels."""
DESKS = ((120, 80, 50), (60, 60, 65), (150, 120, 90), (70, 100, 80), (175, 170, 165), (95, 55, 35))
"""Wood, slate, light wood, green cloth, light grey, dark wood; RGB."""


@dataclass(frozen=True)
class Photo:
    """A photo, and where the sheet's corners are on it: clockwise from its upper left."""

    image: Image.Image
    corners: NDArray[np.float64]


def sheet_with(page: Image.Image) -> Image.Image:
    """A sheet of the page's own paper, with the page on it as large as it goes."""
    paper = np.quantile(np.asarray(page.convert("RGB")).reshape(-1, 3), 0.7, axis=0)
    sheet = Image.new("RGB", A4, (int(paper[0]), int(paper[1]), int(paper[2])))
    scale = min((A4[0] - 120) / page.width, (A4[1] - 110) / page.height)
    size = round(page.width * scale), round(page.height * scale)
    sheet.paste(page.resize(size, Image.Resampling.LANCZOS), (60, 55))
    return sheet


def photo_of(
    sheet: Image.Image, seed: int, fills: float = 0.8, tilt: float = 0.12, shadow: float = 0.0
) -> Photo:
    """The sheet on a desk; ``fills``: its height or width in the photo's, about.

    ``tilt``: by which share of its size a corner may be out of place; ``shadow``: the share of
    the light that the darkest part of a shadow takes.
    """
    chance = np.random.default_rng(seed)
    width, height = PHOTO
    corners = _corners(chance, sheet, fills, tilt)
    flat = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * sheet.size
    way = cv2.getPerspectiveTransform(flat.astype(np.float32), corners.astype(np.float32))
    seen = cv2.warpPerspective(np.asarray(sheet), way, PHOTO, flags=cv2.INTER_AREA)
    whole = np.full(np.asarray(sheet).shape[:2], 255, np.uint8)
    mask = cv2.GaussianBlur(cv2.warpPerspective(whole, way, PHOTO), (3, 3), 0)[..., None] / 255
    picture = seen * mask + _desk(chance, height, width) * (1 - mask)
    picture = picture * _light(chance, height, width, shadow) + chance.normal(
        0, 3, (height, width, 1)
    )
    return Photo(_compressed(picture), corners)


def _corners(
    chance: Generator, sheet: Image.Image, fills: float, tilt: float
) -> NDArray[np.float64]:
    size = np.array(sheet.size) * fills * min(np.array(PHOTO) / sheet.size)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size / 2
    corners = corners * (1 + chance.uniform(-tilt, tilt / 3, (4, 1)))
    angle = np.radians(chance.uniform(-8, 8))
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    placed = corners @ turn + np.array(PHOTO) * (0.5 + chance.uniform(-0.03, 0.03, 2))
    return np.asarray(np.clip(placed, 8, np.array(PHOTO) - 8))


def _desk(chance: Generator, height: int, width: int) -> NDArray[Any]:
    """A colour with a grain along the desk, patches of light and noise."""
    colour = np.array(DESKS[chance.integers(len(DESKS))], float)
    grain = _smooth(chance, height // 8, 4, height, width) * 10
    patches = _smooth(chance, 6, 8, height, width) * 12
    return np.asarray(
        colour + (grain + patches)[..., None] + chance.normal(0, 4, (height, width, 1))
    )


def _smooth(chance: Generator, rows: int, columns: int, height: int, width: int) -> NDArray[Any]:
    coarse = chance.normal(0, 1, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def _light(chance: Generator, height: int, width: int, shadow: float) -> NDArray[Any]:
    """1 in full light; a shadow with a soft edge falls across, and one corner is farther off."""
    rows, columns = np.mgrid[0:height, 0:width]
    x, y = chance.uniform(0.1, 0.9, 2) * (width, height)
    angle, softness = chance.uniform(0, 2 * np.pi), chance.uniform(0.01, 0.15) * width
    across = (columns - x) * np.cos(angle) + (rows - y) * np.sin(angle)
    dark = shadow / (1 + np.exp(-np.clip(across / softness, -30, 30)))
    far = np.hypot(columns - width * chance.uniform(), rows - height * chance.uniform())
    return np.asarray((1 - dark) * (1 - 0.25 * (shadow > 0) * far / np.hypot(height, width)))[
        ..., None
    ]


def _compressed(picture: NDArray[Any]) -> Image.Image:
    stream = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=85)
    return Image.open(stream).convert("RGB")
