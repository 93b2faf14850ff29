"""``rollback``: has serve what served before the last promotion."""

from __future__ import annotations

import argparse

from autograder.cli.output import say
from autograder.settings import Settings

KINDS = ("lora", "encoder", "classifier", "generator")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[KIND] [--author NAME]."""
    kinds = f"{', '.join(KINDS)} (default: that of the newest promotion)"
    parser.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help=kinds)
    parser.add_argument("--author", metavar="NAME", help="who decides it (default: the reviewer)")


def run(options: argparse.Namespace) -> int:
    """Serves from the next grading job on; the model that served is kept."""
    from autograder.gradebook.gradebook import Gradebook

    settings = Settings()
    gradebook = Gradebook(settings.data)
    try:
        author = options.author or settings.reviewer
        newest = next(iter(gradebook.promotions.serving()), None)
        kind = options.kind or (newest.kind if newest else KINDS[0])
        promotion = gradebook.promotions.roll_back(kind, author)
    finally:
        gradebook.close()
    say(f"{promotion.model or 'What ships'} serves again, in place of {promotion.previous}.")
    return 0
