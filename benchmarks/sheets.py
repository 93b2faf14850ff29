"""How many printed sheets are known again by their code after a bad scan, and what that costs.

    python -m benchmarks.sheets [--count 500] [--seed 5] [--json OUT]

prints two Markdown tables. Sheets are printed by the program itself (A4 and Letter, students with
short, long and non-Latin numbers, blank copies, cover sheets, boxes), rendered at 1600 px, written
on, and spoiled: turned by any angle, tilted as by a phone, blurred (up to 2 px), halved, shaded,
made noisy, saved as a poor JPEG. Right is only what names exam, student and page as printed and,
but around 45 degrees, the way up. The ways in which a page is looked at were chosen on the sheets
of seeds 1 and 3. Each sheet is drawn on its own: a larger count adds to a smaller.

Beside it, on the same images: OpenCV's ``QRCodeDetector``, given the same text to understand, and
zxing-cpp as it comes, in one look. Pages without any code are the real scans of
``../shared/data/scans`` (or $AUTOGRADER_SHARED_DATA/scans), and those of samples/ where it is
absent; every sheet found on one would be an error.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Sheet, Student
from autograder.reading.sheets.codes import Code, code_on
from autograder.reading.sheets.payload import understood
from autograder.reading.sheets.printing import SheetOrder, print_sheets, sheets_of
from autograder.settings import PROJECT

LONG_SIDE = 1600
ANGLES = (0, 4, 11, 45, 90, 180, 270)
EXAM = Exam(
    "3f9a2c71bd0441c6a3f2b86c0e3a5d17",
    "Operating systems, mid-term",
    "CS 241",
    tuple(Question(str(n), f"Q{n}", "Why?", Scale(0, 5)) for n in range(1, 6)),
)
STUDENTS = (
    Student("1", "0042", "Asha Rao"),
    Student("2", "1OS21CS011", "मीरा शर्मा"),
    Student("3", "maria.gonzalez@school.example", "María González"),
    Student("4", "№ 17/б", "Олег Ткач"),
)
WRITING = "A page table maps each page of a process to the frame that holds it. "
PAGES = 3

Look = Callable[[Image.Image], Sheet | None]


@dataclass(frozen=True)
class Damage:
    """What a scan does to a sheet; ``blur`` is a Gaussian's, in pixels of the whole resolution."""

    angle: float
    tilt: float
    blur: float
    half: bool
    shadow: float
    noise: float
    quality: int

    @property
    def kinds(self) -> Iterator[str]:
        """The rows of the table in which the sheet counts."""
        yield "all"
        turned = self.angle in ANGLES
        yield f"turned by {self.angle:.0f}°" if turned else "turned by any angle"
        yield from (["tilted"] if self.tilt else [])
        yield from (["blurred"] if self.blur else [])
        yield from (["half resolution"] if self.half else [])
        yield from (["blurred and half resolution"] if self.half and self.blur else [])
        yield from (["in shadow"] if self.shadow else [])
        yield from (["noisy"] if self.noise else [])
        if self.blur and self.half and self.shadow and self.noise:
            yield "all of it at once"


@dataclass(frozen=True)
class Spoiled:
    """A sheet as scanned."""

    sheet: Sheet
    damage: Damage
    image: Image.Image


def damage(draw: random.Random) -> Damage:
    """Half of the sheets lie at one of the usual angles, half at any."""
    angle = draw.choice(ANGLES) if draw.random() < 0.5 else draw.uniform(0, 360)
    return Damage(
        angle=angle,
        tilt=draw.choice((0, 0, 0.04)),
        blur=draw.choice((0, 1.0, 2.0)),
        half=draw.random() < 0.5,
        shadow=draw.choice((0, 0.35, 0.65)),
        noise=draw.choice((0, 6, 14)),
        quality=draw.choice((30, 60, 90)),
    )


def spoiled(count: int, seed: int) -> Iterator[Spoiled]:
    """So many sheets, each with its own damage."""
    for number in range(count):
        draw = random.Random(f"{seed}/{number}")
        sheet, page = draw.choice(sheets(draw.choice(("a4", "letter"))))
        hurt = damage(draw)
        image = spoil(written_on(page, draw), hurt, np.random.default_rng(draw.getrandbits(32)))
        yield Spoiled(sheet, hurt, image)


@cache
def sheets(paper: str) -> list[tuple[Sheet, Image.Image]]:
    """The printed sheets with their pages, as rendered."""
    order = SheetOrder(pages=PAGES, paper=paper, cover=True, boxes=True)
    pages = rendered(print_sheets(EXAM, STUDENTS, order))
    said = [sheet for student in STUDENTS for sheet in sheets_of(EXAM.id, student, "", order)]
    return list(zip(said, pages, strict=True)) + blank(SheetOrder(pages=1, blank=2, paper=paper))


def blank(order: SheetOrder) -> list[tuple[Sheet, Image.Image]]:
    """Blank copies; their random marks are known from the text that the PDF itself holds."""
    content = print_sheets(EXAM, (), order)
    pdf = pypdfium2.PdfDocument(content)
    said = [understood(pdf[at].get_textpage().get_text_range()) for at in range(len(pdf))]
    return [(sheet, page) for sheet, page in zip(said, rendered(content), strict=True) if sheet]


def rendered(content: bytes) -> list[Image.Image]:
    """The pages of a PDF, ``LONG_SIDE`` high."""
    pdf = pypdfium2.PdfDocument(content)
    pages = (pdf[at] for at in range(len(pdf)))
    scaled = (page.render(scale=LONG_SIDE / page.get_height()) for page in pages)
    return [bitmap.to_pil().convert("L") for bitmap in scaled]


def written_on(page: Image.Image, draw: random.Random) -> Image.Image:
    """The page with a student's writing in the frame, and over the edge of the head."""
    page = page.copy()
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(PROJECT / "samples" / "fonts" / "caveat.ttf", 34)
    for top in range(350, page.height - 160, 58):
        start = draw.randrange(40)
        pen.text((110, top + draw.randrange(8)), (WRITING * 2)[start : start + 90], 40, font)
    return page


def spoil(page: Image.Image, hurt: Damage, noise: np.random.Generator) -> Image.Image:
    """The page as it comes out of a scanner or phone of that kind."""
    page = _tilted(page, hurt.tilt)
    page = page.rotate(hurt.angle, Image.Resampling.BICUBIC, expand=True, fillcolor=150)
    page = page.filter(ImageFilter.GaussianBlur(hurt.blur)) if hurt.blur else page
    if hurt.half:
        page = page.resize((page.width // 2, page.height // 2), Image.Resampling.BILINEAR)
    pixels = np.asarray(page, dtype=np.float32) * _light(page, hurt.shadow)
    pixels += noise.normal(0, hurt.noise, pixels.shape) if hurt.noise else 0
    stream = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(stream, "JPEG", quality=hurt.quality)
    return Image.open(stream).convert("RGB")


def _tilted(page: Image.Image, tilt: float) -> Image.Image:
    """Seen from below: the top edge is shorter by ``tilt`` on each side."""
    if not tilt:
        return page
    width, height = page.size
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = flat + np.array([(tilt * width, 0), (-tilt * width, 0), (0, 0), (0, 0)], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, seen)
    return Image.fromarray(
        cv2.warpPerspective(np.asarray(page), matrix, page.size, borderValue=150)
    )


def _light(page: Image.Image, shadow: float) -> Any:
    """Light that falls off to one side, with the soft edge of a hand's shadow across the page."""
    across = np.linspace(0, 1, page.width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, page.height, dtype=np.float32)[:, None]
    edge = 1 / (1 + np.exp(-40 * (across + 0.4 * down - 0.7)))
    return 1 - shadow * (0.4 * down + 0.6 * edge)


def opencv(image: Image.Image) -> Sheet | None:
    """OpenCV's detector as it comes."""
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(image.convert("L")))
    return understood(text)


def zxing(image: Image.Image) -> Sheet | None:
    """zxing-cpp as it comes."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(np.asarray(image.convert("L")), formats=formats)
    return next((sheet for each in found if (sheet := understood(each.text))), None)


def is_right(found: Code | None, wanted: Spoiled) -> bool:
    """Whether the sheet is the printed one and, where there is a way up, the turn is right."""
    if found is None or found.sheet != wanted.sheet:
        return False
    quarters = wanted.damage.angle / 90  # turned to the left, so as many turns to the right
    if abs(quarters - round(quarters)) > 0.4:
        return True
    return found.turns == -round(quarters) % 4


def milliseconds(look: Callable[[Image.Image], object], image: Image.Image) -> tuple[Any, float]:
    """What a look finds, and its processor time."""
    start = time.process_time()
    found = look(image)
    return found, 1000 * (time.process_time() - start)


def pages_without() -> list[Image.Image]:
    """Real pages, or the sample's, ``LONG_SIDE`` pixels long; small ones are left out."""
    data = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    folder = data / "scans" if (data / "scans").is_dir() else PROJECT / "samples" / "os-quiz"
    files = sorted(file for file in folder.rglob("*") if file.suffix in {".jpg", ".jpeg", ".png"})
    pages = [Image.open(file).convert("RGB") for file in files]
    for page in pages:
        page.thumbnail((LONG_SIDE, LONG_SIDE))
    return [page for page in pages if max(page.size) >= 0.9 * LONG_SIDE]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    baselines: dict[str, Look] = {"OpenCV": opencv, "zxing-cpp, one look": zxing}
    rows: dict[str, list[dict[str, bool]]] = {}
    costs: dict[str, list[float]] = {name: [] for name in ("AutoGrader", *baselines)}
    missed = []
    for each in spoiled(options.count, options.seed):
        found, cost = milliseconds(code_on, each.image)
        costs["AutoGrader"].append(cost)
        right = {"AutoGrader": is_right(found, each)}
        for name, look in baselines.items():
            sheet, cost = milliseconds(look, each.image)
            costs[name].append(cost)
            right[name] = sheet == each.sheet
        for kind in each.damage.kinds:
            rows.setdefault(kind, []).append(right)
        if not right["AutoGrader"]:
            missed.append(asdict(each.damage))
    print_right(rows, list(costs))
    print_costs(costs, baselines)
    for each_missed in missed:
        print(f"missed: {each_missed}")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "missed": missed}, indent=1))


def print_right(rows: dict[str, list[dict[str, bool]]], readers: Sequence[str]) -> None:
    print(f"| sheets | n | {' | '.join(readers)} |")
    print(f"| --- | --- | {' | '.join('---' for _ in readers)} |")
    for kind in sorted(rows, key=lambda kind: (kind != "all", kind)):
        told = rows[kind]
        shares = (f"{100 * sum(each[name] for each in told) / len(told):.1f} %" for name in readers)
        print(f"| {kind} | {len(told)} | {' | '.join(shares)} |")


def print_costs(costs: dict[str, list[float]], baselines: dict[str, Look]) -> None:
    pages = pages_without()
    looks: dict[str, Callable[[Image.Image], object]] = {"AutoGrader": code_on, **baselines}
    print(
        f"\n| CPU ms a page | sheets, mean (most) | {len(pages)} pages without, mean (most) "
        "| found there |"
    )
    print("| --- | --- | --- | --- |")
    for name, look in looks.items():
        told = [milliseconds(look, page) for page in pages]
        none = [cost for _, cost in told]
        own = f"{np.mean(costs[name]):.0f} ({max(costs[name]):.0f})"
        there = sum(found is not None for found, _ in told)
        print(f"| {name} | {own} | {np.mean(none):.0f} ({max(none):.0f}) | {there} |")


if __name__ == "__main__":
    main()
