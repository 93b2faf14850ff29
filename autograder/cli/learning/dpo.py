"""``dpo``: the language model learns to prefer your mark to the one that the machine gave."""

from __future__ import annotations

import argparse

from autograder.cli import teaching
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER, what is common to both ways, and [--beta X]."""
    teaching.add_arguments(parser)
    parser.add_argument("--beta", type=float, help="how near it stays to where it began (0.1)")


def run(options: argparse.Namespace) -> int:
    """Goes on from the adapter that is named, else from the one at work, else from the base."""
    return teaching.run("dpo", options, parent=Settings().llama.adapter)
