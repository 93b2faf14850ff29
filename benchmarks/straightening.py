"""What each step that makes a page straight is worth, read by RapidOCR.

    python -m benchmarks.straightening [FOLDER] [--steps quarter-turns,askew,...]

Clean pages of FOLDER (default: scans of the shared data) are turned, slanted, photographed and put
into shadow (``benchmarks/photos.py``), then read as they are, with the step, and with steps that
``reading/straighten.py`` leaves out, to show why. Errors are those of ``benchmarks/reading.py``.
The steps' settings were chosen on ``CHOSEN_ON``; the other pages were kept out of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Line
from autograder.reading.recognizers import rapidocr
from autograder.reading.straighten import read_upright, straighten, turn_image
from autograder.reading.straightening.outline import outline
from autograder.settings import Settings
from benchmarks.photos import photo_of, sheet_with
from benchmarks.reading import SCANS, first_page, folded

CHOSEN_ON = (
    "seed_process.png",
    "harshit_p1.jpg",
    "seed_inputimg.jpg",
    "seed_notes.png",
    "shree_short.png",
    "harshit_p2.png",
)
KEPT_OUT = (
    "jim_hand1.png",
    "jim_calif.png",
    "htrp_1.png",
    "alu_poem.png",
    "iam_r06-137.jpg",
    "seed_process-partial-correct.png",
)
ANGLES = (-6.0, 3.0, 10.0)
"""Degrees by which pages are slanted."""
NEAR = 20.0
"""Pixels of a photo (1500 x 2000) by which a corner that was found may be off."""

Page = tuple[str, Image.Image]
"""The truth, and the page."""
Way = Callable[[Image.Image], Image.Image]


class Reader:
    """Reads images with the engine that all of this is measured with."""

    def __init__(self) -> None:
        self._engine = rapidocr.build(Settings())

    def lines(self, image: Image.Image) -> tuple[Line, ...]:
        (found,) = read_upright([image], self._engine)
        if isinstance(found.reading, AutoGraderError):
            raise found.reading
        return found.reading.lines

    def rate(self, pages: Sequence[Page], way: Way) -> float:
        """The error rate over all pages, each made what ``way`` makes of it first."""
        return self.rate_and_overlap(pages, way)[0]

    def rate_and_overlap(self, pages: Sequence[Page], way: Way) -> tuple[float, float]:
        """``rate``, and the share of a line's box that other lines' boxes lie over, on average."""
        errors, characters, overlaps = 0, 0, list[float]()
        for truth, image in pages:
            lines = self.lines(way(image))
            text = folded("\n".join(line.text for line in lines))
            errors += Levenshtein.distance(text, folded(truth))
            characters += len(folded(truth))
            overlaps.append(_overlap(lines))
        return errors / characters, float(np.mean(overlaps))


def _overlap(lines: Sequence[Line]) -> float:
    shares = []
    for line in lines:
        left, top, right, bottom = line.box
        covered = sum(
            max(0.0, min(right, box[2]) - max(left, box[0]))
            * max(0.0, min(bottom, box[3]) - max(top, box[1]))
            for box in (other.box for other in lines if other is not line)
        )
        shares.append(min(1.0, covered / ((right - left) * (bottom - top))))
    return float(np.mean(shares or [0.0]))


def as_it_is(image: Image.Image) -> Image.Image:
    return image


def straight(image: Image.Image) -> Image.Image:
    return straighten(image, photo=True).image


def flattened(image: Image.Image) -> Image.Image:
    """Shadows taken out: each pixel over the brightest ones around it."""
    pixels = np.asarray(image)
    paper = cv2.GaussianBlur(cv2.dilate(pixels, np.ones((31, 31), np.uint8)), (0, 0), 15)
    return Image.fromarray(
        np.clip(pixels / np.maximum(paper.astype(float), 1) * 235, 0, 255).astype(np.uint8)
    )


def row(*cells: object) -> None:
    shown = (f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells)
    print("| " + " | ".join(shown) + " |", flush=True)


def quarter_turns(reader: Reader, pages: Sequence[Page], name: str) -> None:
    """Error rates of pages that lie on a side or on their head."""
    turned = [(truth, turn_image(image, turns)) for truth, image in pages for turns in (1, 2, 3)]
    row(name, "upright", "CER", reader.rate(pages, as_it_is), "")
    row(name, "turned by 90, 180, 270 degrees", "CER", "", reader.rate(turned, as_it_is))


def askew(reader: Reader, pages: Sequence[Page], name: str) -> None:
    """Error rates and overlaps of slanted pages."""
    slanted = [(truth, _slanted(image, angle)) for truth, image in pages for angle in ANGLES]
    read = [reader.rate_and_overlap(slanted, way) for way in (as_it_is, straight)]
    for measure, both in zip(("CER", "boxes that overlap"), zip(*read, strict=True), strict=True):
        row(name, f"slanted by {ANGLES}", measure, *both)


def _slanted(image: Image.Image, angle: float) -> Image.Image:
    paper: Any = tuple(int(value) for value in np.median(np.asarray(image).reshape(-1, 3), axis=0))
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)


def perspective(reader: Reader, pages: Sequence[Page], name: str) -> None:
    """Error rates of photos, and how often the sheet's corners are found."""
    for fills, tilt in ((0.85, 0.06), (0.85, 0.2), (0.5, 0.12)):
        _photos(reader, pages, f"{name}, filled to {fills:.0%}, tilted {tilt:.0%}", fills, tilt, 0)


def shadow(reader: Reader, pages: Sequence[Page], name: str) -> None:
    """Error rates of photos in shadow; the step that isn't taken flattens it."""
    for dark in (0.5, 0.7):
        shown = f"{name}, {dark:.0%} of the light taken"
        photos = _photos(reader, pages, shown, 0.8, 0.12, dark)
        rate = reader.rate(photos, lambda image: flattened(straight(image)))
        row(shown, "straight and flattened", "CER", "", rate)


def _photos(
    reader: Reader, pages: Sequence[Page], name: str, fills: float, tilt: float, dark: float
) -> list[Page]:
    made = [
        (truth, photo_of(sheet_with(image), seed, fills, tilt, dark))
        for seed, (truth, image) in enumerate(pages)
    ]
    photos = [(truth, photo.image) for truth, photo in made]
    row(name, "photo", "CER", *(reader.rate(photos, way) for way in (as_it_is, straight)))
    found = [(outline(np.asarray(photo.image)), photo.corners) for _, photo in made]
    near = [corners is not None and np.abs(corners - true).max() < NEAR for corners, true in found]
    wrong = [
        corners is not None and not good for (corners, _), good in zip(found, near, strict=True)
    ]
    row(name, f"sheets found, of {len(made)}; found wrong", "", sum(near), sum(wrong))
    return photos


STEPS = {
    "quarter-turns": quarter_turns,
    "askew": askew,
    "perspective": perspective,
    "shadow": shadow,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What making a page straight is worth.")
    parser.add_argument("folder", type=Path, nargs="?", default=SCANS)
    parser.add_argument("--steps", default=",".join(STEPS))
    arguments = parser.parse_args()
    lines = (arguments.folder / "index.jsonl").read_text("utf-8").splitlines()
    truths = {page["file"]: page["text"] for page in map(json.loads, lines)}
    reader = Reader()
    row("pages", "made into", "measure", "as it is", "with the step")
    row("---", "---", "---", "---", "---")
    for name, files in (("chosen on", CHOSEN_ON), ("kept out", KEPT_OUT)):
        pages = [(truths[file], first_page(arguments.folder / file)) for file in files]
        for step in arguments.steps.split(","):
            STEPS[step](reader, pages, name)


if __name__ == "__main__":
    main()
