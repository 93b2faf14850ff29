"""How handwriting is misread: counts the engine's confusions on real pages and fits the channel.

    python -m benchmarks.misreadings [FOLDER] [--write]

FOLDER (default: ``../shared/data/scans`` or $AUTOGRADER_SHARED_DATA/scans) is that of
``benchmarks.reading``. Truth and reading are aligned by their edits; pages of which too much is
lost say nothing about single characters and are left out. Rates and confusions are counted on
every other page, and the weight of shapes against counts is the one under which these pages are
likeliest when each is left out in turn. The rest of the pages is kept out of the choosing and
shows what the fitted channel is worth, beside one to which any character is alike.
``--write`` keeps the result in ``autograder/reading/misreadings.json``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import mean

from rapidfuzz.distance import Levenshtein

from autograder.reading.misreading import CHANNEL, SYMBOLS, Channel, plain
from autograder.settings import PROJECT
from benchmarks.reading import ours

LOST = 0.25
"""Pages of which a larger share of the characters is wrong are left out."""
WEIGHTS = (1, 2, 5, 10, 20, 50, 100)
"""Weights to choose from: how many counts like shapes are worth beside a character's own."""
HANDS = 3
"""Groups of pages, from the cleanest to the worst: writers differ more than their letters do."""


@dataclass
class Counts:
    """What became of the characters of some pages."""

    kept: int = 0
    dropped: int = 0
    added: int = 0
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def written(self) -> int:
        return self.kept + self.dropped + self.confused.total()

    @property
    def wrong(self) -> float:
        return 1 - self.kept / self.written

    def likelihood(self, channel: Channel) -> float:
        """The natural logarithm of the chance of these confusions, given that they are some."""
        return sum(
            count * math.log(channel.confusion(*pair)) for pair, count in self.confused.items()
        )


def counted(truth: str, read: str) -> Counts:
    counts = Counts()
    for edit in Levenshtein.opcodes(truth, read):
        lost, new = truth[edit.src_start : edit.src_end], read[edit.dest_start : edit.dest_end]
        if edit.tag == "equal":
            counts.kept += len(lost)
        elif edit.tag == "replace":
            counts.confused.update(zip(lost, new, strict=True))
        else:
            counts.dropped += len(lost)
            counts.added += len(new)
    return counts


def together(counts: Iterable[Counts]) -> Counts:
    whole = Counts()
    for each in counts:
        whole.kept += each.kept
        whole.dropped += each.dropped
        whole.added += each.added
        whole.confused.update(each.confused)
    return whole


def fitted(pages: Sequence[Counts], weight: float) -> Channel:
    whole = together(pages)
    return Channel(
        misread=round(whole.confused.total() / whole.written, 4),
        dropped=round(whole.dropped / whole.written, 4),
        added=round(whole.added / whole.written, 4),
        hands=hands(pages, whole.wrong),
        any=weight,
        confusions={f"{one}{other}": n for (one, other), n in sorted(whole.confused.items())},
    )


def hands(pages: Sequence[Counts], usual: float) -> list[float]:
    """How much worse or better than usual the pages are, in groups of as many pages each."""
    rates = sorted(page.wrong for page in pages)
    size = len(rates) / HANDS
    groups = [rates[round(at * size) : round((at + 1) * size)] for at in range(HANDS)]
    return [round(mean(group) / usual, 2) for group in groups]


def best_weight(pages: Sequence[Counts]) -> float:
    def left_out(weight: float) -> float:
        return sum(
            page.likelihood(fitted([other for other in pages if other is not page], weight))
            for page in pages
        )

    return max(WEIGHTS, key=left_out)


def read_pages(folder: Path) -> list[Counts]:
    read, found = ours(), []
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        if page["kind"] == "synthetic-font":
            continue
        found.append(counted(plain(page["text"]), plain(read(folder / page["file"]))))
        print(f"  {page['file']:34} {found[-1].written:5} characters, {found[-1].wrong:.3f} wrong")
    return [counts for counts in found if counts.wrong <= LOST]


def report(pages: Sequence[Counts]) -> Channel:
    chosen_on, kept_out = pages[::2], together(pages[1::2])
    channel = fitted(chosen_on, best_weight(chosen_on))
    print(f"\n{len(chosen_on)} pages to fit on, {len(pages) - len(chosen_on)} kept out\n")
    print("| | characters | misread | dropped | added |\n| --- | --- | --- | --- | --- |")
    for name, each in (("fitted on", together(chosen_on)), ("kept out", kept_out)):
        rates = (each.confused.total(), each.dropped, each.added)
        shares = " | ".join(f"{rate / each.written:.4f}" for rate in rates)
        print(f"| {name} | {each.written} | {shares} |")
    number = max(kept_out.confused.total(), 1)
    print(f"\nhands: {channel.hands}, weight of like shapes: {channel.any}")
    print(f"mean log chance of the {number} confusions that were kept out:")
    print(f"  any character alike {-math.log(SYMBOLS):.3f}")
    print(
        f"  by like shapes      {kept_out.likelihood(replace(channel, confusions={})) / number:.3f}"
    )
    print(f"  as fitted           {kept_out.likelihood(channel) / number:.3f}")
    return channel


def main() -> None:
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="Fits the channel of misread characters.")
    parser.add_argument("folder", type=Path, nargs="?", default=shared / "scans")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    channel = report(read_pages(arguments.folder))
    if arguments.write:
        content = json.dumps(asdict(channel), indent=1, ensure_ascii=False)
        CHANNEL.write_text(f"{content}\n", "utf-8")


if __name__ == "__main__":
    main()
