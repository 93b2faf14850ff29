"""The examples of a training: read together from all files, checked, and some of them held back."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.output import warn
from autograder.domain.errors import InvalidInput

if TYPE_CHECKING:
    from autograder.domain.marked_example import MarkedExample
    from autograder.learning.examples import Examples

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
    parser.add_argument("--by", choices=["question", "exam", "answer"], help="what is held out")
    parser.add_argument("--shield", action="append", default=[], metavar="NAME")


def read(files: Sequence[Path]) -> Examples:
    """What the files hold, what was noticed on reading told. RefusedFile."""
    from autograder.learning.examples import read_files

    found = read_files(files)
    for remark in found.remarks:
        warn(str(remark))
    return found


def taught(options: argparse.Namespace) -> Taught:
    """What the named files teach. RefusedFile; InvalidInput: nothing can be learned."""
    from autograder.learning.comparing.held_out import recorded
    from autograder.learning.examples import check, split

    marked = read(options.examples).marked
    remarks = check(marked)
    if stops := [str(remark) for remark in remarks if remark.stops]:
        raise InvalidInput(" ".join(stops))
    several = len({each.question.id for each in marked}) >= FEW
    by = options.by or ("question" if several else "answer")
    back: dict[str, Any] = {"held_out": options.held_out, "by": by, "shielded": options.shield}
    parts = split(marked, **back)
    for remark in (*remarks, *parts.remarks):
        warn(str(remark))
    data = _sum(options.examples, marked, options.work)
    return Taught(parts.train, parts.held_out, data, recorded(parts.train, **back))


def _sum(files: Sequence[Path], marked: Sequence[MarkedExample], work: Path) -> str:
    """The sum of the one file, or of all examples together, which are kept in ``work``."""
    from autograder.learning.examples import write_examples

    if len(files) == 1 and files[0].is_file():
        return hashlib.sha256(files[0].read_bytes()).hexdigest()
    work.mkdir(parents=True, exist_ok=True)
    return write_examples(work / "examples.jsonl", marked)
