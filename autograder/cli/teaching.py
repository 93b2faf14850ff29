"""What ``learn sft`` and ``learn dpo`` share: their arguments, and the way to an adapter."""

from __future__ import annotations

import argparse
import hashlib
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.output import say, warn
from autograder.domain.errors import InvalidInput
from autograder.learning.progress import Progress, Step
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.domain.marked_example import MarkedExample
    from autograder.learning.language.presets import TeachingSettings
    from autograder.runs.learning.language import Lesson

CHOSEN = ("epochs", "learning_rate", "rank", "batch", "at_once", "longest", "beta", "seed")
"""The settings that can be given; the others come from the machine."""
FEW = 3
"""Questions below which answers are held out instead: with one essay prompt there is no other."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER and what else is taught, and how."""
    parser.add_argument("examples", type=Path, nargs="+", metavar="EXAMPLES")
    parser.add_argument(
        "--work", type=Path, required=True, metavar="FOLDER", help="goes on here after a kill"
    )
    parser.add_argument("--base", help="the base model (default: AUTOGRADER_LLAMA__BASE)")
    parser.add_argument(
        "--from", dest="parent", type=Path, metavar="ADAPTER", help="the adapter to go on from"
    )
    parser.add_argument("--textbook", type=Path, metavar="FILE", help="read from while grading")
    parser.add_argument(
        "--held-out", type=float, default=0.2, metavar="SHARE", help="kept to measure by (0.2)"
    )
    parser.add_argument("--by", choices=["question", "exam", "answer"], help="what is held out")
    parser.add_argument("--shield", action="append", default=[], metavar="NAME")
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

    settings = _settings(options)
    lesson, data = _lesson(method, options, settings, parent)
    teaching = _teaching(method, options, settings)
    progress = Told(options.work)
    folder = language.teach_adapter(lesson, teaching, settings, options.work, progress)
    figures = language.figures(Progress.read(options.work))
    model = language.keep(folder, lesson, teaching, settings, data, figures)
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
    method: str, options: argparse.Namespace, settings: Settings, parent: Path | None
) -> tuple[Lesson, str]:
    """What to teach, and the sha256 of the examples. InvalidInput: nothing can be learned."""
    from autograder.cli.predict import book_search
    from autograder.learning.comparing.held_out import recorded
    from autograder.learning.examples import check, split
    from autograder.runs.learning.language import ATTACKS, Lesson

    examples, data = _examples(options.examples, options.work)
    remarks = check(examples)
    if stops := [str(remark) for remark in remarks if remark.stops]:
        raise InvalidInput(" ".join(stops))
    several = len({each.question.id for each in examples}) >= FEW
    by = options.by or ("question" if several else "answer")
    back: dict[str, Any] = {"held_out": options.held_out, "by": by, "shielded": options.shield}
    parts = split(examples, **back)
    for remark in (*remarks, *parts.remarks):
        warn(str(remark))
    lesson = Lesson(
        method,
        parts.train,
        parts.held_out,
        parent=options.parent or parent,
        attacks=ATTACKS if options.attacks is None else options.attacks,
        passages_of=book_search(options.textbook, settings),
        learned=recorded(parts.train, **back),
    )
    return lesson, data


def _examples(files: Sequence[Path], work: Path) -> tuple[list[MarkedExample], str]:
    """The files' examples, and the sum of the one file or of all examples together."""
    from autograder.learning.examples import read_examples, write_examples

    read = [read_examples(file) for file in files]
    for remark in (remark for each in read for remark in each.remarks):
        warn(str(remark))
    marked = [example for each in read for example in each.marked]
    if len(files) == 1 and files[0].is_file():
        return marked, hashlib.sha256(files[0].read_bytes()).hexdigest()
    work.mkdir(parents=True, exist_ok=True)
    return marked, write_examples(work / "examples.jsonl", marked)
