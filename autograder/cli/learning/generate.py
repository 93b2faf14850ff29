"""``generate``: a model learns to draft reference answers from the course's questions."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import lessons
from autograder.cli.output import say
from autograder.cli.teaching import Told
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.learning.drafting.course import CourseQuestion
    from autograder.learning.drafting.settings import DraftingSettings

CHOSEN = ("kind", "epochs", "rate", "rank", "batch", "prompt_tokens", "answer_tokens", "seed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --base NAME --work FOLDER [--kind KIND] and what else can be chosen."""
    parser.add_argument("examples", type=Path, nargs="+", metavar="EXAMPLES")
    parser.add_argument("--base", required=True, help="such as facebook/bart-base, or a folder")
    parser.add_argument(
        "--work", type=Path, required=True, metavar="FOLDER", help="goes on here after a kill"
    )
    parser.add_argument("--kind", choices=["auto", "seq2seq", "causal"])
    parser.add_argument("--textbook", type=Path, metavar="FILE", help="read from while drafting")
    parser.add_argument("--epochs", type=float, help="how often each answer is seen (4)")
    parser.add_argument("--rate", type=float, help="the highest learning rate (0.0002)")
    parser.add_argument("--rank", type=int, help="of the adapter (16)")
    parser.add_argument("--batch", type=int, help="answers a step (8)")
    parser.add_argument("--prompt-tokens", type=int, help="of the longest question (768)")
    parser.add_argument("--answer-tokens", type=int, help="of the longest answer (256)")
    parser.add_argument("--seed", type=int)


def run(options: argparse.Namespace) -> int:
    """Teaches, prints what generated texts are worth beside the baselines, keeps the model."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from autograder.gradebook.gradebook import Gradebook
    from autograder.learning.drafting.course import with_passages
    from autograder.runs.learning.drafting import learn_drafts

    settings = Settings()
    questions, data = _course(options.examples)
    if options.textbook:
        questions = with_passages(questions, _passage(options.textbook, settings))
    gradebook = Gradebook(settings.data)
    try:
        outcome = learn_drafts(
            questions,
            data,
            options.base,
            _drafting(options),
            settings,
            gradebook,
            options.work,
            Told(options.work),
        )
    finally:
        gradebook.close()
    say(f"{outcome.table}\n\n{outcome.verdict}")
    say(f"{outcome.model.id}: learned from {outcome.model.data_count} questions")
    return 0


def _course(files: Sequence[Path]) -> tuple[list[CourseQuestion], str]:
    """The questions with their good answers, and the sum of the files."""
    from autograder.runs.learning.course_files import course_of

    return course_of(lessons.read(files))


def _passage(pdf: Path, settings: Settings) -> Callable[[str], str]:
    """What the book's best passage says about a question; empty where it says nothing."""
    from autograder.cli.search import open_book

    index, book = open_book(pdf, settings)

    def find(question: str) -> str:
        found = index.search(question, [book.id], 1)
        return found[0].text if found else ""

    return find


def _drafting(options: argparse.Namespace) -> DraftingSettings:
    from autograder.learning.drafting.settings import DraftingSettings

    given = {name: getattr(options, name) for name in CHOSEN}
    chosen = {name: value for name, value in given.items() if value is not None}
    return replace(DraftingSettings(), **chosen)
