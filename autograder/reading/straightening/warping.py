"""Pixels moved to where they would be on a page that lies straight."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autograder.domain.script import Transform
from autograder.reading.straightening.outline import Corners, outline
from autograder.reading.straightening.skew import skew

LEAST_SKEW = 2.0
"""Degrees: below, a line of writing slants by less than its height over a page's width."""
Step = tuple[Image.Image, Transform]
"""The image after a step, and the way from its pixels to those before; () where nothing is done."""


def cut_out(photo: Image.Image) -> Step:
    """The sheet of paper that lies on a desk, seen from right above."""
    corners = outline(np.asarray(photo.convert("RGB")))
    if corners is None:
        return photo, ()
    size = _size(corners)
    return _moved(photo, _onto(corners, size), size)


def levelled(page: Image.Image) -> Step:
    """The whole page turned by its skew, on a ground of the paper's own colour."""
    angle = skew(np.asarray(page.convert("L")))
    if abs(angle) < LEAST_SKEW:
        return page, ()
    width, height = page.size
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    size = (
        math.ceil(width * cosine + height * abs(sine)),
        math.ceil(height * cosine + width * abs(sine)),
    )
    middle, old = np.array(size) / 2, np.array(page.size) / 2
    turn = np.array([[cosine, -sine], [sine, cosine]])
    back = np.eye(3)
    back[:2, :2], back[:2, 2] = turn, old - turn @ middle
    return _moved(page, back, size)


def _size(corners: Corners) -> tuple[int, int]:
    """Width and height of the sheet: the longer one of opposite sides, so that no detail goes."""
    top, right, bottom, left = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return round(max(top, bottom)), round(max(left, right))


def _onto(corners: Corners, size: tuple[int, int]) -> NDArray[np.float64]:
    width, height = size
    straight = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(straight, corners.astype(np.float32)))


def _moved(image: Image.Image, back: NDArray[np.float64], size: tuple[int, int]) -> Step:
    pixels = np.asarray(image.convert("RGB"))
    paper = np.median(pixels[::8, ::8].reshape(-1, 3), axis=0)
    straight = cv2.warpPerspective(
        pixels,
        back,
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=[float(value) for value in paper],
    )
    return Image.fromarray(straight), tuple(float(value) for value in back.flat)
