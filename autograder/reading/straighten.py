"""Which way up a page lies, told by how well it reads.

Deskewing by small angles, flattening shadows and binarising were measured on real pages and do
not pay: the engines follow slanted lines themselves, and cleaned pages read no better or worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Box, Reading
from autograder.reading.recognizer import TextRecognizer

WIDE = 1.2
"""A line whose box is so much wider than high, with two characters or more, lies level."""
DOUBT = 0.75
"""Mean confidence below which a page may be upside down."""
CLEARLY = 1.15
"""How much better a turned page must read before it is turned."""
TRIAL_PIXELS = 1_000_000
"""The other ways up are tried on a smaller image: only a comparison is wanted."""


@dataclass(frozen=True)
class Upright:
    """A page's reading, in pixels of the image after ``turns`` quarter turns to the left."""

    turns: int
    reading: Reading | AutoGraderError


def read_upright(pages: Sequence[Image.Image], recognizer: TextRecognizer) -> list[Upright]:
    """Reads pages (at most the engine's ``batch_size``) and turns those that lie wrong.

    A page that reads well as it lies costs one reading and nothing more.
    """
    readings = recognizer.read(pages)
    return [
        _upright(page, reading, recognizer) for page, reading in zip(pages, readings, strict=True)
    ]


def read(
    pages: Sequence[Image.Image], recognizer: TextRecognizer
) -> list[Reading | AutoGraderError]:
    """``read_upright`` with boxes in pixels of the given images, however they lie."""
    return [
        turn_back(upright, page.width, page.height)
        for page, upright in zip(pages, read_upright(pages, recognizer), strict=True)
    ]


def turn_image(image: Image.Image, turns: int) -> Image.Image:
    """The image after so many quarter turns to the left."""
    ways = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    way = ways[turns % 4]
    return image if way is None else image.transpose(way)


def turn_back(upright: Upright, width: int, height: int) -> Reading | AutoGraderError:
    """The reading in pixels of the unturned image, which is ``width`` x ``height``."""
    if isinstance(upright.reading, AutoGraderError) or upright.turns % 4 == 0:
        return upright.reading

    def back(box: Box) -> Box:
        return _box_back(box, upright.turns, width, height)

    lines = tuple(
        replace(
            line,
            box=back(line.box),
            words=tuple(replace(word, box=back(word.box)) for word in line.words),
        )
        for line in upright.reading.lines
    )
    return replace(upright.reading, lines=lines)


def _box_back(box: Box, turns: int, width: int, height: int) -> Box:
    left, top, right, bottom = box
    if turns % 4 == 1:
        return width - bottom, left, width - top, right
    if turns % 4 == 2:
        return width - right, height - bottom, width - left, height - top
    return top, height - right, bottom, height - left


def _upright(
    page: Image.Image, reading: Reading | AutoGraderError, recognizer: TextRecognizer
) -> Upright:
    if isinstance(reading, AutoGraderError) or not reading.lines:
        return Upright(0, reading)
    turns = _turns_to_try(reading)
    if not turns:
        return Upright(0, reading)
    small = page.copy()
    scale = min(1.0, (TRIAL_PIXELS / (page.width * page.height)) ** 0.5)
    small.thumbnail((int(page.width * scale), int(page.height * scale)))
    best = max((0, *turns), key=lambda turn: _worth_of(small, turn, recognizer))
    if best == 0:
        return Upright(0, reading)
    (turned,) = recognizer.read([turn_image(page, best)])
    return Upright(0, reading) if isinstance(turned, AutoGraderError) else Upright(best, turned)


def _turns_to_try(reading: Reading) -> tuple[int, ...]:
    if _share_of_wide(reading) < 0.5:
        return (1, 3)
    return (2,) if _confidence(reading) < DOUBT else ()


def _worth_of(image: Image.Image, turns: int, recognizer: TextRecognizer) -> float:
    (reading,) = recognizer.read([turn_image(image, turns)])
    if isinstance(reading, AutoGraderError) or _share_of_wide(reading) < 0.5:
        return 0.0
    evidence = sum(line.confidence * len(line.text) for line in reading.lines)
    return evidence if turns else evidence * CLEARLY


def _share_of_wide(reading: Reading) -> float:
    lines = [line for line in reading.lines if len(line.text) > 1]
    wide = [line for line in lines if _is_wide(line.box)]
    return len(wide) / len(lines) if lines else 1.0


def _is_wide(box: Box) -> bool:
    return box[2] - box[0] >= WIDE * (box[3] - box[1])


def _confidence(reading: Reading) -> float:
    characters = sum(len(line.text) for line in reading.lines)
    return sum(line.confidence * len(line.text) for line in reading.lines) / max(1, characters)
