"""What marks teach small networks: held-out agreement after 0, 5, 10, 20, 50 and all reviews a
question, and on other questions, beside the embedded grader that ships.

    python -m benchmarks.learned_encoders

The questions are such as the network that ships never read an answer to. The embedded grader as it
serves today knows the same reviews as examples: what is taught must beat that. Nothing was chosen
by the answers that are measured on. Two processes of one thread each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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

DATA = Path(os.environ.get("AUTOGRADER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
TAUGHT = {"semeval2013_beetle": 4, "semeval2013_scientsbank": 3, "digiklausur": 1}
"""How many questions of each set are marked; their licences let what is trained on them ship."""
OTHERS = {
    "semeval2013_beetle": 1,
    "semeval2013_scientsbank": 5,
    "saf1_english": 1,
    "digiklausur": 1,
}
"""And how many other ones come afterwards."""
ASKED, MOST = 16, 60
"""Answers measured on, and most reviews, of a question."""
ALL = 10**6
LEVELS = (0, 5, 10, 20, 50, ALL)
SHIPPED, HEADS, NETWORK, CLASSIFIER = (
    "as it ships",
    "heads taught",
    "network and heads taught",
    "classifier (MiniLM) taught",
)


@dataclass(frozen=True)
class Marked:
    """A question's answers: those ``asked``, and the ``pool`` that reviews are drawn from."""

    dataset: str
    question: Question
    asked: tuple[MarkedExample, ...]
    pool: tuple[MarkedExample, ...]


@dataclass(frozen=True)
class Job:
    """A grader to teach by so many reviews a question."""

    kind: str
    reviews: int


@dataclass(frozen=True)
class Found:
    """The shares of full marks that it gave the answers to the taught questions, knowing the
    reviews, and to the others, and how long teaching took in seconds."""

    job: Job
    taught: np.ndarray
    others: np.ndarray
    seconds: float


def unread(example: MarkedExample) -> bool:
    """Whether the network that ships read no answer to the question (models/encoder/pairs.py)."""
    return zlib.crc32(example.question.id.encode()) % 6 == 0


def questions(data: Path) -> tuple[list[Marked], list[Marked]]:
    """Those that are marked, and the others."""
    taught: list[Marked] = []
    others: list[Marked] = []
    for dataset in dict.fromkeys([*TAUGHT, *OTHERS]):
        found = list(_questions(data / "grading" / f"{dataset}.jsonl", dataset))
        known = {each.question.text for each in (*taught, *others)}
        found = [each for each in found if each.question.text not in known]
        count = TAUGHT.get(dataset, 0)
        taught += found[:count]
        others += found[count : count + OTHERS.get(dataset, 0)]
    return taught, others


def _questions(file: Path, dataset: str) -> Iterator[Marked]:
    """The unread questions of a set, the ones with most answers first."""
    groups: dict[str, dict[str, MarkedExample]] = {}
    for each in read_examples(file).marked:
        if unread(each) and each.question.reference_answers and each.text.strip():
            own = groups.setdefault(each.question.id, {})
            own.setdefault(" ".join(each.text.lower().split()), each)  # the same words once only
    for own in sorted(groups.values(), key=len, reverse=True):
        drawn = sorted(own.values(), key=lambda each: hashlib.sha256(each.id.encode()).hexdigest())
        if len({each.mark for each in drawn}) > 1:
            pool = tuple(drawn[ASKED : ASKED + MOST])
            yield Marked(dataset, drawn[0].question, tuple(drawn[:ASKED]), pool)


def do(job: Job, data: Path) -> Found:
    """Teaches and measures, in a process of its own."""
    taught, others = questions(data)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        grader = _grader(job, taught, Path(folder))
        seconds = time.monotonic() - began
        known = [_shares(grader, each, each.pool[: job.reviews]) for each in taught]
        last = job.reviews in (0, ALL)
        new = [_shares(grader, each, ()) for each in others] if last else [np.zeros(0)]
    return Found(job, np.concatenate(known), np.concatenate(new), seconds)


def _grader(job: Job, taught: Sequence[Marked], work: Path) -> Grader:
    settings = Settings()
    examples = [example for each in taught for example in each.pool[: job.reviews]]
    progress = Progress(work)
    if job.kind == SHIPPED:
        return plugins.grader("encoder", settings)
    if job.kind == CLASSIFIER:
        from autograder.learning.encoding.classifier import train_classifier

        own, chosen = as_graded(examples), ClassifierTraining()
        made = train_classifier(own, [], chosen, settings.models, work, progress)
        return plugins.grader("classifier", with_model(settings, "classifier", made))
    options = Options(network=job.kind == NETWORK)
    made = learn_encoder(settings, examples, [], options, work, progress)
    return plugins.grader("encoder", with_model(settings, "encoder", made))


def _shares(grader: Grader, marked: Marked, reviews: Sequence[MarkedExample]) -> np.ndarray:
    """What it gives the asked answers; none can't be: there is a reference answer."""
    known = [Example(each.text, each.mark, None, each.id) for each in reviews]
    made = grader.grade(marked.question, [each.text for each in marked.asked], (), known)
    scale = marked.question.scale
    return np.array([scale.share(scale.minimum if e.mark is None else e.mark) for e in made])


@dataclass(frozen=True)
class Measured:
    """Answers as their teachers marked them, in the order of ``Found``."""

    given: np.ndarray
    dataset: np.ndarray
    question: list[str]

    @classmethod
    def of(cls, questions: Sequence[Marked]) -> Measured:
        """The asked answers of all of them."""
        rows = [(each, example) for each in questions for example in each.asked]
        return cls(
            np.array([each.question.scale.share(example.mark) for each, example in rows]),
            np.array([each.dataset for each, _ in rows]),
            [f"{each.dataset} {each.question.id}" for each, _ in rows],
        )

    def qwk(self, made: np.ndarray) -> Callable[[np.ndarray], float]:
        """The mean of the sets' QWK, of some rows: no set outweighs the others."""

        def of(rows: np.ndarray) -> float:
            names = self.dataset[rows]
            own = [rows[names == name] for name in np.unique(names)]
            found = [metrics.qwk(self.given[each], made[each]) for each in own]
            return float(np.nanmean(found))

        return of

    def figures(self, made: np.ndarray, beside: np.ndarray) -> tuple[Figure, Figure, float]:
        """QWK, how far it lies above that of ``beside``, both with 95 % intervals over questions,
        and the mean error as a share of the scale."""
        own, other = self.qwk(made), self.qwk(beside)
        above = metrics.bootstrap(lambda rows: own(rows) - other(rows), self.question)
        return metrics.bootstrap(own, self.question), above, metrics.mae(self.given, made)


def report(found: Mapping[Job, Found], taught: Sequence[Marked], others: Sequence[Marked]) -> None:
    """Prints the tables."""
    answers = Measured.of(taught)
    print(f"UNSEEN ANSWERS to {len(taught)} marked questions (n {len(answers.given)})")
    for level in LEVELS:
        count = sum(len(each.pool[:level]) for each in taught)
        print(f"{_named(level)} reviews a question, {count} in all")
        for job, each in found.items():
            if job.reviews == level:
                today = found[Job(SHIPPED, level)]
                _say(each, *answers.figures(each.taught, today.taught))
    new = Measured.of(others)
    print(f"OTHER QUESTIONS ({len(others)}, n {len(new.given)}), taught by all those reviews")
    cold = found[Job(SHIPPED, 0)]
    _say(cold, *new.figures(cold.others, cold.others))
    for job, each in found.items():
        if job.reviews == ALL and job.kind != SHIPPED:
            _say(each, *new.figures(each.others, cold.others))
    print("SET BY SET, QWK after all reviews")
    for name in np.unique(answers.dataset):
        rows = np.flatnonzero(answers.dataset == name)
        own = (
            f"{job.kind} {metrics.qwk(answers.given[rows], each.taught[rows]):.2f}"
            for job, each in found.items()
            if job.reviews == ALL
        )
        print(f"  {name:<24}" + ", ".join(own))


def _named(level: int) -> str:
    return "all" if level == ALL else str(level)


def _say(found: Found, qwk: Figure, above: Figure, mae: float) -> None:
    print(
        f"  {found.job.kind:<28}QWK {qwk.value:.3f} [{qwk.low:.2f} {qwk.high:.2f}]  "
        f"beside what ships {above.value:+.3f} [{above.low:+.2f} {above.high:+.2f}]  "
        f"MAE {mae:.3f}  taught in {found.seconds:.0f} s",
        flush=True,
    )


def jobs() -> list[Job]:
    """All of them, the shortest first."""
    kinds = (SHIPPED, HEADS, NETWORK, CLASSIFIER)
    made = [Job(kind, level) for level in LEVELS for kind in kinds]
    return [job for job in made if job.reviews or job.kind == SHIPPED]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path, help="a JSON file for the marks that were given")
    options = parser.parse_args()
    os.environ.update({"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"})
    taught, others = questions(options.data)
    began = time.monotonic()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        running = {job: pool.submit(do, job, options.data) for job in jobs()}
        found = {}
        for job, each in running.items():
            found[job] = each.result()
            so_far = f"{time.monotonic() - began:6.0f} s  {job.kind}, {_named(job.reviews)} reviews"
            print(so_far, file=sys.stderr, flush=True)
            if options.keep:
                _keep(options.keep, found)
    report(found, taught, others)


def _keep(file: Path, found: Mapping[Job, Found]) -> None:
    """The marks so far: a run that is ended early isn't lost."""
    told = {
        f"{job.kind}, {job.reviews}": [each.taught.tolist(), each.others.tolist(), each.seconds]
        for job, each in found.items()
    }
    file.write_text(json.dumps(told))


if __name__ == "__main__":
    main()
