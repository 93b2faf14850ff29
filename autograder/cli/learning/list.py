"""``list``: the learned models that are kept, and which of them serve."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.output import say, warn, write_json
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.domain.learned import LearnedModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[--json OUT]."""
    parser.add_argument("--json", type=Path, metavar="OUT")


def run(options: argparse.Namespace) -> int:
    """A line a model, the newest first; damaged ones on the standard error."""
    from dataclasses import asdict

    from autograder.gradebook.gradebook import Gradebook
    from autograder.runs.learning.at_work import kept

    settings = Settings()
    registry, gradebook = kept(settings), Gradebook(settings.data)
    serving = {each.model for each in gradebook.promotions.serving()}
    gradebook.close()
    models = registry.all()
    for model in models:
        say(_line(model, model.id in serving))
    for reason in registry.damaged().values():
        warn(reason)
    if not models:
        say("No learned model is kept yet.")
    if options.json:
        told = [{**asdict(each), "serving": each.id in serving} for each in models]
        for each in told:
            each["created"] = each["created"].isoformat()
        write_json(options.json, told)
    return 0


def _line(model: LearnedModel, serving: bool) -> str:
    figures = ", ".join(f"{name} {value:.3g}" for name, value in model.metrics.items())
    parts = [
        f"{'*' if serving else ' '} {model.id}",
        model.method,
        f"on {model.base}",
        f"{model.data_count} examples",
        figures,
        "at work" if serving else "",
    ]
    return "  ".join(part for part in parts if part)
