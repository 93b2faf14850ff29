"""What ``learn encoder`` and ``learn classifier`` share: their examples, and how they end."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.cli import lessons
from autograder.cli.lessons import Taught
from autograder.cli.output import say
from autograder.cli.teaching import Told
from autograder.domain.errors import EngineUnavailable
from autograder.settings import Settings

Teach = Callable[[Taught, Settings, Path, Told], Path]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER and what is held back."""
    lessons.add_arguments(parser)
    parser.add_argument("--epochs", type=int, help="how often each example is seen")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--seed", type=int)


def run(kind: str, base: str, chosen: Any, options: argparse.Namespace, teach: Teach) -> int:
    """Teaches, keeps what was learned among the models, and says how good it is."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from autograder.runs.learning.small_networks import Lesson, goes_on_from, keep

    settings, taught = Settings(), lessons.taught(options)
    parent = goes_on_from(settings, kind)
    lesson = Lesson(kind, taught.data, base, chosen, parent, taught.learned)
    progress = Told(options.work)
    try:
        folder = teach(taught, settings, options.work, progress)
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"Teaching needs a package that is not installed: {error.name}. Install the packages "
            "of requirements.txt."
        ) from error
    model = keep(settings, folder, lesson, taught.train, taught.held_out)
    told = ", ".join(f"{name} {value:.3f}" for name, value in model.metrics.items())
    say(f"{model.id}: learned from {len(taught.train)} marked answers ({told or 'not measured'})")
    return 0


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The settings that were given on the command line."""
    found = {name: getattr(options, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}
