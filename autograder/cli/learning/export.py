"""``export``: a learned model as one file, to take along."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.output import say
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ID [--out FILE]."""
    parser.add_argument("model", metavar="ID")
    parser.add_argument("--out", type=Path, default=Path(), metavar="FILE", help="or a folder")


def run(options: argparse.Namespace) -> int:
    """Checks the model, writes the file and says where it is."""
    from autograder.learning.registry.one_file import export
    from autograder.runs.learning.at_work import kept

    path = export(kept(Settings()), options.model, options.out)
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0
