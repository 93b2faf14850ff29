"""A page made straight: its sheet cut out of a photo, its lines level, the right way up.

What was measured on the scans of the shared data and on photos made of them with known
homographies and shadows (``benchmarks/straightening.py``):

- Quarter turns decide whether a page is read at all, so they are told by how well it reads.
- A sheet that fills a photo reads as well seen at a slant; one that takes up a third of it reads
  with a quarter of the errors once it is cut out. So a sheet is cut out where it is clearly one.
- Lines that slant by up to 10 degrees read as well as level ones, but their boxes lie over each
  other. So a page is levelled from two degrees on, and left as it is below.
- Flattened shadows and binarised pages read no better, with up to 70 % of the light taken away.
  So no pixel's brightness is ever changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Box, Reading, Transform
from autograder.reading.recognizer import TextRecognizer
from autograder.reading.transforms import box_through, chained, of_turns

LONG = 4
"""Letters from which on a word is wider than high. On the scans of the shared data at least 62 % of
such words are on a page that lies upright, and at most 5 % on one that lies on its side."""
DOUBT = 0.75
"""Mean confidence below which a page may be upside down."""
CLEARLY = 1.15
"""How much better a turned page must read before it is turned."""
TRIAL_PIXELS = 1_000_000
"""The other ways up are tried on a smaller image: only a comparison is wanted."""


@dataclass(frozen=True)
class Straightened:
    """A page made straight. ``transform`` leads from its pixels to those of the page as it was."""

    image: Image.Image
    transform: Transform = ()


@dataclass(frozen=True)
class Upright:
    """A page's reading, in pixels of the image after ``turns`` quarter turns to the left."""

    turns: int
    reading: Reading | AutoGraderError
    transform: Transform = ()
    """From pixels of the turned image to those of the given one."""


def straighten(page: Image.Image, photo: bool) -> Straightened:
    """The page's sheet where it clearly lies on a desk (in a ``photo``), its lines level.

    Which way up it lies stays: see ``read_upright``. The page itself where nothing is gained.
    """
    # OpenCV is loaded with the first page: an import of this module alone stays quick.
    from autograder.reading.straightening.warping import cut_out, levelled

    found = Straightened(page)
    for step in (cut_out, levelled) if photo else (levelled,):
        image, transform = step(found.image)
        found = Straightened(image, chained(transform, found.transform))
    return found


def read_upright(pages: Sequence[Image.Image], recognizer: TextRecognizer) -> list[Upright]:
    """Reads pages (at most the engine's ``batch_size``) and turns those that lie wrong.

    A page that reads well as it lies costs one reading and nothing more.
    """
    readings = recognizer.read(pages)
    return [
        _upright(page, reading, recognizer) for page, reading in zip(pages, readings, strict=True)
    ]


def read(
    pages: Sequence[Image.Image], recognizer: TextRecognizer, photos: bool = False
) -> list[Reading | AutoGraderError]:
    """Straightens and reads pages, with boxes in pixels of the given images, however they lie."""
    straight = [straighten(page, photos) for page in pages]
    found = read_upright([each.image for each in straight], recognizer)
    return [
        moved(upright.reading, chained(upright.transform, each.transform))
        for each, upright in zip(straight, found, strict=True)
    ]


def turn_image(image: Image.Image, turns: int) -> Image.Image:
    """The image after so many quarter turns to the left."""
    ways = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    way = ways[turns % 4]
    return image if way is None else image.transpose(way)


def moved(reading: Reading | AutoGraderError, transform: Transform) -> Reading | AutoGraderError:
    """The reading with its boxes where the transform leads them."""
    if isinstance(reading, AutoGraderError) or not transform:
        return reading
    lines = tuple(
        replace(
            line,
            box=box_through(transform, line.box),
            words=tuple(replace(word, box=box_through(transform, word.box)) for word in line.words),
        )
        for line in reading.lines
    )
    return replace(reading, lines=lines)


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
    if isinstance(turned, AutoGraderError):
        return Upright(0, reading)
    return Upright(best, turned, of_turns(best, page.width, page.height))


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
    """Of the words long enough to tell; of the lines where an engine gives no words.

    Words, since lines that run downwards side by side are joined to a row that looks level.
    """
    words = [word for line in reading.lines for word in line.words if len(word.text) >= LONG]
    lines = [line for line in reading.lines if len(line.text) > 1]
    boxes = [part.box for part in words] or [part.box for part in lines]
    return sum(_is_wide(box) for box in boxes) / len(boxes) if boxes else 1.0


def _is_wide(box: Box) -> bool:
    return box[2] - box[0] >= box[3] - box[1]


def _confidence(reading: Reading) -> float:
    characters = sum(len(line.text) for line in reading.lines)
    return sum(line.confidence * len(line.text) for line in reading.lines) / max(1, characters)
