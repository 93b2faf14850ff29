"""``doctor``: is everything that was ever recorded still there and sound?"""

from __future__ import annotations

import argparse

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: AUTOGRADER_DATA names the folder."""


def run(options: argparse.Namespace) -> int:
    """Prints each problem; 1 when there is any."""
    from autograder.gradebook.doctor import examine
    from autograder.gradebook.gradebook import Gradebook

    settings = Settings()
    gradebook = Gradebook(settings.data)
    try:
        problems = examine(gradebook)
    finally:
        gradebook.close()
    for problem in problems:
        say(f"✗ {problem}")
    say(f"{settings.data}: {len(problems)} problems" if problems else f"{settings.data}: sound")
    return 1 if problems else 0
