"""How well a word's confidence tells that the word is wrong, on real pages.

    python -m benchmarks.doubtful_words [FOLDER] [--fit]

FOLDER (default: ``../shared/data/scans`` or $AUTOGRADER_SHARED_DATA/scans) is that of
``benchmarks.reading``. A word as read is right where the alignment of the page's words with the
truth, by the fewest edits, pairs it with the same word; case and punctuation at its edges aside.
All measures judge the same reading of the same words, but for RapidOCR's own, which cuts some
words otherwise. The weights in ``autograder/reading/word_certainty.py`` were fitted (``--fit``) on
every other page, beginning with the first; the pages between are what the figures are for.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rapidfuzz.distance import Levenshtein
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from autograder.domain.script import Reading
from autograder.reading.intake import take_in
from autograder.reading.plain_word import plain_word
from autograder.reading.recognizers.rapidocr import PARAMETERS, RapidOcr
from autograder.reading.straighten import read_upright, turn_image
from autograder.reading.word_certainty import WordCertainty
from autograder.settings import PROJECT, IntakeSettings, Settings

MEASURES = (
    "RapidOCR as it comes",
    "the line's score",
    "least character",
    "all characters",
    "ours",
)
LIMITS = (0.7, 0.9)


@dataclass(frozen=True)
class Judged:
    """A word as read: is it right, and the confidence that each measure has in it."""

    page: int
    kind: str
    right: bool
    measure: str
    confidence: float
    signs: tuple[float, ...] = ()


class Words:
    """Stands in for the engine's certainty and keeps what it is told of each word."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Sequence[float]]] = []

    def keep(self, text: str, characters: Sequence[float]) -> float:
        """The word's place among those seen, which the reading then carries as confidence."""
        self.seen.append((text, characters))
        return float(len(self.seen) - 1)


def right_ones(read: Sequence[str], truth: str) -> list[bool]:
    words, written = [plain_word(word) for word in read], [plain_word(w) for w in truth.split()]
    right = [False] * len(words)
    for step in Levenshtein.opcodes(words, written):
        if step.tag == "equal":
            right[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
    return right


class Judge:
    """Reads pages with the engine and with RapidOCR as it comes; each is loaded once."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._words = Words()
        self._ours = RapidOcr(self._words.keep)
        self._own: Any = RapidOCR(params=PARAMETERS)
        self._certainty = WordCertainty(Settings().models / "minilm")

    def words(self, path: Path, number: int, page: dict[str, str]) -> list[Judged]:
        (taken,) = take_in(path, path.name, IntakeSettings())
        image = Image.open(io.BytesIO(taken.png)).convert("RGB")
        (upright,) = read_upright([image], self._ours)
        assert isinstance(upright.reading, Reading)
        own = self._as_it_comes(turn_image(image, upright.turns))
        right = right_ones([word for word, _ in own], page["text"])
        found = [
            Judged(number, page["kind"], fine, MEASURES[0], score)
            for fine, (_, score) in zip(right, own, strict=True)
        ]
        return found + self._with_ours(upright.reading, number, page)

    def _as_it_comes(self, image: Image.Image) -> list[tuple[str, float]]:
        output = self._own(np.asarray(image)[:, :, ::-1])
        lines = output.word_results or ()
        return [(str(word), float(score)) for line in lines for word, score, _ in line]

    def _with_ours(self, reading: Reading, number: int, page: dict[str, str]) -> list[Judged]:
        placed = [(line, word) for line in reading.lines for word in line.words]
        right = right_ones([word.text for _, word in placed], page["text"])
        found = []
        for fine, (line, word) in zip(right, placed, strict=True):
            text, characters = self._words.seen[int(word.confidence)]
            signs = self._certainty.signs(text, characters)
            values = line.confidence, min(characters), math.prod(characters)
            ours = self._certainty.of(text, characters)
            named = zip(MEASURES[1:], (*values, ours), strict=True)
            found += [Judged(number, page["kind"], fine, *each, signs) for each in named]
        return found


def area(judged: Sequence[Judged]) -> float:
    return float(roc_auc_score([not j.right for j in judged], [-j.confidence for j in judged]))


def interval(judged: Sequence[Judged]) -> tuple[float, float]:
    """95 %, by drawing pages anew: words of one page have one hand."""
    random, areas = np.random.default_rng(0), []
    pages = {number: [j for j in judged if j.page == number] for number in {j.page for j in judged}}
    for _ in range(200):
        drawn = [j for at in random.choice(list(pages), len(pages)) for j in pages[at]]
        if len({j.right for j in drawn}) == 2:
            areas.append(area(drawn))
    low, high = np.quantile(areas, (0.025, 0.975))
    return float(low), float(high)


def row(name: str, judged: Sequence[Judged]) -> str:
    low, high = interval(judged)
    wrong = [j for j in judged if not j.right]
    cells = [name, str(len(judged)), f"{area(judged):.3f} ({low:.2f}-{high:.2f})"]
    for limit in LIMITS:
        flagged = [j for j in judged if j.confidence < limit]
        caught = sum(not j.right for j in flagged) / len(wrong)
        cells.append(f"{len(flagged) / len(judged):.0%}, {caught:.0%}")
    return f"| {' | '.join(cells)} |"


def fit(judged: Sequence[Judged]) -> None:
    ours = [j for j in judged if j.measure == MEASURES[-1] and j.page % 2 == 0]
    signs: NDArray[np.float64] = np.array([j.signs for j in ours])
    fitted = LogisticRegression().fit(signs, [j.right for j in ours])
    weights = ", ".join(f"{weight:.3f}" for weight in fitted.coef_[0])
    print(f"Fitted on {len(ours)} words:")
    print(f"WEIGHTS = ({weights})\nINTERCEPT = {fitted.intercept_[0]:.3f}")


PARTS: dict[str, Callable[[Judged], bool]] = {
    "pages kept out of the fitting": lambda j: j.page % 2 == 1,
    "of these real ones": lambda j: j.page % 2 == 1 and j.kind == "real",
    "pages fitted on": lambda j: j.page % 2 == 0,
}


def main() -> None:
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="Word confidence against wrong words.")
    parser.add_argument("folder", type=Path, nargs="?", default=shared / "scans")
    parser.add_argument("--pages", type=int, help="only so many")
    parser.add_argument("--fit", action="store_true", help="print the weights fitted anew")
    arguments = parser.parse_args()
    lines = (arguments.folder / "index.jsonl").read_text("utf-8").splitlines()[: arguments.pages]
    judge, judged = Judge(), list[Judged]()
    for number, page in enumerate(map(json.loads, lines)):
        judged += judge.words(arguments.folder / page["file"], number, page)
    if arguments.fit:
        fit(judged)
    limits = " | ".join(f"below {limit}: flagged, of the wrong ones" for limit in LIMITS)
    for name, belongs in PARTS.items():
        print(f"\n{name}\n\n| confidence | words | area under ROC (95 %) | {limits} |")
        print("| --- | --- | --- | --- | --- |")
        part = [j for j in judged if belongs(j)]
        for measure in MEASURES:
            print(row(measure, [j for j in part if j.measure == measure]))


if __name__ == "__main__":
    main()
