"""The four corners of a piece of writing, as detectors find them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.domain.script import Box

Quad = NDArray[Any]
"""Shape (4, 2), pixels: upper left, upper right, lower right, lower left of the detected area."""

TALL = 1.5
"""From this height to width on, recognisers take an area as a line that runs downwards."""


def box_of(quad: Quad) -> Box:
    """The upright box around the corners."""
    left, top = quad.min(axis=0)
    right, bottom = quad.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def is_tall(quad: Quad) -> bool:
    """Whether the line runs downwards (or upwards): the page, or a note on it, lies sideways."""
    width = np.linalg.norm(quad[1] - quad[0])
    return bool(np.linalg.norm(quad[3] - quad[0]) >= TALL * width)


def part_of(quad: Quad, start: float, end: float) -> Quad:
    """The part of the line from ``start`` to ``end``, shares (0-1) of its length."""
    upper_left, upper_right, lower_right, lower_left = quad
    if is_tall(quad):
        origins, ways = (upper_left, upper_right), (lower_left, lower_right)
    else:
        origins, ways = (upper_left, lower_left), (upper_right, lower_right)
    shares = np.clip((start, end), 0.0, 1.0)
    sides = [
        origin + share * (way - origin)
        for origin, way in zip(origins, ways, strict=True)
        for share in shares
    ]
    return np.array(sides)


def slope(quads: list[Quad]) -> float:
    """By how many pixels the lines fall for each pixel to the right: the median, by length."""
    wide = [quad[1] - quad[0] for quad in quads if not is_tall(quad) and quad[1][0] > quad[0][0]]
    if not wide:
        return 0.0
    slopes = np.array([edge[1] / edge[0] for edge in wide])
    lengths = np.array([edge[0] for edge in wide])
    order = np.argsort(slopes)
    middle = np.searchsorted(lengths[order].cumsum(), lengths.sum() / 2)
    return float(slopes[order][middle])
