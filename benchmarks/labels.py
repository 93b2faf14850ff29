"""How many question labels are found and rightly placed: real labelled pages, made-up layouts.

    python -m benchmarks.labels [FOLDER] [--scanned N] [--show]

FOLDER (default: ``../shared/data/scans`` or $AUTOGRADER_SHARED_DATA/scans) holds the real pages
with ``index.jsonl``; their labels are written down below. The layouts are generated from a seed:
how students label, in and out of order, with steps, parts, copied questions, answers that go on,
over pages. N of each 30 (default 4) are written with the fonts of ``samples/``, scanned and read by
the embedded engine; the others get misreadings at the rates that the engine has on handwriting.

A label counts as right where the answer after it is under its question, and as asked where that
text is unplaced or its answer has a note for the teacher. The rest is silently wrong. The
baseline in the same run begins an answer at every line that a regular expression takes for a
label. The rules were made looking at the real pages and at 30 of the layouts; 30 others, of seeds
that nobody looked at, are measured beside them.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from autograder.domain.script import Piece, PlacedLine, Reading
from autograder.reading.recognizers import rapidocr
from autograder.reading.segmentation import split
from autograder.settings import PROJECT, Settings
from benchmarks.layouts import Layout, generated, images, misread, read, real, scanned

Pages = Sequence[tuple[str, Reading]]
Splitter = Callable[[Pages, Layout], list[Piece]]
Case = tuple[str, Layout, Pages]

LOOKED_AT, KEPT_OUT = range(30), range(100, 130)
"""Seeds of the layouts."""
SAME = 60
"""Similarity (0-100) from which a line that was read is the line that was written."""
WHOLE = 0.9
"""Share of an answer's lines that must be under its question."""

_LABEL = re.compile(
    r"^\W*(?P<code>18AI81)?(?:Question|Answer|Ans|Q)?[\s.\-]*(?P<number>\d{1,2})"
    r"\s*(?:\((?P<part>[a-z])\))?[\s.):\-]",
    re.IGNORECASE,
)


def ours(pages: Pages, layout: Layout) -> list[Piece]:
    return split(pages, layout.questions)


def regex(pages: Pages, layout: Layout) -> list[Piece]:
    """An answer begins wherever a line begins like one of the exam's labels."""
    known = {_key(question.label + " "): question.id for question in layout.questions}
    current: str | None = None
    pieces = []
    for page_id, reading in pages:
        for line in reading.lines:
            current = known.get(_key(line.text + " "), current)
            note = "" if current else "unplaced"
            pieces.append(Piece(current, line.text, (PlacedLine(page_id, line),), note))
    return pieces


def _key(text: str) -> tuple[str, str] | None:
    match = _LABEL.match(text)
    return (match["number"], (match["part"] or "").lower()) if match else None


def outcomes(splitter: Splitter, layout: Layout, pages: Pages) -> list[str]:
    """For each answer: right, asked or silently wrong."""
    lines = _owners(layout, pages)
    found: dict[int, Counter[str]] = {question: Counter() for question in layout.answers}
    for piece in splitter(pages, layout):
        for placed in piece.lines:
            owner = lines.get((placed.page_id, placed.line.box[1]))
            if owner is None:
                continue
            if piece.question_id == layout.questions[owner].id:
                found[owner]["right"] += 1
            else:
                asked = piece.question_id is None or piece.note
                found[owner]["asked" if asked else "wrong"] += 1
    return [_outcome(counts) for counts in found.values()]


def _outcome(counts: Counter[str]) -> str:
    if counts["right"] >= WHOLE * max(1, counts.total()):
        return "right"
    return "asked" if counts["asked"] >= counts["wrong"] else "silently wrong"


def _owners(layout: Layout, pages: Pages) -> dict[tuple[str, float], int | None]:
    """The question of each line that was read: that of the written line most like it."""
    owners = {}
    for (page_id, reading), page in zip(pages, layout.pages, strict=True):
        bottom = max((line.box[3] for line in reading.lines), default=1.0)
        for line in reading.lines:
            here = line.box[1] / bottom * len(page)
            like = [
                (fuzz.ratio(line.text, text.replace("\t", " ")) - abs(here - row), row)
                for row, (text, _) in enumerate(page)
            ]
            best, row = max(like)
            if best >= SAME:
                owners[page_id, line.box[1]] = page[row][1]
    return owners


def cases(folder: Path, on_paper: int) -> Iterator[Case]:
    engine = rapidocr.build(Settings())
    if (folder / "index.jsonl").exists():
        for layout in real(folder):
            yield "real pages", layout, read(images(layout, folder), engine)
    for seed in (*LOOKED_AT, *KEPT_OUT):
        layout = generated(seed)
        group = "looked at" if seed in LOOKED_AT else "kept out"
        if seed - (0 if seed in LOOKED_AT else KEPT_OUT.start) < on_paper:
            yield f"generated, written and read, {group}", layout, scanned(layout, seed, engine)
        else:
            yield f"generated, misread, {group}", layout, misread(layout, seed)


def main() -> None:
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="Labels that are found and rightly placed.")
    parser.add_argument("folder", type=Path, nargs="?", default=shared / "scans")
    parser.add_argument(
        "--scanned", type=int, default=4, help="layouts of each 30 that are really read"
    )
    parser.add_argument(
        "--show", action="store_true", help="print each layout that isn't all right"
    )
    arguments = parser.parse_args()
    sums: dict[tuple[str, str], Counter[str]] = {}
    for group, layout, pages in cases(arguments.folder, arguments.scanned):
        for name, splitter in (("ours", ours), ("regular expression", regex)):
            counted = Counter(outcomes(splitter, layout, pages))
            for each in (group, "all"):
                sums.setdefault((each, name), Counter()).update(counted)
            if arguments.show and name == "ours" and counted["right"] < counted.total():
                print(layout.name, dict(counted))
                for piece in splitter(pages, layout):
                    print("   ", piece.question_id, repr(piece.text[:70]), piece.note)
    print("| scripts | splitter | labels | right | asked | silently wrong |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (group, name), counted in sums.items():
        shares = [f"{counted[each] / counted.total():.1%}" for each in ("right", "asked")]
        wrong = counted["silently wrong"]
        print(f"| {group} | {name} | {counted.total()} | {shares[0]} | {shares[1]} | {wrong} |")


if __name__ == "__main__":
    main()
