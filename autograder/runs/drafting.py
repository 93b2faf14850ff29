"""A reference answer is drafted, from the textbook or by a model that has learned the course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol

from autograder import plugins
from autograder.domain.errors import EngineFailed, EngineUnavailable, InvalidInput
from autograder.domain.exam import Question
from autograder.domain.grade import Maker, Passage
from autograder.domain.job import Job
from autograder.domain.learned import GENERATOR, SHIPPED
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.drafting import Drafter
from autograder.grading.grader import Grader
from autograder.jobs import Report
from autograder.runs.grading import Passages

CANNOT_WRITE = (
    "The grader at work ({name}) can't write texts: a draft needs the language model. "
    "Write the reference answer yourself."
)

EMPTY = "The draft of {label} came out empty. Write it yourself."
NOT_IN_BOOK = "The textbook's pages hold no answer to {label}. Write it yourself."
NO_BOOK = "A draft is made from the textbook's pages: add the textbook first."


class LearnedDrafter(Drafter, Protocol):
    """A model that was taught to draft, with the textbook or without."""

    @property
    def reads_textbook(self) -> bool:
        """Whether it was taught with the textbook's passages."""
        ...

    @property
    def maker(self) -> Maker:
        """What a draft is kept with."""
        ...


class DraftingRun:
    """Drafts a question's reference answer, for the teacher to check.

    ``learned`` gives the drafting model that was put to work, or None; it may raise
    EngineUnavailable, as drafting with it may: then the grader at work drafts, if it can.
    """

    def __init__(
        self,
        gradebook: Gradebook,
        ready_grader: Callable[[], Grader],
        passages: Passages,
        learned: Callable[[], LearnedDrafter | None] = lambda: None,
    ) -> None:
        self._gradebook = gradebook
        self._ready_grader = ready_grader
        self._passages = passages
        self._learned = learned

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``draft``, unless it was done before a kill."""
        question = self._gradebook.exams.get(job.exam_id).question(job.arguments["question"])
        if question is None:
            raise InvalidInput("The question was removed before its draft was begun.")
        known = self._gradebook.drafts.newest(question.id)
        if known is not None and known.at >= job.created:
            return
        passages = self._passages(job.exam_id, question, "")
        report(0, 0, f"Drafting the reference answer of {question.label}")
        made = self._drafted(question, passages, report)
        self._gradebook.drafts.add(question.id, *made)

    def _drafted(
        self, question: Question, passages: Sequence[Passage], report: Report
    ) -> tuple[str, Maker, Sequence[Passage]]:
        """The text, who wrote it and from which passages."""
        trouble = ""
        try:
            learned = self._learned()
            if learned is not None:
                read = passages if learned.reads_textbook else ()
                text = learned.reference_answer(question, read).strip()
                return _written(text, EMPTY.format(label=question.label)), learned.maker, read
        except EngineUnavailable as error:
            trouble = str(error)
            report(0, 0, trouble)
        return self._by_grader(question, passages, trouble)

    def _by_grader(
        self, question: Question, passages: Sequence[Passage], trouble: str
    ) -> tuple[str, Maker, Sequence[Passage]]:
        grader = self._ready_grader()
        if not isinstance(grader, Drafter):
            raise EngineUnavailable(trouble or CANNOT_WRITE.format(name=grader.name))
        if not passages:
            raise InvalidInput(
                f"No textbook page was found for {question.label}. Add the course's textbook, or "
                "write the reference answer yourself."
            )
        text = grader.reference_answer(question, passages).strip()
        return _written(text, NOT_IN_BOOK.format(label=question.label)), grader.maker, passages


def _written(text: str, otherwise: str) -> str:
    if not text:
        raise EngineFailed(otherwise)
    return text


def has_learned_drafter(gradebook: Gradebook) -> bool:
    """Whether a drafting model was put to work: then no textbook is needed, and any grader does."""
    return gradebook.promotions.at_work(GENERATOR) != SHIPPED


def can_draft(grader: str) -> bool:
    """Whether the grader of that name writes reference answers; no model is loaded to know."""
    if grader not in plugins.names(plugins.GRADERS):
        return False
    engine = import_module(f"{plugins.GRADERS}.{grader}")
    own = [each for each in vars(engine).values() if isinstance(each, type)]
    return any(
        hasattr(each, Drafter.reference_answer.__name__) for each in own if each is not Drafter
    )
