"""``check``: what files and reviews could teach: how many, how balanced, and what is wrong."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.output import say
from autograder.domain.errors import InvalidInput

if TYPE_CHECKING:
    from autograder.domain.marked_example import MarkedExample
    from autograder.learning.examples import Examples, Remark, Split

SHOWN = 5
"""Remarks of a kind that are printed, unless all are asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[FILE...] [--reviews] [--columns ...] and how the answers would be held back."""
    from autograder.learning.examples.checks import LONGEST

    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="or a folder")
    parser.add_argument("--reviews", action="store_true", help="the marks in the gradebook too")
    parser.add_argument(
        "--columns",
        type=_mapping,
        default={},
        metavar="WHAT=NAME,...",
        help="what a table's columns are called, as in answer=Antwort,mark=Punkte",
    )
    parser.add_argument("--by", choices=["question", "exam", "answer"], default="question")
    parser.add_argument("--held-out", type=float, default=0.2, metavar="SHARE")
    parser.add_argument(
        "--shield", action="append", default=[], metavar="NAME", help="an exam or lab to hold back"
    )
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="answers to test on that must not leak"
    )
    parser.add_argument(
        "--longest", type=int, default=LONGEST, metavar="TOKENS", help="name what is longer"
    )
    parser.add_argument("--all", action="store_true", help="print every remark")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write them as JSON lines")


def run(options: argparse.Namespace) -> int:
    """Prints counts, balance, the split and all remarks; 1 where a training would refuse them."""
    from autograder.learning.examples import check, split, write_examples

    found = _gathered(options)
    parts = split(found.marked, held_out=options.held_out, by=options.by, shielded=options.shield)
    only_pairs = bool(found.unmarked) and not found.marked
    remarks = [] if only_pairs else check(found.marked, longest=options.longest)
    leaks = _leaks(found, options)
    for line in _summary(found, parts, options.by):
        say(line)
    for line in _listed([*remarks, *found.remarks, *parts.remarks, *leaks], options.all):
        say(line)
    if options.out:
        sum_ = write_examples(options.out, [*found.marked, *found.unmarked])
        say(f"{options.out}: sha256 {sum_}")
    return 1 if any(remark.stops for remark in remarks) else 0


def _mapping(text: str) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in text.split(",")]
    if not all(what.strip() and name.strip() for what, _, name in pairs):
        raise argparse.ArgumentTypeError("it must read like answer=Antwort,mark=Punkte")
    return {what.strip(): name.strip() for what, _, name in pairs}


def _gathered(options: argparse.Namespace) -> Examples:
    """What the files hold, then the reviews. InvalidInput: neither is asked for."""
    from autograder.learning.examples import Examples, read_files

    if not options.files and not options.reviews:
        raise InvalidInput("Name a file of examples, or say --reviews for the gradebook's marks.")
    found = read_files(options.files, options.columns)
    return found + Examples(tuple(_reviews())) if options.reviews else found


def _reviews() -> list[MarkedExample]:
    from autograder.gradebook.gradebook import Gradebook
    from autograder.runs.learning.reviewed import reviewed
    from autograder.settings import Settings

    gradebook = Gradebook(Settings().data)
    try:
        return reviewed(gradebook)
    finally:
        gradebook.close()


def _leaks(found: Examples, options: argparse.Namespace) -> list[Remark]:
    """What the examples give away of those in the file to test on."""
    from autograder.learning.examples import read_examples, without_leaks

    if not options.against:
        return []
    tested = read_examples(options.against, options.columns).marked
    return without_leaks(found.marked, tested, same_question=options.by == "answer")[1]


def _summary(found: Examples, parts: Split, by: str) -> Iterator[str]:
    from autograder.learning.examples.balance import Balance

    exams: dict[str, list[MarkedExample]] = defaultdict(list)
    for each in found.marked:
        exams[each.exam].append(each)
    for exam, own in sorted(exams.items()):
        yield f"{exam or 'Without a name'}: {_counted(own)}"
    if found.marked:
        told = Balance.of(found.marked)
        judged = sum(each.criteria is not None for each in found.marked)
        foreseen = sum(each.predicted is not None for each in found.marked)
        yield f"In all: {_counted(found.marked)}"
        yield f"Marks: {told.none} lowest, {told.some} between, {told.all} full"
        yield f"With points for criteria: {judged}; with what the machine said first: {foreseen}"
        yield (
            f"Held back by {by}: {_counted(parts.train)} to learn from, "
            f"{_counted(parts.held_out)} to test on"
        )
    if found.unmarked:
        yield f"Questions with an answer and no mark (for drafts): {len(found.unmarked)}"


def _counted(examples: Sequence[MarkedExample]) -> str:
    from autograder.learning.examples.sameness import question_keys

    questions = len(set(question_keys(examples)))
    return f"{len(examples)} answers to {questions} question{'s' * (questions != 1)}"


def _listed(remarks: Sequence[Remark], every: bool) -> Iterator[str]:
    """What stops first, then each kind together, of each some."""
    kinds: dict[tuple[bool, str], list[Remark]] = defaultdict(list)
    for remark in remarks:
        kinds[not remark.stops, remark.kind].append(remark)
    for (_, kind), own in sorted(kinds.items(), key=lambda item: item[0][0]):
        word = "No training" if own[0].stops else kind.replace("_", " ")
        for remark in own if every else own[:SHOWN]:
            yield f"[{word}] {remark}"
        if len(own) > SHOWN and not every:
            yield f"[{word}] and {len(own) - SHOWN} more (--all prints them)"
