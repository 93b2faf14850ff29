"""``encoder``: the built-in grader learns from your marks, on any machine, in minutes."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli import small_networks
from autograder.cli.lessons import Taught
from autograder.cli.teaching import Told
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER [--heads-only]."""
    small_networks.add_arguments(parser)
    parser.add_argument(
        "--heads-only", action="store_true", help="leave the network as it is: takes seconds"
    )


def run(options: argparse.Namespace) -> int:
    """Goes on from what ships, or from the folder that AUTOGRADER_ENCODER__MODEL names."""
    from autograder.domain.learned import ENCODER
    from autograder.runs.learning.embedded import Options, learn_encoder

    chosen = Options(
        network=not options.heads_only, **small_networks.given(options, "epochs", "rate", "seed")
    )

    def teach(taught: Taught, settings: Settings, work: Path, progress: Told) -> Path:
        return learn_encoder(settings, taught.train, taught.held_out, chosen, work, progress)

    return small_networks.run(ENCODER, "minilm+cross", chosen, options, teach)
