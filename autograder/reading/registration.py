"""Where a template's page lies on a scan of the same form: shifted, scaled, turned a little."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image

from autograder.domain.script import Transform
from autograder.reading import frames

LONG_SIDE = 1300
"""Pixels to which pages are shrunk: enough for print, and the same for every scanner."""
KEYPOINTS = 2500
RATIO = 0.8
"""A match counts if the second best is clearly worse (Lowe, IJCV 2004): rules never count."""
NEAR = 4.0
"""Pixels of the shrunk page within which a match agrees with the transform."""
ENOUGH = 60
"""Agreeing matches that say where the form lies. Fewer were up to 100 pixels off, on forms of
boxes; then the frame has to say it."""
SPREAD = 0.12
"""Share of the page that the matches must span: print in one corner says nothing of the rest."""
STEEPEST = 20.0
"""Degrees: a page is upright before it is registered."""
LARGEST = 2.0
"""How many times larger or smaller the form may be, for its share of the page."""

Points = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Print:
    """What is to be recognised of a page, in its own pixels."""

    width: int
    height: int
    points: Points
    """Key points (N x 2), with their descriptors (N x 32)."""
    descriptors: NDArray[np.uint8]
    frame: NDArray[np.uint8]
    """Lines and marks, ``frames.LONG_SIDE`` pixels long."""

    @staticmethod
    def of(page: Image.Image) -> Print:
        """Finds up to ``KEYPOINTS`` ORB key points (Rublee et al., ICCV 2011) and the frame."""
        grey, small = _shrunk(page, LONG_SIDE), _shrunk(page, frames.LONG_SIDE)
        orb = cv2.ORB.create(nfeatures=KEYPOINTS, fastThreshold=12)
        found, descriptors = orb.detectAndCompute(grey, None)
        points = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
        if descriptors is None:
            descriptors = np.zeros((0, 32), np.uint8)
        scale = np.float32(page.width / grey.shape[1])
        frame = frames.frame_of(small)
        return Print(page.width, page.height, points * scale, np.asarray(descriptors), frame)

    @property
    def near(self) -> float:
        """``NEAR`` in the page's pixels."""
        return NEAR * max(self.width, self.height) / LONG_SIDE


@dataclass(frozen=True)
class Match:
    """How a template's pixels become those of a page, and how many key points say so."""

    transform: Transform
    points: int
    """0 where the frame says it."""


def register(template: Image.Image, page: Image.Image) -> Transform | None:
    """How pixels of ``template`` become pixels of ``page``; None where nobody can say."""
    match = find(Print.of(template), Print.of(page))
    return match.transform if match else None


def find(template: Print, page: Print) -> Match | None:
    """Looks for the template's print on the page, then for its frame; None without either."""
    match = _by_points(template, page)
    if match is not None:
        return match
    laid = frames.laid_on(template.frame, page.frame)
    if laid is None:
        return None
    matrix = np.linalg.inv(_to_frame(page)) @ laid @ _to_frame(template)
    return Match(_transform(matrix), 0) if _plausible(matrix, template, page) else None


def moved(transform: Transform, points: Matrix) -> Matrix:
    """Points (N x 2) after a transform."""
    matrix = np.array(transform).reshape(3, 3)
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2))


def _shrunk(page: Image.Image, long_side: int) -> NDArray[np.uint8]:
    scale = long_side / max(page.size)
    size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    grey = page.convert("L")
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    return np.asarray(grey.resize(size, way))


def _by_points(template: Print, page: Print) -> Match | None:
    pairs = _pairs(template, page)
    if len(pairs) < ENOUGH:
        return None
    source, target = template.points[pairs[:, 0]], page.points[pairs[:, 1]]
    matrix, inside = cv2.findHomography(source, target, cv2.USAC_MAGSAC, page.near, maxIters=5000)
    if matrix is None or inside.sum() < ENOUGH or not _plausible(matrix, template, page):
        return None
    spanned = cv2.contourArea(cv2.convexHull(source[inside.ravel() > 0]))
    if spanned < SPREAD * template.width * template.height:
        return None
    return Match(_transform(matrix), int(inside.sum()))


def _pairs(template: Print, page: Print) -> NDArray[np.intp]:
    """Indexes (M x 2) of key points that look alike on both and like no others."""
    if min(len(template.points), len(page.points)) < 2:
        return np.zeros((0, 2), np.intp)
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    both = matcher.knnMatch(template.descriptors, page.descriptors, k=2)
    clear = [best for best, second in both if best.distance < RATIO * second.distance]
    return np.array([(each.queryIdx, each.trainIdx) for each in clear], np.intp).reshape(-1, 2)


def _to_frame(print_: Print) -> Matrix:
    height, width = print_.frame.shape
    return np.diag([width / print_.width, height / print_.height, 1.0])


def _transform(matrix: MatLike) -> Transform:
    return tuple(float(value) for value in (matrix / matrix[2, 2]).ravel())


def _plausible(matrix: MatLike, template: Print, page: Print) -> bool:
    a, b, c, d = (matrix[:2, :2] / matrix[2, 2]).ravel()
    grown = a * d - b * c
    if grown <= 0:
        return False
    size = (grown * template.width * template.height / (page.width * page.height)) ** 0.5
    return bool(abs(np.degrees(np.arctan2(c, a))) <= STEEPEST and 1 / LARGEST <= size <= LARGEST)
