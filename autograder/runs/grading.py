"""Answers get their predicted marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from autograder import plugins
from autograder.domain.exam import Question
from autograder.domain.grade import MarkedAnswer, Passage
from autograder.domain.job import Job
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.choice import choose
from autograder.grading.grader import Grader
from autograder.jobs import Report
from autograder.reading.reflow import reflow
from autograder.settings import Settings

ANSWERS_AT_ONCE = 16
"""Answers given to the grader in one call: a kill costs at most these, a GPU batch is no larger."""
Passages = Callable[[str, Question, str], list[Passage]]
"""Finds the pages for an exam's question and, if it isn't empty, an answer to it."""


class GradingRun:
    """Grades what this grader hasn't graded as it now stands."""

    def __init__(self, settings: Settings, gradebook: Gradebook, passages: Passages) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._passages = passages
        self._grader: Grader | None = None

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``grade``."""
        report(0, 0, "Getting the grader ready")
        grader = self.ready_grader()
        chosen = job.arguments.get("questions", "")
        questions = chosen.split(",") if chosen else None
        todo = self._gradebook.marks.to_grade(job.exam_id, grader.maker, questions)
        done = 0
        for question, answers in _by_question(todo):
            passages = self._passages(job.exam_id, question, "")
            for start in range(0, len(answers), ANSWERS_AT_ONCE):
                some = answers[start : start + ANSWERS_AT_ONCE]
                report(done, len(todo), f"Grading {question.label}")
                self._grade(job.exam_id, grader, question, passages, some)
                done += len(some)
        report(done, len(todo), f"{done} answers graded by {grader.name}")

    def _grade(
        self,
        exam_id: str,
        grader: Grader,
        question: Question,
        passages: Sequence[Passage],
        answers: Sequence[MarkedAnswer],
    ) -> None:
        texts = [reflow(each.answer.current.text) for each in answers]
        examples = self._gradebook.marks.examples(question.id)
        predictions = grader.grade(question, texts, passages, examples)
        for marked, text, prediction in zip(answers, texts, predictions, strict=True):
            found = tuple(self._passages(exam_id, question, text))
            version = marked.answer.current.version
            whole = replace(prediction, passages=found)
            self._gradebook.marks.record(marked.answer.id, version, question, whole)

    def ready_grader(self) -> Grader:
        """The grader at work, loaded once for all jobs."""
        if self._grader is None:
            name, _ = choose(self._settings)
            self._grader = plugins.grader(name, self._settings)
        return self._grader


def _by_question(
    answers: Sequence[MarkedAnswer],
) -> Iterator[tuple[Question, list[MarkedAnswer]]]:
    asked = [(each.question, each) for each in answers if each.question is not None]
    asked.sort(key=lambda pair: (pair[0].label, pair[0].id))
    for question, group in groupby(asked, key=lambda pair: pair[0]):
        yield question, [each for _, each in group]
