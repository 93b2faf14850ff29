"""``remove``: deletes a learned model that isn't at work."""

from __future__ import annotations

import argparse

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ID."""
    parser.add_argument("model", metavar="ID")


def run(options: argparse.Namespace) -> int:
    """Refuses while it serves."""
    from autograder.gradebook.gradebook import Gradebook
    from autograder.runs.learning.graders import LearnedGraders

    settings = Settings()
    gradebook = Gradebook(settings.data)
    try:
        LearnedGraders(settings, gradebook).remove(options.model)
    finally:
        gradebook.close()
    say(f"{options.model} is deleted.")
    return 0
