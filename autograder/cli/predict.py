"""``predict``: typed answers in, predicted marks out, both as JSON lines."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.output import say
from autograder.domain.exam import Question
from autograder.domain.grade import Passage
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.grading.grader import Grader

GRADER = "the grader (default: the best that ships and runs here, not what was promoted)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """IN.jsonl --out OUT.jsonl [--grader NAME] [--textbook FILE]."""
    parser.add_argument("answers", type=Path, metavar="IN.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.jsonl")
    parser.add_argument("--grader", help=GRADER)
    parser.add_argument("--textbook", type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Grades every answer that is no review, in the order of the input."""
    from autograder.grading.jsonl import predict_rows, read_rows, write_rows

    settings = Settings()
    rows = read_rows(options.answers)
    grader = load_grader(options.grader, settings)
    passages_of = book_search(options.textbook, settings)
    count = write_rows(options.out, predict_rows(rows, grader, passages_of))
    say(f"{options.out}: {count} answers graded by {grader.name}")
    return 0


def load_grader(name: str | None, settings: Settings) -> Grader:
    """The grader of that name, or the one that the settings choose."""
    from autograder import plugins
    from autograder.grading.choice import choose

    return plugins.grader(name if name and name != "auto" else choose(settings)[0], settings)


def book_search(pdf: Path | None, settings: Settings) -> Callable[[Question], Sequence[Passage]]:
    """What finds a question's passages in the book; nothing where there is no book."""
    from autograder.cli.search import open_book

    if pdf is None:
        return lambda question: ()
    index, book = open_book(pdf, settings)
    return lambda question: index.search(question.text, [book.id], settings.retrieval.passages)
