"""What marks teach small networks: agreement after 0, 5, 10, 20, 50 and all reviews a question.

    python -m benchmarks.learned_encoders [--curves FILE.svg]

The course is one that the network which ships read nothing of: the unseen domains of SciEntsBank
(``test-UD``), 19 questions. One half of them is marked and the other half comes afterwards, then
the other way round. Measured are answers that nobody marked: to the marked questions, without and
with their reviews in the gradebook, and to the others. The grader as it ships is the baseline; it
knows the same reviews as examples. Two processes of one thread each.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from autograder import metrics, plugins
from autograder.domain.exam import Question
from autograder.domain.grade import Example
from autograder.domain.marked_example import MarkedExample
from autograder.grading.grader import Grader
from autograder.learning.encoding.chosen import ClassifierTraining
from autograder.learning.examples import read_examples
from autograder.learning.progress import Progress
from autograder.metrics import Figure
from autograder.runs.learning.at_work import with_model
from autograder.runs.learning.embedded import Options, learn_encoder
from autograder.runs.learning.small_networks import as_graded
from autograder.settings import Settings
from benchmarks.curves import Curve, svg

DATA = Path(os.environ.get("AUTOGRADER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
COURSE, DOMAINS = "semeval2013_scientsbank", ("EV", "HB", "WA")
"""What questions of the unseen domains are named by; their licence lets them train."""
ASKED = 24
"""Answers to a question that are measured on; reviews are drawn from the rest, 41 to 76."""
ALL = 10**6
LEVELS = (0, 5, 10, 20, 50, ALL)
SHIPPED, HEADS, NETWORK, CLASSIFIER = (
    "as it ships",
    "heads taught",
    "network and heads taught",
    "classifier (MiniLM) taught",
)
TERMS = (
    "marked questions, reviews not at hand",
    "marked questions, reviews at hand",
    "other questions",
)


@dataclass(frozen=True)
class Marked:
    """A question's answers: those ``asked``, and the ``pool`` that reviews are drawn from."""

    question: Question
    asked: tuple[MarkedExample, ...]
    pool: tuple[MarkedExample, ...]


@dataclass(frozen=True)
class Job:
    """A grader to teach by so many reviews of each question of a half."""

    kind: str
    reviews: int
    half: int


@dataclass(frozen=True)
class Found:
    """Shares of full marks by question, on each of ``TERMS``, and the seconds of teaching."""

    shares: tuple[Mapping[str, np.ndarray], ...]
    seconds: float


def course(data: Path) -> list[Marked]:
    """Its questions; the same words are asked or reviewed only once."""
    groups: dict[str, dict[str, MarkedExample]] = {}
    for each in read_examples(data / "grading" / f"{COURSE}.jsonl").marked:
        if each.question.id.startswith(DOMAINS):
            own = groups.setdefault(each.question.id, {})
            own.setdefault(" ".join(each.text.lower().split()), each)
    return [_marked(list(groups[name].values())) for name in sorted(groups)]


def _marked(examples: Sequence[MarkedExample]) -> Marked:
    drawn = sorted(examples, key=lambda each: hashlib.sha256(each.id.encode()).hexdigest())
    return Marked(drawn[0].question, tuple(drawn[:ASKED]), tuple(drawn[ASKED:]))


def do(job: Job, data: Path) -> Found:
    """Teaches and measures, in a process of its own."""
    questions = course(data)
    taught, others = questions[job.half :: 2], questions[1 - job.half :: 2]
    examples = [example for each in taught for example in each.pool[: job.reviews]]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        grader = _grader(job.kind, examples, Path(folder))
        seconds = time.monotonic() - began
        cold = {each.question.id: _shares(grader, each, 0) for each in taught}
        known = {each.question.id: _shares(grader, each, job.reviews) for each in taught}
        new = {each.question.id: _shares(grader, each, 0) for each in others}
    return Found((cold, known, new), seconds)


def _grader(kind: str, examples: Sequence[MarkedExample], work: Path) -> Grader:
    settings, progress = Settings(), Progress(work)
    if kind == SHIPPED:
        return plugins.grader("encoder", settings)
    if kind == CLASSIFIER:
        from autograder.learning.encoding.classifier import train_classifier

        own, chosen = as_graded(examples), ClassifierTraining()
        made = train_classifier(own, [], chosen, settings.models, work, progress)
        return plugins.grader("classifier", with_model(settings, "classifier", made))
    options = Options(network=kind == NETWORK)
    made = learn_encoder(settings, examples, [], options, work, progress)
    return plugins.grader("encoder", with_model(settings, "encoder", made))


def _shares(grader: Grader, marked: Marked, reviews: int) -> np.ndarray:
    """What it gives the asked answers; there is a reference answer, so all get a mark."""
    known = [Example(each.text, each.mark, None, each.id) for each in marked.pool[:reviews]]
    made = grader.grade(marked.question, [each.text for each in marked.asked], (), known)
    scale = marked.question.scale
    return np.array([scale.share(scale.minimum if e.mark is None else e.mark) for e in made])


@dataclass(frozen=True)
class Answers:
    """The asked answers of all questions, as their teachers marked them."""

    names: tuple[str, ...]
    given: np.ndarray

    @classmethod
    def of(cls, questions: Sequence[Marked]) -> Answers:
        rows = [(each.question, example) for each in questions for example in each.asked]
        given = np.array([question.scale.share(example.mark) for question, example in rows])
        return cls(tuple(question.id for question, _ in rows), given)

    def in_order(self, halves: Sequence[Mapping[str, np.ndarray]]) -> np.ndarray:
        """Shares of both halves' runs in the order of the answers."""
        found = {name: shares for half in halves for name, shares in half.items()}
        return np.concatenate([found[name] for name in dict.fromkeys(self.names)])

    def qwk(self, made: np.ndarray) -> Figure:
        """With its 95 % interval over questions."""
        return metrics.bootstrap(lambda rows: metrics.qwk(self.given[rows], made[rows]), self.names)

    def above(self, made: np.ndarray, beside: np.ndarray) -> Figure:
        """How far its QWK lies above the other's, on the same answers."""

        def gain(rows: np.ndarray) -> float:
            given = self.given[rows]
            return float(metrics.qwk(given, made[rows]) - metrics.qwk(given, beside[rows]))

        return metrics.bootstrap(gain, self.names)


def report(found: Mapping[Job, Found], answers: Answers) -> Mapping[str, Mapping[str, Curve]]:
    """Prints a table for each of the terms; the curves by term and grader."""
    curves: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for place, term in enumerate(TERMS):
        print(f"\n{term.upper()} (n {len(answers.given)})")
        print("| reviews a question | grader | QWK [95 %] | beside what ships | MAE | seconds |")
        print("|---|---|---|---|---|---|")
        for kind, level in rows():
            halves = [found[Job(kind, level, half)] for half in (0, 1)]
            today = [found[Job(SHIPPED, level, half)].shares[place] for half in (0, 1)]
            made = answers.in_order([each.shares[place] for each in halves])
            qwk = answers.qwk(made)
            cells = (
                "all" if level == ALL else str(level),
                kind,
                f"{qwk.value:.3f} [{qwk.low:.2f}, {qwk.high:.2f}]",
                _gain(kind, answers.above(made, answers.in_order(today))),
                f"{metrics.mae(answers.given, made):.3f}",
                f"{sum(each.seconds for each in halves) / 2:.0f}",
            )
            print(f"| {' | '.join(cells)} |", flush=True)
            at = LEVELS.index(level)
            curves.setdefault(term, {}).setdefault(kind, []).append((at, qwk.value))
    return curves


def _gain(kind: str, above: Figure) -> str:
    return "" if kind == SHIPPED else f"{above.value:+.3f} [{above.low:+.2f}, {above.high:+.2f}]"


def rows() -> Iterator[tuple[str, int]]:
    """The graders at each level, in the order of the tables."""
    for level in LEVELS:
        for kind in (SHIPPED, HEADS, NETWORK, CLASSIFIER):
            if level or kind == SHIPPED:
                yield kind, level


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--curves", type=Path, help="draws the learning curves there, as SVG")
    options = parser.parse_args()
    os.environ.update({"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"})
    began, found = time.monotonic(), {}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        jobs = [Job(kind, level, half) for kind, level in rows() for half in (0, 1)]
        running = {job: pool.submit(do, job, options.data) for job in jobs}
        for job, each in running.items():
            found[job] = each.result()
            print(f"{time.monotonic() - began:6.0f} s  {job}", file=sys.stderr, flush=True)
    curves = report(found, Answers.of(course(options.data)))
    if options.curves:
        options.curves.write_text(svg(curves, end="0, 5, 10, 20, 50, all reviews"))


if __name__ == "__main__":
    main()
