"""``python -m autograder COMMAND``: exits 0 on success, 2 on bad usage, else 1 with one line."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module

from autograder.domain.errors import AutoGraderError

COMMANDS = {
    "read": "read handwriting: files in, text with boxes and confidences out",
    "sheets": "print cover and answer sheets whose codes say whose page it is",
    "grade": "the main job: an exam and its scans in, a gradebook out",
    "predict": "grade typed answers (JSON lines)",
    "evaluate": "grade answers that a teacher marked, and compare",
    "search": "find the textbook pages that answer a question",
    "learn": "train a grader by marked answers, compare it with the one at work, and manage it",
    "doctor": "check the whole data folder",
}


def main(arguments: Sequence[str]) -> int:
    """Runs one command; an AutoGraderError becomes one line on the standard error."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        status: int = import_module(f"autograder.cli.{options.command}").run(options)
    except AutoGraderError as error:
        print(f"autograder {options.command}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print(f"autograder {options.command}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        command = commands.add_parser(name, help=summary, description=description)
        import_module(f"autograder.cli.{name}").add_arguments(command)
    return parser
