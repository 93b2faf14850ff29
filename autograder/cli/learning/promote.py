"""``promote``: puts a learned model to work that a comparison found no worse."""

from __future__ import annotations

import argparse

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ID [--author NAME]."""
    parser.add_argument("model", metavar="ID")
    parser.add_argument("--author", metavar="NAME", help="who decides it (default: the reviewer)")


def run(options: argparse.Namespace) -> int:
    """It serves from the next grading job on, also in a server that runs already."""
    from autograder.gradebook.gradebook import Gradebook
    from autograder.runs.learning.graders import LearnedGraders

    settings = Settings()
    gradebook = Gradebook(settings.data)
    try:
        author = options.author or settings.reviewer
        promotion = LearnedGraders(settings, gradebook).promote(options.model, author)
    finally:
        gradebook.close()
    before = promotion.previous or "what ships"
    say(f"{promotion.model} serves from now on, in place of {before} ({promotion.reason}).")
    return 0
