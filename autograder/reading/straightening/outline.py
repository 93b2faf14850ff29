"""The four corners of a sheet of paper in a photo of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Corners = NDArray[np.float64]
"""Shape (4, 2), pixels: upper left, upper right, lower right, lower left."""
Picture = NDArray[Any]
"""Shape (height, width, 3) or (height, width), 0-255."""

LONG_SIDE = 600
"""Pixels of the image that the sheet is looked for in."""
LEAST_SHARE, MOST_SHARE = 0.15, 0.97
"""How much of the photo a sheet covers: less is a note, more is a scan."""
OTHERS = 0.1
"""Share of the sheet that other bright things may have: a second sheet must not be cut away."""
SQUARE_ENOUGH = (50.0, 130.0)
"""Degrees that a sheet's corners have in a photo that a person would take."""
STRAIGHT = 0.02
"""Share of the long side by which paper may leave its outline: torn and bent sheets do by more."""
BRIGHTER = 25.0
"""Grey levels by which paper is brighter than the desk, at every side."""
BEHIND = (0.03, 0.1)
"""From where to where behind a corner, as a share of the photo's long side, a side may go on."""
DARKER = 0.3
"""By which share the desk is darker than paper that lies in the same shadow."""
BAND = 0.02
"""How far from a side, as a share of the photo's long side, paper and desk are compared."""


def outline(photo: Picture) -> Corners | None:
    """The corners of the one sheet that clearly lies on a darker ground, else None.

    ``photo``: shape (height, width, 3), RGB.
    """
    scale = min(1.0, LONG_SIDE / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # A median wider than a stroke leaves paper and desk, and takes the writing away.
    plain = cv2.medianBlur(small, 11)
    found = [_corners(mask) for mask in _papers(plain)]
    sheets = [corners for corners in found if corners is not None and _is_sheet(corners, plain)]
    return max(sheets, key=_area) / scale if sheets else None


def _papers(plain: Picture) -> Iterator[Picture]:
    """Guesses at what is paper: the brighter part, and the less coloured part."""
    brightness = cv2.cvtColor(plain, cv2.COLOR_RGB2GRAY)
    colour = cv2.cvtColor(plain, cv2.COLOR_RGB2HSV)[:, :, 1]
    for channel in (brightness, 255 - colour):
        _, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))


def _corners(mask: Picture) -> Corners | None:
    """The four corners of the mask's largest piece, if it has four and is the only large one."""
    pieces, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = sorted(cv2.contourArea(piece) for piece in pieces)
    if not pieces or sum(areas[:-1]) > OTHERS * areas[-1]:
        return None
    largest = max(pieces, key=cv2.contourArea)
    hull = cv2.convexHull(largest)
    rough = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    if len(rough) != 4:
        return None
    edge = largest[:, 0].astype(float)
    corners = _from_upper_left(_fitted(edge, rough[:, 0].astype(float)))
    return corners if _follows(edge, corners) else None


def _follows(edge: NDArray[Any], corners: Corners) -> bool:
    """Whether the edge keeps to the sides and reaches into each corner."""
    if not np.isfinite(corners).all():
        return False
    shape = corners.astype(np.float32)[:, None]
    far = max(abs(cv2.pointPolygonTest(shape, (x, y), True)) for x, y in edge[::4])
    open_corner = max(np.linalg.norm(edge - corner, axis=1).min() for corner in corners)
    return float(max(far, open_corner)) <= STRAIGHT * LONG_SIDE


def _fitted(edge: NDArray[Any], rough: Corners) -> Corners:
    """The corners where straight lines through the middle part of each side of ``edge`` meet."""
    lines = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        way = end - start
        along = (edge - start) @ way / (way @ way)
        across = np.abs(_cross(way, edge - start)) / np.linalg.norm(way)
        near = edge[(along > 0.1) & (along < 0.9) & (across < 0.03 * LONG_SIDE)]
        points = near if len(near) > 10 else np.array([start, end])
        vx, vy, x, y = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append(np.array([vy, -vx, vx * y - vy * x]))  # a x + b y + c = 0
    meets = [
        np.cross(before, after)
        for before, after in zip([lines[-1], *lines[:-1]], lines, strict=True)
    ]
    return np.array([meet[:2] / meet[2] if meet[2] else (np.inf, np.inf) for meet in meets])


def _cross(way: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(way[0] * others[..., 1] - way[1] * others[..., 0])


def _from_upper_left(corners: Corners) -> Corners:
    """Clockwise (on a screen, where y grows downwards), the one nearest to the origin first."""
    middle = corners.mean(axis=0)
    turning = np.argsort(np.arctan2(*(corners - middle).T[::-1]))
    clockwise = corners[turning]
    return np.roll(clockwise, -int(clockwise.sum(axis=1).argmin()), axis=0)


def _is_sheet(corners: Corners, plain: Picture) -> bool:
    height, width = plain.shape[:2]
    if not LEAST_SHARE <= _area(corners) / (height * width) <= MOST_SHARE:
        return False
    if not all(SQUARE_ENOUGH[0] <= angle <= SQUARE_ENOUGH[1] for angle in _angles(corners)):
        return False
    grey = cv2.cvtColor(plain, cv2.COLOR_RGB2GRAY)
    sides = list(zip(corners, np.roll(corners, -1, axis=0), strict=True))
    steps = [_step(grey, start, end) for start, end in sides]
    seen = [step for step in steps if step is not None]
    if len(seen) < 3 or min(seen) < BRIGHTER:
        return False
    both_ways = [*sides, *((end, start) for start, end in sides)]
    return not any(_goes_on(grey, start, end) for start, end in both_ways)


def _goes_on(grey: Picture, start: NDArray[Any], end: NDArray[Any]) -> bool:
    """Whether the side goes on behind its end: the paper does too then, in a shadow."""
    way = (end - start) / np.linalg.norm(end - start)
    across = np.array([way[1], -way[0]]) * BAND * LONG_SIDE
    behind = end + np.linspace(*BEHIND, 40)[:, None] * LONG_SIDE * way
    one, other = _greys(grey, behind - across), _greys(grey, behind + across)
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 10:
        return False
    apart = (one - other)[both] / np.maximum(one, other)[both]
    return bool(max(np.quantile(apart, 0.2), np.quantile(-apart, 0.2)) > DARKER)


def _area(corners: Corners) -> float:
    return float(cv2.contourArea(corners.astype(np.float32)))


def _angles(corners: Corners) -> list[float]:
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    cosines = (before * after).sum(axis=1) / (
        np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    )
    return [float(angle) for angle in np.degrees(np.arccos(np.clip(cosines, -1, 1)))]


def _step(grey: Picture, start: NDArray[Any], end: NDArray[Any]) -> float | None:
    """How much brighter it is inside a side than outside; None where the photo ends there."""
    way = (end - start) / np.linalg.norm(end - start)
    outwards = np.array([way[1], -way[0]]) * BAND * LONG_SIDE
    along = start + np.linspace(0.1, 0.9, 60)[:, None] * (end - start)
    inside, outside = _greys(grey, along - outwards), _greys(grey, along + outwards)
    both = np.isfinite(inside) & np.isfinite(outside)
    if both.mean() < 0.5:
        return None
    # The lower quarter: most of the side must show the step, not its average.
    return float(np.quantile((inside - outside)[both], 0.25))


def _greys(grey: Picture, points: NDArray[Any]) -> NDArray[Any]:
    x, y = np.rint(points).astype(int).T
    height, width = grey.shape
    there = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    values = np.full(len(points), np.nan)
    values[there] = grey[y[there], x[there]]
    return values
