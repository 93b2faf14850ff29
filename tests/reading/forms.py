"""Printed forms, filled in by hand (a font), scanned askew."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.handwriting import FONTS

WIDTH, HEIGHT = 1240, 1754
BOXES = [(100, 250 + 380 * row, 1140, 560 + 380 * row) for row in range(4)]
"""The places of four answers."""
ASKED = (
    "1. What is paging? Explain in detail.",
    "2. Name the four conditions for a deadlock.",
    "3. Define a semaphore and its operations.",
    "4. Compare two scheduling algorithms.",
)
WORDS = [
    "Paging",
    "is",
    "a",
    "method",
    "for",
    "memory",
    "management",
    "where",
    "processes",
    "are",
    "stored",
    "and",
    "removed",
    "from",
    "memory",
    "which",
    "makes",
    "free",
    "space",
    "and",
    "the",
    "kernel",
    "maps",
    "each",
    "page",
    "to",
    "a",
    "frame",
]

Matrix = NDArray[np.float64]


def printed(kind: str) -> Image.Image:
    """An empty form: ``text`` with printed questions, ``boxes`` with frames only, or ``ruled``."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONTS / "noto-serif.ttf"), 28)
    if kind == "ruled":
        for y in range(120, HEIGHT - 40, 60):
            pen.line((0, y, WIDTH, y), fill=(176, 200, 224), width=2)
        return page
    if kind == "text":
        pen.text((100, 90), "Operating Systems, second quiz", font=font, fill="black")
    for (left, top, right, bottom), question in zip(BOXES, ASKED, strict=True):
        if kind == "text":
            pen.text((left, top - 45), question, font=font, fill="black")
        pen.rectangle((left, top, right, bottom), outline="black", width=3)
    return page


def filled(form: Image.Image, seed: int) -> Image.Image:
    """The form with some handwriting in each place."""
    random = np.random.default_rng(seed)
    page = form.copy()
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONTS / "caveat.ttf"), int(random.integers(34, 44)))
    for left, top, _, _ in BOXES:
        for row in range(int(random.integers(1, 5))):
            words = " ".join(random.choice(WORDS, int(random.integers(4, 9))))
            pen.text((left + 15, top + 10 + 60 * row), words, font=font, fill=(28, 38, 110))
    return page


def scanned(
    page: Image.Image, scale: float, turn: float, shift: tuple[float, float], seed: int = 0
) -> tuple[Image.Image, Matrix]:
    """The page on a scanner's glass, and how its pixels became those of the scan.

    ``turn`` in degrees, ``shift`` in shares of the page.
    """
    size = int(page.width * scale * 1.02), int(page.height * scale * 1.02)
    turned = np.array(
        cv2.getRotationMatrix2D((page.width / 2, page.height / 2), turn, scale), float
    )
    turned[:, 2] += np.array(size) / 2 - np.array(page.size) / 2 + np.array(shift) * size
    matrix = np.vstack([turned, [0, 0, 1]])
    laid = cv2.warpPerspective(np.asarray(page), matrix, size, borderValue=(235, 235, 230))
    noise = np.random.default_rng(seed).normal(0, 4, laid.shape)
    return Image.fromarray(np.clip(laid + noise, 0, 255).astype(np.uint8)), matrix
