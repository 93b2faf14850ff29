"""``learn``: the teacher's marks become a better grader, or show that they don't."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "autograder.cli.learning"


def subcommands() -> Mapping[str, Path]:
    """Each subcommand's file by its name; ``import_.py``, a word of Python, is ``import``."""
    spec = find_spec(PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or []
    files = (path for folder in folders for path in Path(folder).glob("[a-z]*.py"))
    return {path.stem.rstrip("_"): path for path in sorted(files)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """METHOD and whatever that method takes."""
    methods = parser.add_subparsers(
        dest="method", required=True, metavar="METHOD", parser_class=_Method
    )
    for name, path in subcommands().items():
        summary = _summary(path)
        methods.add_parser(
            name,
            help=summary,
            description=f"{summary[:1].upper()}{summary[1:]}.",
            file=path,
        )


def run(options: argparse.Namespace) -> int:
    """Runs the chosen subcommand."""
    from autograder.learning.language.mishaps import out_of_memory_told

    with out_of_memory_told():
        chosen = import_module(f"{PACKAGE}.{subcommands()[options.method].stem}")
        status: int = chosen.run(options)
    return status


class _Method(argparse.ArgumentParser):
    """Asks a subcommand for its arguments only when it is called: the other commands stay fast."""

    def __init__(self, *, file: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self._fill = [partial(_arguments, file)]

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parses as usual, once the arguments are known."""
        while self._fill:
            self._fill.pop()(self)
        return super().parse_known_args(args, namespace)


def _arguments(file: Path, parser: argparse.ArgumentParser) -> None:
    import_module(f"{PACKAGE}.{file.stem}").add_arguments(parser)


def _summary(file: Path) -> str:
    """The first line of the module's docstring, after its name."""
    told = ast.get_docstring(ast.parse(file.read_bytes())) or file.stem
    return told.splitlines()[0].split(": ", 1)[-1].rstrip(".")
