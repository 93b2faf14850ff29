"""The printed frame of a form: its straight lines and solid marks, which no handwriting has.

Forms of boxes and corner marks have few key points. Their frames are laid on each other by the
enhanced correlation coefficient (Evangelidis and Psarakis, TPAMI 2008).
"""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

LONG_SIDE = 900
"""Pixels of the side of a frame: a line of 0.3 mm is still one to two pixels wide."""
LINE = 57
"""Pixels: strokes of handwriting are shorter or not as straight."""
SLANT = 5
"""Pixels by which a line may fall over its length."""
MARK = 11
"""Pixels on each side of the smallest solid mark; darker than ``DARK`` (0-255)."""
DARK = 110
TURNS = (0.0, 2.0, -2.0, 4.0, -4.0)
"""Degrees to start from: a start is good for some two degrees around it."""
COARSE, FINE = 4.0, 1.5
"""Standard deviation of the blur, in pixels of half the size: a coarse start is drawn from
further away, a fine one ends nearer."""
NEAR = 5
"""Pixels within which a line of the template has to meet the page's."""
COVERED = 0.72
"""Share of the template's frame that has to be found."""
LEAST = 0.6
"""Share of the template's frame that has to lie on the page at all."""
AMBIGUOUS = 0.92
"""Where the frame fits as well elsewhere, as ruled paper does one rule further, nobody knows."""
ELSEWHERE = 12
"""Pixels by which a shift counts as elsewhere."""

Plane = NDArray[np.uint8]
Matrix = NDArray[np.float64]


def frame_of(grey: Plane) -> Plane:
    """The frame (255) of a grey page that is ``LONG_SIDE`` pixels long; the rest is 0."""
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    dark = np.asarray((grey < DARK) * 255, np.uint8)
    level = _opened(cv2.dilate(ink, np.ones((SLANT, 1), np.uint8)), (1, LINE))
    upright = _opened(cv2.dilate(ink, np.ones((1, SLANT), np.uint8)), (LINE, 1))
    return np.asarray(level | upright | _opened(dark, (MARK, MARK)))


def _opened(ink: MatLike, shape: tuple[int, int]) -> Plane:
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)


def laid_on(template: Plane, page: Plane) -> Matrix | None:
    """How pixels of the template's frame become those of the page's frame (3 x 3).

    None where the frames don't meet, or where they would as well a little further.
    """
    if not template.any() or not page.any():
        return None
    found = _refined(template, page, _start(template, page))
    return found if found is not None and _fits(template, page, found) else None


def _start(template: Plane, page: Plane) -> Matrix:
    """The best of some turns, each with its best shift."""
    scale = np.diag([page.shape[1] / template.shape[1], page.shape[0] / template.shape[0], 1.0])
    aim = np.fft.rfft2(cv2.GaussianBlur(page, (0, 0), 2 * COARSE))
    tries = [_shifted(template, page, aim, _turn(turn, page) @ scale) for turn in TURNS]
    return max(tries, key=lambda each: each[0])[1]


def _turn(degrees: float, page: Plane) -> Matrix:
    middle = page.shape[1] / 2, page.shape[0] / 2
    return np.vstack([cv2.getRotationMatrix2D(middle, degrees, 1.0), [0, 0, 1]])


def _shifted(
    template: Plane, page: Plane, aim: NDArray[np.complex128], matrix: Matrix
) -> tuple[float, Matrix]:
    """The correlation at the best shift after ``matrix``, and both as one."""
    height, width = page.shape
    laid = cv2.GaussianBlur(cv2.warpPerspective(template, matrix, (width, height)), (0, 0), COARSE)
    both = np.fft.irfft2(aim * np.conj(np.fft.rfft2(laid)), s=page.shape)
    down, right = divmod(int(both.argmax()), width)
    down, right = down - height * (down > height / 2), right - width * (right > width / 2)
    shift = np.array([[1.0, 0, right], [0, 1, down], [0, 0, 1]])
    return float(both.max()), shift @ matrix


def _refined(template: Plane, page: Plane, start: Matrix) -> Matrix | None:
    half = np.diag([0.5, 0.5, 1.0])
    matrix = half @ start @ np.linalg.inv(half)
    steps = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4
    try:
        for blur, motion in ((COARSE, cv2.MOTION_AFFINE), (FINE, cv2.MOTION_HOMOGRAPHY)):
            first, other = _soft(template, blur), _soft(page, blur)
            rows = matrix.astype(np.float32)[: 2 if motion == cv2.MOTION_AFFINE else 3]
            _, found = cv2.findTransformECC(first, other, rows, motion, steps)
            matrix[: len(rows)] = found
    except cv2.error:  # it says so where it doesn't converge
        return None
    return np.asarray(np.linalg.inv(half) @ matrix @ half, np.float64)


def _soft(frame: Plane, blur: float) -> NDArray[np.float32]:
    size = frame.shape[1] // 2, frame.shape[0] // 2
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), blur), np.float32) / np.float32(255)


def _fits(template: Plane, page: Plane, matrix: Matrix) -> bool:
    laid = cv2.warpPerspective(template, matrix, (page.shape[1], page.shape[0])) > 127
    near = cv2.dilate(page, np.ones((NEAR, NEAR), np.uint8)) > 0
    grown = abs(float(np.linalg.det(matrix[:2, :2])))
    if laid.sum() < LEAST * grown**0.5 * (template > 127).sum():
        return False
    covered = (laid & near).sum() / laid.sum()
    return bool(covered >= COVERED and _elsewhere(laid, near) < AMBIGUOUS * covered)


def _elsewhere(laid: NDArray[np.bool_], near: NDArray[np.bool_]) -> float:
    """The largest share that is covered after a shift."""
    both = np.fft.irfft2(np.fft.rfft2(near) * np.conj(np.fft.rfft2(laid)), s=near.shape)
    far = ELSEWHERE
    both[:far, :far] = both[:far, -far:] = both[-far:, :far] = both[-far:, -far:] = 0
    return float(both.max() / max(1, laid.sum()))
