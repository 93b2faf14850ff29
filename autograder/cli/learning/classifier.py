"""``classifier``: any Hugging Face sequence classifier learns to grade as you do, essays too."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli import small_networks
from autograder.cli.lessons import Taught
from autograder.cli.teaching import Told
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER [--base NAME] and how it reads."""
    small_networks.add_arguments(parser)
    parser.add_argument("--base", help="a folder, a hub name, or minilm, which ships (minilm)")
    parser.add_argument("--window", type=int, help="tokens that are read at once (512)")
    parser.add_argument("--batch", type=int, help="tokens a step (1024)")
    parser.add_argument("--download", action="store_true", default=None, help="fetch the base")


def run(options: argparse.Namespace) -> int:
    """Begins at the base."""
    from autograder.domain.learned import CLASSIFIER
    from autograder.learning.encoding.chosen import ClassifierTraining

    names = ("base", "window", "batch", "download", "epochs", "rate", "seed")
    chosen = ClassifierTraining(**small_networks.given(options, *names))

    def teach(taught: Taught, settings: Settings, work: Path, progress: Told) -> Path:
        from autograder.learning.encoding.classifier import train_classifier
        from autograder.runs.learning.small_networks import as_graded

        train, held_out = as_graded(taught.train), as_graded(taught.held_out)
        return train_classifier(train, held_out, chosen, settings.models, work, progress)

    return small_networks.run(CLASSIFIER, chosen.base, chosen, options, teach)
