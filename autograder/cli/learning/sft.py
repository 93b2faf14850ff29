"""``sft``: the language model learns the marks that you gave, and the reasons for them (QLoRA)."""

from __future__ import annotations

import argparse

from autograder.cli import teaching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER and what is common to both ways."""
    teaching.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Begins at the base, or at the adapter that is named."""
    return teaching.run("sft", options)
