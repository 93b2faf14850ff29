"""``compare``: a new grader beside the one at work, on answers that it didn't learn from."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.output import say, warn, write_json
from autograder.domain.errors import InvalidInput
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.application import Application
    from autograder.domain.grade import Passage
    from autograder.domain.marked_example import MarkedExample
    from autograder.runs.learning.trying import Trial

SHIPS = "shipped"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NEW [--against MODEL] (--from FILE... | --reviews) [--report FOLDER] [--json OUT]."""
    parser.add_argument("new", metavar="NEW", help="the learned model's id")
    parser.add_argument(
        "--against",
        metavar="MODEL",
        help=f"another learned model, or “{SHIPS}” (default: the grader whose place it takes)",
    )
    answers = parser.add_mutually_exclusive_group(required=True)
    answers.add_argument("--from", dest="files", type=Path, nargs="+", metavar="FILE")
    answers.add_argument("--reviews", action="store_true", help="your marks in the gradebook")
    parser.add_argument("--textbook", type=Path, metavar="FILE", help="read from while grading")
    parser.add_argument(
        "--known", type=int, default=10, metavar="N", help="reviews known in the second round (10)"
    )
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="as HTML and Markdown")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="tells there how far it is")


def run(options: argparse.Namespace) -> int:
    """Compares, keeps the verdict with the model and says it."""
    from autograder.application import Application
    from autograder.learning.comparing.report import write_report
    from autograder.learning.comparing.told import as_json
    from autograder.runs.learning import trying

    if options.known < 0:
        raise InvalidInput("--known takes a number of reviews, 0 for none.")
    settings = Settings()
    with Application.open(settings) as application:
        trial = _trial(options, application)
    if options.report:
        write_report(options.report, trial.found, trial.model.id, trial.current)
    told = as_json(trial.found)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        write_json(options.json, {"new": trial.model.id, "against": trial.against, **told})
    trying.keep_proof(settings, trial, options.report)
    _say(trial, told["reasons"])
    return 0


def _trial(options: argparse.Namespace, application: Application) -> Trial:
    from autograder.domain.learned import SHIPPED
    from autograder.runs.learning.at_work import kept, to_beat
    from autograder.runs.learning.reviewed import reviewed
    from autograder.runs.learning.trying import try_beside

    settings, gradebook = application.settings, application.gradebook
    model = kept(settings).get(options.new)
    named = SHIPPED if options.against == SHIPS else options.against
    against = to_beat(settings, gradebook, model) if named is None else named
    examples = _read(options.files) if options.files else reviewed(gradebook)
    return try_beside(
        settings,
        model.id,
        against,
        examples,
        _passages(options, application),
        options.known,
        options.work,
    )


def _passages(
    options: argparse.Namespace, application: Application
) -> Callable[[MarkedExample], Sequence[Passage]]:
    """What a grader reads beside a question: its exam's books, or the one that is named."""
    from autograder.cli.predict import book_search

    if options.reviews and not options.textbook:
        exams, marking = application.gradebook.exams, application.marking
        return lambda each: marking.passages(exams.of_question(each.question.id), each.question)
    search = book_search(options.textbook, application.settings)
    return lambda each: search(each.question)


def _read(files: Sequence[Path]) -> list[MarkedExample]:
    from autograder.learning.examples import read_examples

    read = [read_examples(path) for path in files]
    for remark in (remark for each in read for remark in each.remarks):
        warn(str(remark))
    return [example for each in read for example in each.marked]


def _say(trial: Trial, reasons: Sequence[str]) -> None:
    from autograder.learning.comparing.report import size_of
    from autograder.learning.comparing.words import HEADLINES

    say(f"{trial.model.id} beside {trial.current}: {size_of(trial.found)}")
    say(HEADLINES[trial.found.verdict])
    for reason in reasons:
        say(f"- {reason}")
