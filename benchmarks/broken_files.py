"""Valid files of every kind that is taken in, odd but valid ones, and what damage makes of them.

All of it follows from a seed: the same number gives the same bytes.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from fpdf import FPDF
from PIL import Image, ImageDraw

from autograder.settings import PROJECT

HEIC = PROJECT / "tests" / "reading" / "turned.heic"
GIANT = (30_000, 65_000, 2**31 - 1)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""When the PDFs say that they were made: the clock would be in their bytes."""


@dataclass(frozen=True)
class Made:
    """A file's bytes under the name that a teacher would give it."""

    name: str
    content: bytes
    pages: int = 0
    """How many pages it must give; 0 where it is damaged and any number may come out."""


def valid() -> list[Made]:
    """One file of each kind, with several pages where the kind has such; small, as seeds are."""
    frames = [_paper(200, 150 + 10 * at) for at in range(3)]
    made = [
        Made("exam.pdf", _pdf(3), 3),
        Made("scanned.pdf", _scanned(frames), 3),
        Made("photo.jpg", _encoded(_paper(), "jpeg", exif=_turned(6)), 1),
        Made("page.png", _encoded(_paper(), "png"), 1),
        Made("page.webp", _encoded(_paper(), "webp"), 1),
        Made("stack.tif", _tiff(frames, cv2.IMWRITE_TIFF_COMPRESSION_LZW), 3),
        Made("IMG_1.HEIC", HEIC.read_bytes(), 1),
    ]
    packed = _zip({each.name: each.content for each in made})
    return [*made, Made("class.zip", packed, sum(each.pages for each in made))]


def odd() -> list[Made]:
    """Files that few programs write and that are valid all the same."""
    paper = _paper()
    clear = Image.new("RGBA", (90, 60), (0, 0, 0, 0))
    return [
        Made("cmyk.jpg", _encoded(paper.convert("CMYK"), "jpeg"), 1),
        Made("progressive.jpg", _encoded(paper, "jpeg", progressive=True), 1),
        Made("grey.jpg", _encoded(paper.convert("L"), "jpeg"), 1),
        *(Made(f"held-{way}.jpg", _encoded(paper, "jpeg", exif=_turned(way)), 1) for way in (3, 8)),
        Made("large.jpg", _encoded(_paper(6000, 4000), "jpeg"), 1),
        Made("sixteen-bits.png", _encoded(paper.convert("I;16"), "png"), 1),
        Made("palette.png", _encoded(paper.convert("P"), "png"), 1),
        Made("one-bit.png", _encoded(paper.convert("1"), "png"), 1),
        Made("see-through.png", _encoded(clear, "png"), 1),
        Made("one-pixel.png", _encoded(Image.new("L", (1, 1)), "png"), 1),
        Made("strip.png", _encoded(Image.new("L", (12_000, 2), 200), "png"), 1),
        Made("lossless.webp", _encoded(paper, "webp", lossless=True), 1),
        Made("grey.tif", _tiff([paper.convert("L")] * 2, cv2.IMWRITE_TIFF_COMPRESSION_NONE), 2),
        Made(
            "long.tif",
            _tiff([_paper(40, 30)] * 201, cv2.IMWRITE_TIFF_COMPRESSION_ADOBE_DEFLATE),
            201,
        ),
        Made("long.pdf", _pdf(120), 120),
        Made("owner-locked.pdf", _pdf(1, owner="school"), 1),
        Made("behind-a-banner.pdf", b"printed by the copier\n" + _pdf(1), 1),
        Made("zip-in-zip.zip", _zip({"inner.zip": _zip({"a.pdf": _pdf(2)})}), 2),
    ]


def damaged(count: int, seed: int = 20_26) -> Iterator[Made]:
    """So many damaged files, each with its damage in its name."""
    chance, seeds = random.Random(seed), valid()
    for number in range(count):
        damage = DAMAGES[number % len(DAMAGES)]
        source = chance.choice(seeds)
        content = damage(bytearray(source.content), chance, seeds)
        name = f"{number:03}-{damage.__name__.strip('_')}-{source.name}"
        yield Made(name, bytes(content))


Damage = Callable[[bytearray, random.Random, list[Made]], bytearray]


def _flipped(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    for _ in range(chance.choice((1, 4, 30))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def _cut(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    return content[: chance.randrange(len(content))]


def _spliced(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    """The start of one file before the rest of another."""
    other = chance.choice(seeds).content
    at = chance.choice((4, 16, 64, len(other) // 2))
    return bytearray(other[:at]) + content[chance.choice((0, at, len(content) // 2)) :]


def _blanked(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    """A stretch as a bad disk gives it back."""
    start = chance.randrange(len(content))
    length = min(chance.choice((8, 64, 512)), len(content) - start)
    content[start : start + length] = bytes([chance.choice((0, 255))]) * length
    return content


def _giant(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    """Sizes far beyond any scan, at the place where the kind keeps them."""
    size = chance.choice(GIANT)
    if (at := content.find(b"IHDR")) >= 0:
        content[at + 4 : at + 12] = struct.pack(">II", size, size)
    elif content[:2] == b"\xff\xd8" and (at := content.find(b"\xff\xc0")) >= 0:
        content[at + 5 : at + 9] = b"\xff\xff" * 2
    elif (at := content.find(b"ispe")) >= 0:
        content[at + 8 : at + 16] = struct.pack(">II", size, size)
    elif (at := content.find(b"/MediaBox")) >= 0:
        end = content.index(b"]", at)
        content[at : end + 1] = b"/MediaBox [0 0 %d %d]" % (size, size)
    else:  # TIFF, WebP and ZIP: any four bytes may be a size
        at = chance.randrange(len(content) - 4)
        content[at : at + 4] = struct.pack("<I", size)
    return content


def _doubled(content: bytearray, chance: random.Random, seeds: list[Made]) -> bytearray:
    """A stretch twice: what stands behind it isn't where the file says."""
    start, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:end] + content[end:]


DAMAGES: tuple[Damage, ...] = (_flipped, _cut, _spliced, _giant, _blanked, _doubled)


def _paper(width: int = 300, height: int = 220) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).text((10, 10), "Because it is old.", fill="black")
    return image


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _scanned(frames: list[Image.Image]) -> bytes:
    made = {"creationDate": MADE.timetuple(), "modDate": MADE.timetuple()}
    return _encoded(frames[0], "pdf", save_all=True, append_images=frames[1:], **made)


def _tiff(frames: list[Image.Image], compression: int) -> bytes:
    pixels = [np.asarray(frame) for frame in frames]
    _, encoded = cv2.imencodemulti(".tif", pixels, [cv2.IMWRITE_TIFF_COMPRESSION, compression])
    return encoded.tobytes()


def _turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def _pdf(pages: int, owner: str = "") -> bytes:
    document = FPDF(unit="pt", format=(300, 400))
    document.set_creation_date(MADE)
    if owner:
        document.set_encryption(owner_password=owner)
    for number in range(pages):
        document.add_page()
        document.set_font("helvetica", size=20)
        document.text(20, 40, f"Page {number + 1}")
    return bytes(document.output())


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def written(files: Iterator[Made] | list[Made], folder: Path) -> Iterator[tuple[Made, Path]]:
    """Each file with where it now lies."""
    for at, each in enumerate(files):
        path = folder / str(at)  # the name must not matter
        path.write_bytes(each.content)
        yield each, path
