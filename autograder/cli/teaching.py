"""What ``learn sft`` and ``learn dpo`` share: their arguments, and the way to an adapter."""

from __future__ import annotations

import argparse
import os
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import lessons
from autograder.cli.lessons import Taught
from autograder.cli.output import say, warn
from autograder.learning.progress import Progress, Step
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.learning.language.presets import TeachingSettings
    from autograder.runs.learning.language import Lesson

CHOSEN = ("epochs", "learning_rate", "rank", "batch", "at_once", "longest", "beta", "seed")
"""The settings that can be given; the others come from the machine."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER and what else is taught, and how."""
    lessons.add_arguments(parser)
    parser.add_argument("--base", help="the base model (default: AUTOGRADER_LLAMA__BASE)")
    parser.add_argument(
        "--from", dest="parent", type=Path, metavar="ADAPTER", help="the adapter to go on from"
    )
    parser.add_argument("--textbook", type=Path, metavar="FILE", help="read from while grading")
    parser.add_argument(
        "--attacks", type=float, metavar="SHARE", help="attacks among the examples (0.25)"
    )
    parser.add_argument("--epochs", type=int, help="how often each example is seen")
    parser.add_argument("--rate", dest="learning_rate", type=float)
    parser.add_argument("--rank", type=int, help="of a new adapter (16)")
    parser.add_argument("--batch", type=int, help="rows a step (16)")
    parser.add_argument("--at-once", type=int, help="rows in memory at the same time")
    parser.add_argument("--longest", type=int, help="tokens of the longest example")
    parser.add_argument("--seed", type=int)


def run(method: str, options: argparse.Namespace, parent: Path | None = None) -> int:
    """Teaches, keeps what was learned among the models, and says how far it came.

    ``parent`` is the adapter to go on from where the options name none.
    """
    _hush()
    from autograder.runs.learning import language

    settings, taught = _settings(options), lessons.taught(options)
    lesson = _lesson(method, taught, options, settings, parent)
    teaching = _teaching(method, options, settings)
    progress = Told(options.work)
    folder = language.teach_adapter(lesson, teaching, settings, options.work, progress)
    figures = language.figures(Progress.read(options.work))
    model = language.keep(folder, lesson, teaching, settings, taught.data, figures)
    told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
    say(f"{model.id}: learned from {len(lesson.train)} marked answers ({told or 'not measured'})")
    return 0


class Told(Progress):
    """Progress that is told on the terminal too."""

    def tell(self, step: Step) -> None:
        """Writes the line, then says it."""
        super().tell(step)
        figures = {"loss": step.loss, "held-out QWK": step.qwk}
        told = [f"{name} {value:.3f}" for name, value in figures.items() if value is not None]
        where = f"step {step.step} of {step.of}" if step.of else ""
        warn(" · ".join(part for part in (where, *told, step.message) if part))


def _hush() -> None:
    """The libraries' own bars and warnings are for those who write trainers."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    warnings.simplefilter("ignore", FutureWarning)
    with suppress(ImportError):  # what is missing is said where it is needed
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings()
    if not options.base:
        return settings
    llama = settings.llama.model_copy(update={"base": options.base})
    return settings.model_copy(update={"llama": llama})


def _teaching(method: str, options: argparse.Namespace, settings: Settings) -> TeachingSettings:
    from autograder.learning.language.presets import card, preset

    given = {name: getattr(options, name, None) for name in CHOSEN}
    chosen = {name: value for name, value in given.items() if value is not None}
    if "rank" in chosen:
        chosen["alpha"] = 2 * chosen["rank"]
    return replace(preset(card(settings.llama.device), method), **chosen)


def _lesson(
    method: str,
    taught: Taught,
    options: argparse.Namespace,
    settings: Settings,
    parent: Path | None,
) -> Lesson:
    from autograder.cli.predict import book_search
    from autograder.runs.learning.language import ATTACKS, Lesson

    return Lesson(
        method,
        taught.train,
        taught.held_out,
        parent=options.parent or parent,
        attacks=ATTACKS if options.attacks is None else options.attacks,
        passages_of=book_search(options.textbook, settings),
        learned=taught.learned,
    )
