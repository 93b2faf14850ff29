"""Error rate, processor time and memory of the OCR engines on real pages.

    python -m benchmarks.reading [FOLDER] [--engines rapidocr,rapidocr-defaults,tesseract] [--pages]

FOLDER (default: ``../shared/data/scans`` or $AUTOGRADER_SHARED_DATA/scans) holds ``index.jsonl``
with ``file``, ``text`` (ground truth) and ``kind``. The error rate is the edit distance over the
length of the truth, both after NFKC and with all white space folded, added up over the pages.
The baselines, RapidOCR as it comes and Tesseract, read the same images in the same run, each engine
in a process of its own. Time and memory are measured first, on pages of 1600 pixels.

The engine's settings and those of straightening were chosen on pages of exams and notes, that is
on the pages that are not in ``KEPT_OUT``. The pages in it are single lines, short notes and photos
of a desk. The real pages are those of the kind ``real``; ``ROTATED`` are told apart from the other
hard ones. One of those is mathematics, which the truth writes in ASCII: a second figure takes
``<=`` for the sign that stands on the page.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from PIL import Image
from rapidfuzz.distance import Levenshtein

from autograder.domain.errors import AutoGraderError
from autograder.reading.intake import take_in
from autograder.settings import PROJECT, IntakeSettings, Settings

SCANS = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data")) / "scans"
KEPT_OUT = {
    "iam_line0.png",
    "jim_calif.png",
    "jim_rapid.jpg",
    "jim_hand1.png",
    "palraj.jpg",
    "breta_page01.jpg",
    "breta_page02.jpg",
    "htrp_1.png",
    "wdnn_random.png",
    "shy_3.png",
}
ROTATED = {"silver_rot.jpg", "shy_rot3.jpg", "shy_rot4.jpg"}
TIMED = ("harshit_p1.jpg", "harshit_p2.png", "seed_inputimg.jpg", "shree_short.png")
"""Pages of writing from a phone or a scanner, brought to ``LONG_SIDE``."""
LONG_SIDE = 1600

Reader = Callable[[Path], str]


@dataclass(frozen=True)
class Result:
    """What became of a page."""

    file: str
    kind: str
    errors: int
    characters: int
    plain_errors: int
    """Errors with the signs of mathematics written in ASCII, as the truth has them."""
    cpu: float

    @property
    def groups(self) -> list[str]:
        """The lines of the table that the page counts for."""
        if self.kind == "real":
            part = "kept out" if self.file in KEPT_OUT else "chosen on"
            return ["real", f"real, {part}"]
        return ["rotated" if self.file in ROTATED else f"{self.kind}, not rotated"]


@dataclass(frozen=True)
class Cost:
    """Of a page of ``LONG_SIDE``."""

    cpu: float
    megabytes: float
    """The most memory that the engine's process, or a program of it, has had until then."""


def folded(text: str) -> str:
    """NFKC, all white space as single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def ascii_signs(text: str) -> str:
    """The signs of mathematics as they are typed."""
    return text.replace("≤", "<=").replace("≥", ">=").replace("×", "x")


def first_page(path: Path) -> Image.Image:
    """The page as intake makes it."""
    (page,) = take_in(path, path.name, IntakeSettings())
    return Image.open(io.BytesIO(page.png)).convert("RGB")


def ours() -> Reader:
    """The whole way of a page: intake in its child process, straightening, reading."""
    from autograder.reading.recognizers import rapidocr
    from autograder.reading.straighten import read_upright, straighten

    engine = rapidocr.build(Settings())

    def read(path: Path) -> str:
        (upright,) = read_upright([straighten(first_page(path), photo=True).image], engine)
        if isinstance(upright.reading, AutoGraderError):
            raise upright.reading
        return upright.reading.text

    return read


def rapidocr_defaults() -> Reader:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params={"Global.log_level": "error"})
    return lambda path: "\n".join(engine(str(path)).txts or ())


def tesseract() -> Reader | None:
    program = shutil.which("tesseract")
    if program is None:
        return None
    command = [program, "-", "-", "--psm", "3"]

    def read(path: Path) -> str:
        with path.open("rb") as image:
            done = subprocess.run(command, stdin=image, capture_output=True, check=True)
        return done.stdout.decode()

    return read


ENGINES: dict[str, Callable[[], Reader | None]] = {
    "rapidocr": ours,
    "rapidocr-defaults": rapidocr_defaults,
    "tesseract": tesseract,
}


def cpu_seconds() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def megabytes() -> float:
    """The most that this process or a program that it started has had."""
    unit = 1 if sys.platform == "darwin" else 1024
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) * unit / 1e6


def cost(read: Reader, folder: Path) -> Cost:
    """Of the pages of ``LONG_SIDE``; what loading the models costs is left out of the time."""
    with tempfile.TemporaryDirectory() as shrunken:
        paths = [_resized(folder / file, Path(shrunken) / f"{file}.png") for file in TIMED]
        read(paths[0])
        begin = cpu_seconds()
        for path in paths:
            read(path)
        return Cost((cpu_seconds() - begin) / len(paths), megabytes())


def _resized(path: Path, to: Path) -> Path:
    page = first_page(path)
    scale = LONG_SIDE / max(page.size)
    page.resize((round(page.width * scale), round(page.height * scale))).save(to)
    return to


def result(read: Reader, page: dict[str, str], folder: Path) -> Result:
    begin = cpu_seconds()
    text = folded(read(folder / page["file"]))
    cpu = cpu_seconds() - begin
    truth = folded(page["text"])
    errors, plain = (
        Levenshtein.distance(said, wanted)
        for said, wanted in ((text, truth), (ascii_signs(text), ascii_signs(truth)))
    )
    return Result(page["file"], page["kind"], errors, len(truth), plain, cpu)


def measured(name: str, folder: Path) -> tuple[Cost, list[Result]] | None:
    """One engine's figures; None where it isn't installed."""
    read = ENGINES[name]()
    if read is None:
        return None
    lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
    spent = cost(read, folder)
    return spent, [result(read, json.loads(line), folder) for line in lines]


def rows(name: str, spent: Cost, results: list[Result]) -> list[str]:
    """The table's lines for one engine."""
    found = []
    for group in sorted({group for each in results for group in each.groups}):
        own = [each for each in results if group in each.groups]
        characters = sum(each.characters for each in own)
        rate = sum(each.errors for each in own) / characters
        plain = sum(each.plain_errors for each in own) / characters
        cpu = mean(each.cpu for each in own)
        found.append(f"| {name} | {group} | {len(own)} | {rate:.3f} | {plain:.3f} | {cpu:.2f} | |")
    size = f"{LONG_SIDE} px"
    found.append(
        f"| {name} | {size} | {len(TIMED)} | | | {spent.cpu:.2f} | {spent.megabytes:.0f} |"
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="OCR: error rate, processor time and memory.")
    parser.add_argument("folder", type=Path, nargs="?", default=SCANS)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--pages", action="store_true", help="print every page")
    arguments = parser.parse_args()

    print("| engine | pages | n | CER | CER, signs in ASCII | CPU-s a page | MB at most |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in arguments.engines.split(","):
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            found = alone.apply(measured, (name, arguments.folder))
        if found is None:
            print(f"| {name} | not installed | | | | | |")
            continue
        print("\n".join(rows(name, *found)), flush=True)
        if arguments.pages:
            for each in sorted(found[1], key=lambda each: each.errors / each.characters):
                rate = each.errors / each.characters
                print(f"  {each.file:32} {rate:.3f} {each.cpu:5.2f} CPU-s", flush=True)


if __name__ == "__main__":
    main()
