"""How far writing stands out from its paper, and what is too faint for an eye."""

from __future__ import annotations

from statistics import median

from PIL import Image

from autograder.domain.script import Box, Line, Reading

FAINT = 1.4
"""The contrast ratio below which writing is marked as too faint.

The faintest line of real handwriting on the scans of the shared data, pencil in poor light, has
1.74, the median line 6; writing hidden in grey of 240 on white has 1.14, in yellow 1.04. This is
half-way, as ratios go."""
PAPER, INK = 0.7, 0.04
"""Quantiles of brightness in a word's box that are taken for its paper and for its ink."""


def faint_lines(image: Image.Image, reading: Reading) -> list[int]:
    """Numbers (from 0) of the lines too faint for an eye, though the engine may read them.

    They are kept and marked: whether they count is the teacher's to say.
    """
    grey = image.convert("L")
    return [at for at, line in enumerate(reading.lines) if _ratio_of(grey, line) < FAINT]


def ratio(grey: Image.Image, box: Box) -> float:
    """The contrast ratio (WCAG 2.2, "contrast ratio": 1-21) of ink to paper in a box of pixels.

    1 where the box lies off the page. ``grey``: mode L.
    """
    width, height = grey.size
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    right, bottom = min(width, round(box[2])), min(height, round(box[3]))
    if left >= right or top >= bottom:
        return 1.0
    counts = grey.crop((left, top, right, bottom)).histogram()
    paper, ink = (_light(_quantile(counts, share)) for share in (PAPER, INK))
    return (paper + 0.05) / (ink + 0.05)


def _ratio_of(grey: Image.Image, line: Line) -> float:
    """Of its middle word: a dark stroke from the next line must not make a faint line plain."""
    return median(ratio(grey, part.box) for part in line.words or (line,))


def _quantile(counts: list[int], share: float) -> int:
    before, enough = 0, share * sum(counts)
    for level, count in enumerate(counts):
        before += count
        if before > enough:
            return level
    return 255


def _light(level: int) -> float:
    """Relative luminance of a grey level (WCAG 2.2, after sRGB, IEC 61966-2-1)."""
    value = level / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
