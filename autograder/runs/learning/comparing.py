"""Two graders mark the same held-out answers, one after the other, each in a process of its own.

What serves goes on untouched: both are built anew, and their memory comes back with the process.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import TypeVar

from autograder import plugins
from autograder.domain.errors import EngineFailed
from autograder.domain.exam import Question
from autograder.domain.grade import Example, Passage, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.grading.grader import Grader
from autograder.learning.comparing.attacks import attacks
from autograder.learning.comparing.comparison import Comparison, compare
from autograder.learning.comparing.graded import Attack, Graded, Tried
from autograder.learning.progress import Progress, Step
from autograder.settings import Settings

TOGETHER = 16
"""Answers given to a grader in one call."""
KNOWN = 10
"""Reviews of a question that a grader knows in the second half: about what triage asks for."""
Item = TypeVar("Item")
Asked = tuple[str, Question]
"""An exam's name and a question of it."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A grader to compare: its name for people, its engine, and the settings to build it by."""

    name: str
    engine: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Paper:
    """What both graders mark; ``passages`` are the textbook's for each question that has some."""

    examples: tuple[MarkedExample, ...]
    attacks: tuple[Attack, ...] = ()
    passages: Mapping[Asked, tuple[Passage, ...]] = field(default_factory=dict)
    known: int = KNOWN


@dataclass(frozen=True, slots=True)
class Marked:
    """What a grader made of a paper."""

    graded: tuple[Graded, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class Follow:
    """Tells how far it is, in the folder where others look; without one nobody asked."""

    work: Path | None = None
    before: int = 0
    of: int = 0
    message: str = ""

    def __call__(self, done: int) -> None:
        """Tells that ``done`` answers more are marked."""
        if self.work is not None:
            Progress(self.work).tell(Step(self.before + done, self.of, message=self.message))


def compare_graders(
    new: Contender,
    current: Contender,
    examples: Sequence[MarkedExample],
    passages_of: Callable[[MarkedExample], Sequence[Passage]] = lambda _: (),
    known: int = KNOWN,
    work: Path | None = None,
) -> Comparison:
    """Has both mark the held-out ``examples`` and the texts planted in them, and compares.

    Each answer is marked cold and, knowing at most ``known`` reviews of other answers to its
    question, never its own. EngineUnavailable, EngineFailed: one of the two can't do it.
    """
    first = {_asked(each): each for each in reversed(examples)}
    passages = {asked: tuple(passages_of(each)) for asked, each in first.items()}
    paper = Paper(tuple(examples), tuple(attacks(examples)), passages, known)
    each = 2 * len(paper.examples) + len(paper.attacks)
    sides = []
    for place, (contender, who) in enumerate(((current, "the grader at work"), (new, "the new"))):
        told = f"Marking held-out answers: {who}"
        sides.append(_apart(contender, paper, Follow(work, place * each, 2 * each, told)))
    theirs, ours = sides
    return compare(ours.graded, theirs.graded, ours.tried, theirs.tried)


def mark(grader: Grader, paper: Paper, follow: Callable[[int], None] = Follow()) -> Marked:
    """Has one grader mark the paper: cold, knowing reviews, and under attack."""
    graded, tried = list[Graded](), list[Tried]()
    for asked, examples in _by_question(paper.examples).items():
        passages = paper.passages.get(asked, ())
        cold = list(_mark(grader, asked[1], examples, passages, ()))
        graded += cold
        follow(len(graded) + len(tried))
        for some, known in _with_reviews(examples, paper.known):
            graded += _mark(grader, asked[1], some, passages, known)
            follow(len(graded) + len(tried))
        before = {each.example.id: each.prediction for each in cold}
        planted = [each for each in paper.attacks if _asked(each.example) == asked]
        tried += _try(grader, asked[1], planted, passages, before)
        follow(len(graded) + len(tried))
    return Marked(tuple(graded), tuple(tried))


def _mark(
    grader: Grader,
    question: Question,
    examples: Sequence[MarkedExample],
    passages: Sequence[Passage],
    known: Sequence[Example],
) -> Iterator[Graded]:
    for some in _batches(examples):
        began = time.perf_counter()
        found = grader.grade(question, [each.text for each in some], passages, known)
        seconds = (time.perf_counter() - began) / len(some)
        for example, prediction in zip(some, found, strict=True):
            yield Graded(example, prediction, len(known), seconds)


def _try(
    grader: Grader,
    question: Question,
    planted: Sequence[Attack],
    passages: Sequence[Passage],
    before: Mapping[str, Prediction],
) -> Iterator[Tried]:
    for some in _batches(planted):
        found = grader.grade(question, [each.text for each in some], passages)
        for attack, prediction in zip(some, found, strict=True):
            yield Tried(attack, before[attack.example.id], prediction)


def _with_reviews(
    examples: Sequence[MarkedExample], known: int
) -> Iterator[tuple[Sequence[MarkedExample], Sequence[Example]]]:
    """The answers with the reviews to go by: drawn by lot, and of a reviewed one all but its own.

    One more takes the place of its own, so that all know as many.
    """
    order = sorted(examples, key=_lot)
    known = min(known, len(order) - 1)
    if known < 1:
        return
    reviewed, rest = order[: known + 1], order[known + 1 :]
    if rest:
        yield rest, [_review(each) for each in reviewed[:known]]
    for each in reviewed:
        yield [each], [_review(other) for other in reviewed if other is not each]


def _review(example: MarkedExample) -> Example:
    """The mark as the serving grader would know it; points only where every one was given."""
    points = example.criteria
    whole = points if points is not None and None not in points else None
    return Example(example.text, example.mark, whole, example.id)


# A process of its own


def _apart(contender: Contender, paper: Paper, follow: Follow) -> Marked:
    """``mark`` in a process that ends with this one."""
    context = multiprocessing.get_context("spawn")  # a forked CUDA context doesn't work
    with ProcessPoolExecutor(1, context, _end_with_parent) as pool:
        try:
            return pool.submit(_mark_here, contender, paper, follow).result()
        except BrokenProcessPool as error:
            raise EngineFailed(
                f"Marking held-out answers by {contender.name} ended without a word, most likely "
                "because the memory was full. Close other programs and compare again; the grader "
                "at work is as it was."
            ) from error


def _mark_here(contender: Contender, paper: Paper, follow: Follow) -> Marked:
    follow(0)
    return mark(plugins.grader(contender.engine, contender.settings), paper, follow)


def _end_with_parent() -> None:
    """Whatever ends the process that asked ends this one: nobody waits for its marks any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=lambda: _end_after(sentinel), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _by_question(examples: Sequence[MarkedExample]) -> dict[Asked, list[MarkedExample]]:
    found: dict[Asked, list[MarkedExample]] = {}
    for each in examples:
        found.setdefault(_asked(each), []).append(each)
    return found


def _asked(example: MarkedExample) -> Asked:
    return example.exam, example.question


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), TOGETHER):
        yield items[start : start + TOGETHER]


def _lot(example: MarkedExample) -> str:
    return hashlib.sha256(f"{example.exam}\n{example.id}".encode()).hexdigest()
