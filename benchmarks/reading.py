"""Character error rate and processor time of the OCR engines on real pages.

    python -m benchmarks.reading [FOLDER] [--engines rapidocr,rapidocr-defaults,tesseract]

FOLDER (default: ``../shared/data/scans`` or $AUTOGRADER_SHARED_DATA/scans) holds ``index.jsonl``
with ``file``, ``text`` (ground truth) and ``kind``. The error rate is the edit distance over the
length of the truth, both after NFKC and with all white space folded, added up over the pages.
The baselines, RapidOCR as it comes and Tesseract, read the same images in the same run.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import time
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
from autograder.reading.recognizers import rapidocr
from autograder.reading.straighten import read_upright
from autograder.settings import PROJECT, IntakeSettings, Settings

Reader = Callable[[Path], str]


@dataclass(frozen=True)
class Result:
    file: str
    kind: str
    errors: int
    characters: int
    cpu: float
    wall: float

    @property
    def rate(self) -> float:
        return self.errors / self.characters


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def ours() -> Reader:
    """The whole way of a page: intake in its child process, straightening, reading."""
    engine = rapidocr.build(Settings())

    def read(path: Path) -> str:
        (page,) = take_in(path, path.name, IntakeSettings())
        image = Image.open(io.BytesIO(page.png))
        (upright,) = read_upright([image], engine)
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


def measure(read: Reader, pages: list[dict[str, str]], folder: Path) -> list[Result]:
    read(folder / pages[0]["file"])  # loads the models, which is not a page's cost
    results = []
    for page in pages:
        cpu, wall = cpu_seconds(), time.perf_counter()
        text = folded(read(folder / page["file"]))
        cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
        truth = folded(page["text"])
        errors = Levenshtein.distance(text, truth)
        results.append(Result(page["file"], page["kind"], errors, len(truth), cpu, wall))
    return results


def main() -> None:
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="OCR: error rate and processor time.")
    parser.add_argument("folder", type=Path, nargs="?", default=shared / "scans")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--pages", action="store_true", help="print every page")
    arguments = parser.parse_args()
    lines = (arguments.folder / "index.jsonl").read_text("utf-8").splitlines()
    pages = [json.loads(line) for line in lines]

    print("| engine | kind | pages | CER | CPU-s a page | wall-s a page |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in arguments.engines.split(","):
        read = ENGINES[name]()
        if read is None:
            print(f"| {name} | not installed | | | | |")
            continue
        results = measure(read, pages, arguments.folder)
        for kind in sorted({result.kind for result in results}):
            own = [result for result in results if result.kind == kind]
            rate = sum(each.errors for each in own) / sum(each.characters for each in own)
            cpu, wall = mean(each.cpu for each in own), mean(each.wall for each in own)
            print(f"| {name} | {kind} | {len(own)} | {rate:.3f} | {cpu:.2f} | {wall:.2f} |")
        if arguments.pages:
            for result in sorted(results, key=lambda result: result.rate):
                print(f"  {result.file:32} {result.rate:.3f} {result.cpu:5.2f} CPU-s")


if __name__ == "__main__":
    main()
