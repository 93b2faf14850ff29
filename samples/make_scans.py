"""Writes the twelve students' scripts of the sample quiz: ``python samples/make_scans.py``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT.parent))  # started as a script, Python looks beside this file only

from samples.handwriting import PAPER, PEN, Paper, Pen, break_pages, write_page  # noqa: E402

QUIZ = ROOT / "os-quiz"
BLUE, BLACK, DARK_BLUE = (40, 60, 150), (45, 45, 50), (25, 32, 85)
GREEN, PENCIL = (20, 75, 60), (125, 125, 130)
YELLOWED = replace(PAPER, colour=(246, 238, 214), shadow=0.30, skew=1.6)
PHOTO = replace(PAPER, shadow=0.38, noise=3.2, skew=2.0, perspective=14)
PLAIN = replace(PAPER, rule=(250, 248, 240), margin=(250, 248, 240))
QUALITY = 70
MIDNIGHT = time.struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))  # PDF files carry a date; ours is fixed


@dataclass(frozen=True)
class Script:
    """How one student wrote. ``label`` takes the question's number, ``files`` names the scans.

    ``{page}`` in ``files`` makes one file a page. ``skipped`` answers have no label either.
    """

    student: str
    font: str
    files: str
    pen: Pen = PEN
    paper: Paper = PAPER
    label: str = "Q{}. "
    order: str = "12345678"
    skipped: str = ""
    continued: str = ""
    gray: bool = False


SCRIPTS = (
    Script("1OS21CS001", "caveat", "1OS21CS001.pdf", Pen(38, DARK_BLUE)),
    Script("1OS21CS004", "kalam", "1OS21CS004.pdf", Pen(31, BLACK), label="{}. ", gray=True),
    Script("1OS21CS007", "patrick-hand", "1OS21CS007_p{page}.jpg", Pen(36, BLUE), PHOTO),
    Script("1OS21CS011", "indie-flower", "1OS21CS011.pdf", Pen(35, BLUE), continued="3"),
    Script(
        "1OS21CS015",
        "shadows-into-light",
        "daniel_okonkwo_p{page}.jpg",
        Pen(40, BLACK, 2.0),
        YELLOWED,
        "Q{}\t",
    ),
    Script("1OS21CS019", "coming-soon", "1OS21CS019.pdf", Pen(33, BLUE), label="Ans {}) "),
    Script(
        "1OS21CS022",
        "architects-daughter",
        "scan_0007.tiff",
        Pen(32, BLACK),
        label="Q{}) ",
        order="12534768",
        gray=True,
    ),
    Script("1OS21CS030", "schoolbell", "1OS21CS030.png", Pen(36, BLACK), skipped="46", gray=True),
    Script("0042", "patrick-hand", "0042_p{page}.jpg", Pen(33, BLACK), PLAIN, "Q{}: ", gray=True),
    Script("0057", "schoolbell", "0057.pdf", Pen(36, GREEN), YELLOWED, "Q{} - "),
    Script("0063", "kalam", "0063_p{page}.jpg", Pen(35, BLUE, 2.4), PHOTO, "Q{}: "),
    Script("0088", "caveat", "0088.pdf", Pen(36, PENCIL, 1.8), YELLOWED, "Q{}. ", gray=True),
)


def answers() -> dict[str, dict[str, str]]:
    """What each student wrote: student id, then the question's label, then the text."""
    told = json.loads((QUIZ / "answers.json").read_text(encoding="utf-8"))
    return {
        student["student_id"]: {each["question"]: each["text"] for each in student["answers"]}
        for student in told["students"]
    }


def lines_of(script: Script) -> list[list[str]]:
    """The lines of each page of a script, the header on the first one."""
    told = json.loads((QUIZ / "answers.json").read_text(encoding="utf-8"))
    name = {each["student_id"]: each["name"] for each in told["students"]}[script.student]
    header = f"Name: {name} ID: {script.student}"
    return break_pages([header, *_paragraphs(script)], script.font, script.pen)


def _paragraphs(script: Script) -> Iterator[str]:
    """The answers in the order in which they were written, one begun early and ended late."""
    rest = ""
    for number in script.order:
        text = answers()[script.student][f"Q{number}"]
        if number in script.skipped:
            continue
        if number == script.continued:
            middle = text.index(". ", len(text) // 2) + 2
            text, rest = text[:middle] + "(contd. at the end)", text[middle:]
        yield script.label.format(number) + text
    if rest:
        yield f"{script.label.format(script.continued).strip()} contd. {rest}"


def pages_of(script: Script) -> list[Image.Image]:
    """The scanned pages of a script."""
    seed = 1000 * (1 + SCRIPTS.index(script))
    pages = [
        write_page(lines, script.font, seed + number, paper=script.paper, pen=script.pen)
        for number, lines in enumerate(lines_of(script))
    ]
    return [page.convert("L") for page in pages] if script.gray else pages


def save(script: Script, folder: Path) -> list[Path]:
    """The files of a script, as a scanner or a telephone would name and compress them."""
    pages = pages_of(script)
    if "{page}" in script.files:
        paths = [folder / script.files.format(page=n) for n in range(1, len(pages) + 1)]
        for path, page in zip(paths, pages, strict=True):
            page.save(path, quality=QUALITY, optimize=True, dpi=(130, 130))
        return paths
    path = folder / script.files
    first, others = pages[0], pages[1:]
    if path.suffix == ".png":
        first.quantize(24).save(path, optimize=True)
    elif path.suffix == ".tiff":
        first.save(path, save_all=True, append_images=others, compression="jpeg", quality=QUALITY)
    else:
        first.save(
            path,
            save_all=True,
            append_images=others,
            resolution=130,
            quality=QUALITY,
            creationDate=MIDNIGHT,
            modDate=MIDNIGHT,
        )
    return [path]


def main() -> None:
    folder = QUIZ / "scans"
    folder.mkdir(exist_ok=True)
    for script in SCRIPTS:
        for path in save(script, folder):
            print(f"{path.name:24} {path.stat().st_size / 1024:7.0f} KB")


if __name__ == "__main__":
    main()
