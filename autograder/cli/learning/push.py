"""``push``: uploads a learned model to a hub repository, with its card."""

from __future__ import annotations

import argparse

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ID OWNER/NAME [--public]."""
    parser.add_argument("model", metavar="ID")
    parser.add_argument("repository", metavar="OWNER/NAME", help="made if it isn't there")
    parser.add_argument(
        "--public", action="store_true", help="for everybody to see (default: private)"
    )


def run(options: argparse.Namespace) -> int:
    """Nothing else in AutoGrader uploads anything."""
    from autograder.learning.registry.pushing import push
    from autograder.runs.learning.at_work import kept

    say(push(kept(Settings()), options.model, options.repository, options.public))
    return 0
