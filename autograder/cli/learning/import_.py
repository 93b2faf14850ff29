"""``import``: keeps a learned model that came as one file, once it passes every check."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", type=Path, metavar="FILE", help="that “learn export” wrote")


def run(options: argparse.Namespace) -> int:
    """Says what came; before it can serve here it has to be compared."""
    from autograder.learning.registry.one_file import import_model
    from autograder.runs.learning.at_work import kept

    model = import_model(kept(Settings()), options.file)
    say(f"{model.id}: {model.method} on {model.base}, licence: {model.licence or 'not said'}")
    say(f"Try it on your own marks now: learn compare {model.id} --reviews")
    return 0
