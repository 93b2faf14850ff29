"""How often a question finds its textbook page, beside BM25 alone and dense alone.

    python -m benchmarks.retrieval [--data ../shared/data] [--json OUT]

80 questions in ``retrieval_questions.jsonl`` on the CS 241 coursebook (Angrave et al., University
of Illinois, CC BY 4.0, 390 pages), each with its right pages: half in the book's own words, half
with few of them. Weights were chosen on the ``dev`` half (odd numbers); the figures of ``test``
were in view meanwhile, so new questions may do a little worse. Right pages were completed once,
after pages that a search had found turned out to answer too.

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
from pathlib import Path

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
DEPTH = 20
PASSAGE_LETTERS = 620

Search = Callable[[str], list[int]]
"""Pages for a question, best first."""


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


def measure(search: Search, questions: list[dict[str, object]]) -> tuple[list[int], float]:
    """The rank of each question's first right page (0 where it is past DEPTH); ms a question."""
    search("warm up")
    ranks = []
    started = time.perf_counter()
    for question in questions:
        found = search(str(question["question"]))
        right = question["pages"]
        assert isinstance(right, list)
        ranks.append(next((n for n, page in enumerate(found, 1) if page in right), 0))
    return ranks, (time.perf_counter() - started) / len(questions) * 1000


def figures(ranks: Sequence[int]) -> tuple[float, float, float]:
    """hit@1, hit@3, MRR."""
    rank = np.array(ranks)
    seen = rank > 0
    reciprocal = np.where(seen, 1 / np.maximum(rank, 1), 0)
    return float((rank == 1).mean()), float((seen & (rank <= 3)).mean()), float(reciprocal.mean())


def build(folder: Path, pdf: Path) -> tuple[float, float]:
    """Indexes the book; seconds by the clock and of the processor, imports included."""
    started, worked = time.perf_counter(), time.process_time()
    book = Book("cs241", "CS 241 Coursebook", "", count_pages(pdf, pdf.name))
    TextbookIndex(folder, RetrievalSettings(), Settings().models).add(book, pdf)
    return time.perf_counter() - started, time.process_time() - worked


SECOND_START = """
import sys, time
started = time.perf_counter()
from pathlib import Path
from autograder.retrieval.index import TextbookIndex
from autograder.settings import RetrievalSettings, Settings
imported = time.perf_counter()
index = TextbookIndex(Path(sys.argv[1]), RetrievalSettings(), Settings().models)
assert index.search("What is a process?")
print(imported - started, time.perf_counter() - imported)
"""


def load(folder: Path) -> tuple[float, float]:
    """Seconds of a new process for the imports, and for the index with its first search."""
    command = [sys.executable, "-c", SECOND_START, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT)
    imports, first = map(float, done.stdout.split())
    return imports, first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    beside = PROJECT.parent / "shared" / "data"
    data = Path(os.environ.get("AUTOGRADER_SHARED_DATA", beside))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    pdf = arguments.data / BOOK
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]

    pages: dict[int, str] = {}
    for section in read(pdf, pdf.name):
        pages[section.page] = f"{pages.get(section.page, '')} {section.text}"

    with tempfile.TemporaryDirectory() as folder:
        build_seconds = build(Path(folder), pdf)
        load_seconds = load(Path(folder))
        index = TextbookIndex(Path(folder), RetrievalSettings(), Settings().models)
        searches: dict[str, Search] = {
            "AutoGrader": lambda q: [passage.page for passage in index.search(q, limit=DEPTH)],
            "BM25 alone": bm25_alone(pages),
            "dense alone": dense_alone(pages, TextEmbedding(Settings().models / "minilm")),
        }
        results = {name: measure(search, questions) for name, search in searches.items()}

    report(results, questions)
    print(f"\nbuilt in {build_seconds[0]:.0f} s ({build_seconds[1]:.0f} s of processor time)")
    print("second start: {:.2f} s of imports, {:.2f} s to the first answer".format(*load_seconds))
    if arguments.json:
        ranks = {name: result[0] for name, result in results.items()}
        arguments.json.write_text(json.dumps({"ranks": ranks}), "utf-8")


def report(results: dict[str, tuple[list[int], float]], questions: list[dict[str, object]]) -> None:
    groups = {"all": {}, "dev": {"split": "dev"}, "test": {"split": "test"}}
    groups |= {kind: {"kind": kind} for kind in ("direct", "paraphrased")}
    print("| questions | n | search | hit@1 | hit@3 | MRR | ms a question |")
    print("|---|---|---|---|---|---|---|")
    for group, wanted in groups.items():
        chosen = [n for n, each in enumerate(questions) if wanted.items() <= each.items()]
        for name, (ranks, speed) in results.items():
            first, third, reciprocal = figures([ranks[n] for n in chosen])
            print(
                f"| {group} | {len(chosen)} | {name} | {first:.2f} | {third:.2f} "
                f"| {reciprocal:.2f} | {speed:.1f} |"
            )


if __name__ == "__main__":
    main()
