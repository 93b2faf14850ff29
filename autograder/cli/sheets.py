"""``sheets``: answer sheets for a class, on paper before the exam."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.output import say, warn, write_file
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """EXAM.json --out sheets.pdf [--pages N] [--blank N] [--paper a4|letter] [--cover --boxes]."""
    parser.add_argument("exam", type=Path, metavar="EXAM.json")
    parser.add_argument("--out", type=Path, required=True, metavar="sheets.pdf")
    parser.add_argument(
        "--pages",
        type=int,
        default=2,
        metavar="N",
        help="answer sheets for each student (default: 2); with 0, a cover sheet for own paper",
    )
    parser.add_argument(
        "--blank", type=int, default=0, metavar="N", help="blank copies, for students not listed"
    )
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4")
    parser.add_argument("--cover", action="store_true", help="a cover sheet before each set")
    parser.add_argument("--boxes", action="store_true", help="a labelled box for each question")


def run(options: argparse.Namespace) -> int:
    """Takes the exam into the data folder, so that its sheets are known when they come back."""
    from autograder.application import Application
    from autograder.reading.sheets.printing import SheetOrder

    order = SheetOrder(options.pages, options.blank, options.paper, options.cover, options.boxes)
    with Application.open(Settings()) as application:
        exam = application.marking.import_exam(options.exam)
        students = len(application.gradebook.rosters.students(exam.id))
        write_file(options.out, application.marking.answer_sheets(exam.id, order))
    say(f"{options.out}: {exam.title}, students: {students}, blank copies: {options.blank}")
    if exam.id not in options.exam.read_text("utf-8", "replace"):
        warn(
            f"{options.exam.name} names no id, so that next time it would be another exam. Add "
            f'"id": "{exam.id}" to it, or hand the scans in to this exam in the app.'
        )
    return 0
