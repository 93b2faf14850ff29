"""``merge``: writes an adapter and its 16-bit base as one model, for other servers."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.output import say, warn
from autograder.domain.errors import EngineUnavailable
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ID --out FOLDER [--base FOLDER]."""
    parser.add_argument("model", metavar="ID")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new one")
    parser.add_argument("--base", metavar="NAME", help="a folder or hub name, in 16 bits")


def run(options: argparse.Namespace) -> int:
    """Takes as much memory as the base has in 16 bits."""
    from autograder.grading.language import bases
    from autograder.learning.registry.merging import merge
    from autograder.runs.learning.at_work import kept

    settings = Settings()
    registry = kept(settings)
    name = options.base or settings.llama.base or registry.get(options.model).base
    base = bases.on_machine(name)
    if base is None:
        raise EngineUnavailable(
            f"The base {name} is not on this machine. Fetch it with “hf download {name}”, or name "
            "its folder with --base."
        )
    out = merge(registry, options.model, base, options.out, warn)
    say(f"{out}: {options.model} merged into {name}")
    return 0
