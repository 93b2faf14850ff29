"""What ``learn encoder`` and ``learn classifier`` share: their examples, and how they end."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.output import say, warn
from autograder.cli.teaching import Told
from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.domain.marked_example import MarkedExample
    from autograder.learning.examples.splits import By

Teach = Callable[["Taught", Settings, Path, Told], Path]
FEW = 3
"""Questions below which answers are held back instead: with one essay prompt there is no other."""


@dataclass(frozen=True)
class Taught:
    """The examples on both sides of the split, and the ``data``: the sha256 of all of them.

    ``learned`` is what the manifest says of the questions that were learned from.
    """

    train: tuple[MarkedExample, ...]
    held_out: tuple[MarkedExample, ...]
    data: str
    learned: Mapping[str, object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAMPLES... --work FOLDER and what is held back."""
    parser.add_argument("examples", type=Path, nargs="+", metavar="EXAMPLES")
    parser.add_argument(
        "--work", type=Path, required=True, metavar="FOLDER", help="goes on here after a kill"
    )
    parser.add_argument(
        "--held-out", type=float, default=0.2, metavar="SHARE", help="kept to measure by (0.2)"
    )
    parser.add_argument("--by", choices=["question", "exam", "answer"])
    parser.add_argument("--shield", action="append", default=[], metavar="NAME")
    parser.add_argument("--epochs", type=int, help="how often each example is seen")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--seed", type=int)


def run(kind: str, base: str, chosen: Any, options: argparse.Namespace, teach: Teach) -> int:
    """Teaches, keeps what was learned among the models, and says how good it is."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from autograder.runs.learning.small_networks import Lesson, keep

    settings, taught = Settings(), _taught(options)
    progress = Told(options.work)
    try:
        folder = teach(taught, settings, options.work, progress)
    except ImportError as error:
        raise EngineUnavailable(
            f"Teaching needs a package that is not installed: {error.name}. Install the packages "
            "of requirements.txt."
        ) from error
    lesson = Lesson(kind, taught.data, base, chosen, learned=taught.learned)
    model = keep(settings, folder, lesson, taught.train, taught.held_out)
    told = ", ".join(f"{name} {value:.3f}" for name, value in model.metrics.items())
    say(f"{model.id}: learned from {len(taught.train)} marked answers ({told or 'not measured'})")
    return 0


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The settings that were given on the command line."""
    found = {name: getattr(options, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _taught(options: argparse.Namespace) -> Taught:
    """InvalidInput: nothing can be learned."""
    from autograder.learning.comparing.held_out import recorded
    from autograder.learning.examples import check, read_examples, split, write_examples

    read = [read_examples(file) for file in options.examples]
    marked = [example for each in read for example in each.marked]
    remarks = [*(remark for each in read for remark in each.remarks), *check(marked)]
    if stops := [str(remark) for remark in remarks if remark.stops]:
        raise InvalidInput(" ".join(stops))
    several = len({each.question.id for each in marked}) >= FEW
    by: By = options.by or ("question" if several else "answer")
    parts = split(marked, held_out=options.held_out, by=by, shielded=options.shield)
    for remark in (*remarks, *parts.remarks):
        warn(str(remark))
    if len(options.examples) == 1 and options.examples[0].is_file():
        data = hashlib.sha256(options.examples[0].read_bytes()).hexdigest()
    else:
        options.work.mkdir(parents=True, exist_ok=True)
        data = write_examples(options.work / "examples.jsonl", marked)
    learned = recorded(parts.train, held_out=options.held_out, by=by, shielded=options.shield)
    return Taught(parts.train, parts.held_out, data, learned)
