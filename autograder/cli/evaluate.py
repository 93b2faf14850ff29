"""``evaluate``: predicts and compares with the marks that a teacher gave."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.output import say, write_json
from autograder.cli.predict import GRADER, book_search, load_grader
from autograder.domain.errors import InvalidInput
from autograder.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """IN.jsonl [--grader NAME] [--by dataset] [--textbook FILE] [--json OUT]."""
    parser.add_argument("answers", type=Path, metavar="IN.jsonl")
    parser.add_argument("--grader", help=GRADER)
    parser.add_argument("--by", choices=["dataset"], help="a row of figures for each data set")
    parser.add_argument("--textbook", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="OUT")


def run(options: argparse.Namespace) -> int:
    """Prints the table of metrics, each with its interval, beside the baselines."""
    from autograder.grading.agreeing.evaluation import evaluate, table
    from autograder.grading.jsonl import predict_rows, read_rows

    settings = Settings()
    rows = read_rows(options.answers, scored=True)
    if all(row.reviewed for row in rows):
        raise InvalidInput(f"{options.answers} holds no answer to grade and to compare.")
    if options.json and not options.json.absolute().parent.is_dir():
        raise InvalidInput(f"{options.json} can't be written: its folder is not there.")
    grader = load_grader(options.grader, settings)
    outputs = list(predict_rows(rows, grader, book_search(options.textbook, settings)))
    evaluations = evaluate(rows, outputs, by_dataset=options.by == "dataset")
    say(table(evaluations, grader.name))
    if options.json:
        write_json(
            options.json,
            {"grader": grader.name, "evaluations": [each.as_json() for each in evaluations]},
        )
    return 0
