"""Answers get their predicted marks, and new ones whenever the teacher has decided something."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from autograder.domain.exam import Question
from autograder.domain.grade import Example, MarkedAnswer, Passage, Prediction, lesson
from autograder.domain.job import SHARPEN, Job
from autograder.domain.script import WRITTEN
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.grader import Grader
from autograder.jobs import Report
from autograder.reading.reflow import reflow
from autograder.runs.learning.serving_grader import ServingGrader
from autograder.runs.pace import Pace
from autograder.settings import Settings

BOOKS = "books"
"""The job's argument that has answers graded anew that stand on other pages of the books now."""
Passages = Callable[[str, Question, str], list[Passage]]
"""Finds the pages for an exam's question and, if it isn't empty, an answer to it."""


class GradingRun:
    """Grades what this grader hasn't graded as it, its question and the reviews now stand."""

    def __init__(self, settings: Settings, gradebook: Gradebook, passages: Passages) -> None:
        self._gradebook = gradebook
        self._passages = passages
        self.at_work = ServingGrader(settings, gradebook)
        """The grader, and why it is the one."""
        self._pace = Pace()

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``grade``."""
        report(0, 0, "Getting the grader ready")
        grader = self.ready_grader()
        chosen = job.arguments.get("questions", "")
        questions = chosen.split(",") if chosen else None
        todo = self._gradebook.marks.to_grade(job.exam_id, grader.maker, questions)
        if BOOKS in job.arguments:
            todo += self._elsewhere(job.exam_id, {each.answer.id for each in todo}, report)
        done = 0
        for question, answers in _by_question(todo):
            passages = self._passages(job.exam_id, question, "")
            for some in self._batches(answers):
                report(done, len(todo), f"Grading {question.label}")
                found = [self._passages(job.exam_id, question, graded_text(each)) for each in some]
                self._grade(grader, question, passages, some, found)
                done += len(some)
        report(done, len(todo), f"{done} answers graded by {grader.name}")

    def _elsewhere(self, exam_id: str, due: Collection[str], report: Report) -> list[MarkedAnswer]:
        """Graded answers, but those that are ``due`` anyway, for which other passages are found."""
        graded = [
            each
            for each in self._gradebook.marks.of_exam(exam_id)
            if each.predicted and each.question and not each.reviews and each.answer.id not in due
        ]
        found = []
        for done, each in enumerate(graded):
            report(done, len(graded), "Looking answers up in the textbooks again")
            assert each.question is not None and each.predicted is not None  # as chosen above
            passages = self._passages(exam_id, each.question, graded_text(each))
            if _places(passages) != _places(each.predicted.passages):
                found.append(each)
        return found

    def sharpen(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``sharpen``: what it graded, graded knowing today's decisions.

        An answer that nobody has graded yet, or another grader, is left to ``grade``. Other work
        that waits comes before what is left here.
        """
        if not self._gradebook.marks.any_prediction(job.arguments["question"]):
            return  # a grader takes long to get ready
        grader = self.ready_grader()
        todo = self._to_sharpen(job, grader)
        done = 0
        for question, answers in _by_question(todo):
            passages = self._passages(job.exam_id, question, "")
            for some in self._batches(answers):
                if done and self._others_wait():
                    self._gradebook.jobs.submit(SHARPEN, job.exam_id, job.arguments)
                    return
                report(done, len(todo), f"Going by your marks of {question.label}")
                found = [self._known_passages(job.exam_id, each) for each in some]
                self._grade(grader, question, passages, some, found)
                done += len(some)
        report(done, len(todo), f"{done} answers predicted again")

    def _to_sharpen(self, job: Job, grader: Grader) -> list[MarkedAnswer]:
        due = self._gradebook.marks.to_grade(job.exam_id, grader.maker, [job.arguments["question"]])
        mine = grader.maker.grader
        return [
            each
            for each in due
            if each.predicted and each.predicted.maker.grader == mine and not each.reviews
        ]

    def _others_wait(self) -> bool:
        return any(job.kind != SHARPEN for job in self._gradebook.jobs.waiting())

    def _batches(self, answers: Sequence[MarkedAnswer]) -> Iterator[Sequence[MarkedAnswer]]:
        start = 0
        while start < len(answers):
            some = answers[start : start + self._pace.answers]
            began = time.monotonic()
            yield some
            self._pace.took(time.monotonic() - began)
            start += len(some)

    def _grade(
        self,
        grader: Grader,
        question: Question,
        passages: Sequence[Passage],
        answers: Sequence[MarkedAnswer],
        found: Sequence[Sequence[Passage]],
    ) -> None:
        examples = self._gradebook.marks.examples(question.id)  # the latest, for each batch
        predicted = dict[str, Prediction]()
        for some, known in _without_their_own(answers, examples):
            texts = [graded_text(each) for each in some]
            predictions = grader.grade(question, texts, passages, known)
            taught = lesson(known)
            for each, prediction in zip(some, predictions, strict=True):
                predicted[each.answer.id] = replace(prediction, lesson=taught)
        self._gradebook.marks.record_all(
            question,
            [
                (
                    each.answer.id,
                    each.answer.current.version,
                    replace(predicted[each.answer.id], passages=tuple(pages)),
                )
                for each, pages in zip(answers, found, strict=True)
            ],
        )

    def _known_passages(self, exam_id: str, marked: MarkedAnswer) -> Sequence[Passage]:
        """Where the answer stands in the book: as last found, if it still says the same."""
        if marked.predicted and not marked.outdated:
            return marked.predicted.passages
        assert marked.question is not None  # it is asked for by its question
        return self._passages(exam_id, marked.question, graded_text(marked))

    def ready_grader(self) -> Grader:
        """The grader at work, loaded once for all jobs. EngineUnavailable."""
        return self.at_work.ready()

    def put_down(self) -> None:
        """Lets the grader go, and its memory, until there is something to grade again."""
        self.at_work.put_down()


def graded_text(marked: MarkedAnswer) -> str:
    """What is graded: where handwriting only reached the margin, its lines go on."""
    text = marked.answer.current.text
    return reflow(text) if is_handwritten(marked) else text


def is_handwritten(marked: MarkedAnswer) -> bool:
    """Whether the answer came off a scan; typed work has its lines and words as they were meant."""
    return marked.answer.first.author != WRITTEN


def _places(passages: Sequence[Passage]) -> list[tuple[str, int, str]]:
    return [(each.book_id, each.page, each.text) for each in passages]


def _without_their_own(
    answers: Sequence[MarkedAnswer], examples: Sequence[Example]
) -> Iterator[tuple[Sequence[MarkedAnswer], Sequence[Example]]]:
    """The answers with the examples to go by: a reviewed one alone, never by its own review."""
    reviewed = {each.id for each in examples}
    together = [each for each in answers if each.answer.id not in reviewed]
    if together:
        yield together, examples
    for each in answers:
        if each.answer.id in reviewed:
            yield [each], [other for other in examples if other.id != each.answer.id]


def _by_question(
    answers: Sequence[MarkedAnswer],
) -> Iterator[tuple[Question, list[MarkedAnswer]]]:
    asked = [
        (replace(each.question, handwritten=is_handwritten(each)), each)
        for each in answers
        if each.question is not None
    ]
    asked.sort(key=lambda pair: (pair[0].label, pair[0].id, pair[0].handwritten))
    for question, group in groupby(asked, key=lambda pair: pair[0]):
        yield question, [each for _, each in group]
