"""By how much the writing on a page slants, told by its rows of ink."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

LONG_SIDE = 600
"""Pixels of the image that the angle is looked for in."""
WIDEST = 12.0
"""Degrees to either side; beyond it a page doesn't lie askew but at an angle of its own."""
COARSE, FINE = 1.0, 0.1
"""Steps in degrees, first over all angles, then around the best one."""
THINNEST_MARK = 6
"""Length to width; thinner ones are bits of ruled lines and margins."""
LEAST_INK = 0.005
"""Share of the image; with less the rows are not told from chance."""
BLUR = 2.5
"""Pixels; rows of writing outlast it, the slanted strokes of single letters do not."""
CLEARLY = 1.4
"""How much sharper the rows must be at an angle than as the page lies."""
LONGEST_MARK = 0.2
"""Share of the long side: longer marks are edges of paper, boxes and tables, not writing."""


def skew(grey: NDArray[Any]) -> float:
    """Degrees that the page must be turned to the left to lie level; 0 where that isn't clear.

    Of all angles it takes the one under which the ink of neighbouring rows of pixels differs most
    (W. Postl, "Detection of linear oblique structures and skew scan in digitized documents", 1986),
    with rows from left to right or, on a page that lies on its side, from top to bottom.
    """
    ink = _ink(grey)
    if ink.mean() < LEAST_INK:
        return 0.0
    angle, _ = max((_best(way) for way in (ink, np.rot90(ink).copy())), key=lambda best: best[1])
    return angle if abs(angle) < WIDEST else 0.0


def _ink(grey: NDArray[Any]) -> NDArray[Any]:
    """What is darker than its surroundings and no longer than a word, as 0 and 1."""
    scale = min(1.0, LONG_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    marks = cv2.adaptiveThreshold(
        small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12
    )
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(marks)
    sides = boxes[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1]
    longest, shortest = sides.max(axis=1), sides.min(axis=1)
    writing = (longest < LONGEST_MARK * max(small.shape)) & (longest < THINNEST_MARK * shortest)
    return np.asarray(cv2.GaussianBlur(writing[labels].astype(np.float32), (0, 0), BLUR))


def _best(ink: NDArray[Any]) -> tuple[float, float]:
    """The angle of the sharpest rows, and how sharp they are; 0 where others are as sharp."""
    level = _sharpness(ink, 0.0)
    coarse = max(np.arange(-WIDEST, WIDEST + COARSE, COARSE), key=lambda a: _sharpness(ink, a))
    fine = np.arange(coarse - COARSE, coarse + COARSE + FINE, FINE)
    best = max(fine, key=lambda angle: _sharpness(ink, angle))
    sharpest = _sharpness(ink, best)
    return (float(best), sharpest) if sharpest > CLEARLY * level else (0.0, level)


def _sharpness(ink: NDArray[Any], angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1)
    return float(np.square(np.diff(rows)).sum())
