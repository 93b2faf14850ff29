"""Pages that look written by hand and scanned in a hurry; the same seed gives the same pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = 1075, 1520  # A4 at 130 dpi
TOP, BOTTOM, PITCH = 120, 60, 49  # first rule, lower margin and distance of rules, in pixels
LEFT, RIGHT = 132, 36  # the margin rule and the right margin
MARGIN_LABEL = 34  # where a label in the margin begins
LINES_PER_PAGE = (HEIGHT - TOP - BOTTOM) // PITCH + 1

Colour = tuple[int, int, int]
Plane = NDArray[np.float64]


@dataclass(frozen=True)
class Paper:
    """What the sheet and the scanner add. Angles in degrees, noise in grey levels (0-255)."""

    colour: Colour = (250, 248, 240)
    rule: Colour = (176, 200, 224)
    margin: Colour = (226, 160, 160)
    skew: float = 1.0
    perspective: float = 5.0
    shadow: float = 0.22
    noise: float = 2.5


@dataclass(frozen=True)
class Pen:
    """The size of the writing in pixels, its ink, and how unsteady the hand is."""

    size: int = 36
    ink: Colour = (28, 38, 110)
    jitter: float = 1.0


PAPER, PEN = Paper(), Pen()


def write_page(
    lines: Sequence[str], font: str, seed: int, *, paper: Paper = PAPER, pen: Pen = PEN
) -> Image.Image:
    """One scanned A4 page (RGB, 130 dpi); ``font`` is the stem of a file in ``samples/fonts``.

    Each line stands on a rule of its own, so at most ``LINES_PER_PAGE`` fit: a longer list is a
    ValueError. What comes before a tab is written into the left margin.
    """
    if len(lines) > LINES_PER_PAGE:
        raise ValueError(f"A page holds {LINES_PER_PAGE} lines, not {len(lines)}.")
    random = np.random.default_rng(seed)
    ink = Image.new("L", (WIDTH, HEIGHT))
    for index, line in enumerate(lines):
        label, _, text = line.rpartition("\t")
        baseline = TOP + index * PITCH - 6
        _write(ink, label, font, MARGIN_LABEL, baseline, pen, random)
        _write(ink, text, font, LEFT + 14, baseline, pen, random)
    sheet = Image.composite(Image.new("RGB", ink.size, pen.ink), _sheet(paper), ink)
    return _scan(sheet, paper, random)


def write_script(
    paragraphs: Sequence[str], font: str, seed: int, *, paper: Paper = PAPER, pen: Pen = PEN
) -> list[Image.Image]:
    """The scanned pages of one script: paragraphs wrapped, an empty rule between two of them."""
    return [
        write_page(lines, font, seed * 1000 + number, paper=paper, pen=pen)
        for number, lines in enumerate(break_pages(paragraphs, font, pen))
    ]


def break_pages(paragraphs: Sequence[str], font: str, pen: Pen = PEN) -> list[list[str]]:
    """The lines of each page as they will be written: what a reader should get back."""
    lines: list[str] = []
    for paragraph in paragraphs:
        if lines and len(lines) % LINES_PER_PAGE:
            lines.append("")
        lines += wrap(paragraph, font, pen)
    return [lines[at : at + LINES_PER_PAGE] for at in range(0, len(lines), LINES_PER_PAGE)]


def wrap(text: str, font: str, pen: Pen = PEN) -> list[str]:
    """``text`` in lines that fit between the margins; a label before a tab takes no room."""
    label, tab, body = text.rpartition("\t")
    room = WIDTH - LEFT - RIGHT - 40
    lines: list[str] = []
    for word in body.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _load(font, pen.size).getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [label + tab + (lines[0] if lines else ""), *lines[1:]]


@lru_cache
def _load(font: str, size: int) -> ImageFont.FreeTypeFont:
    path = FONTS / f"{font}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _write(
    ink: Image.Image,
    text: str,
    font: str,
    left: float,
    baseline: float,
    pen: Pen,
    random: np.random.Generator,
) -> None:
    """Glyph by glyph, on a baseline that wanders a little."""
    face = _load(font, pen.size)
    slope, phase = random.normal(0, 0.0025 * pen.jitter), random.uniform(0, 6.3)
    x = left + random.normal(0, 3 * pen.jitter)
    for glyph in text:
        sway = 1.6 * pen.jitter * np.sin((x - left) / 130 + phase) + slope * (x - left)
        y = baseline + sway + random.normal(0, 0.6 * pen.jitter)
        if glyph != " ":
            _stamp(ink, _glyph(face, glyph, random.normal(0, 1.5 * pen.jitter)), x, y)
        x += face.getlength(glyph) + random.normal(0, 0.35 * pen.jitter)
        x += abs(random.normal(0, 2 * pen.jitter)) if glyph == " " else 0


def _glyph(face: ImageFont.FreeTypeFont, glyph: str, angle: float) -> Image.Image:
    """A square cell whose centre is the glyph's origin on the baseline, turned by ``angle``."""
    side = int(face.size * 3)
    cell = Image.new("L", (side, side))
    ImageDraw.Draw(cell).text((side // 2, side // 2), glyph, font=face, fill=255, anchor="ls")
    return cell.rotate(angle, Image.Resampling.BICUBIC)


def _stamp(ink: Image.Image, cell: Image.Image, x: float, y: float) -> None:
    corner = round(x) - cell.width // 2, round(y) - cell.height // 2
    ink.paste(255, (*corner, corner[0] + cell.width, corner[1] + cell.height), cell)


def _sheet(paper: Paper) -> Image.Image:
    sheet = Image.new("RGB", (WIDTH, HEIGHT), paper.colour)
    pen = ImageDraw.Draw(sheet)
    for y in range(TOP, HEIGHT - 20, PITCH):
        pen.line((0, y, WIDTH, y), fill=paper.rule, width=2)
    pen.line((LEFT, 0, LEFT, HEIGHT), fill=paper.margin, width=2)
    return sheet


def _scan(sheet: Image.Image, paper: Paper, random: np.random.Generator) -> Image.Image:
    """Laid on the glass a little askew, lit unevenly, with the grain of a cheap sensor."""
    angle = random.uniform(-1, 1) * paper.skew
    turned = sheet.rotate(angle, Image.Resampling.BICUBIC, fillcolor=paper.colour)
    bent = _bend(turned, random.uniform(0, paper.perspective, 8), paper.colour)
    light = _light(paper.shadow, random) + _grain(paper.noise, random)
    pixels = np.asarray(bent, dtype=np.float64) * light[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")


def _bend(sheet: Image.Image, corners: Plane, fill: Colour) -> Image.Image:
    a, b, c, d, e, f, g, h = (float(shift) for shift in corners)
    quad = (a, b, c, HEIGHT - d, WIDTH - e, HEIGHT - f, WIDTH - g, h)  # NW, SW, SE, NE
    return sheet.transform(
        sheet.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=fill
    )


def _light(shadow: float, random: np.random.Generator) -> Plane:
    """Brightness per pixel: a soft gradient and the shadow of a hand or of the book's fold."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    direction, edge = random.uniform(0, 6.3), random.uniform(0.15, 0.5)
    across = (x - 0.35) * np.cos(direction) + (y - 0.5) * np.sin(direction)
    gradient = 1 - 0.35 * shadow * (across + 0.6)
    soft = 1 / (1 + np.exp(-(across - edge) * random.uniform(9, 20)))
    return np.asarray(gradient - shadow * soft)


def _grain(noise: float, random: np.random.Generator) -> Plane:
    """Sensor noise, slightly blurred as any lens does, so that JPEG files stay small."""
    raw = random.normal(0, 2 * noise / 255, (HEIGHT, WIDTH))
    return np.asarray((raw + np.roll(raw, 1, 0) + np.roll(raw, 1, 1) + np.roll(raw, 1, (0, 1))) / 4)
