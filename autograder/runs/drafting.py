"""A reference answer is drafted from the textbook's pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from autograder import plugins
from autograder.domain.errors import EngineFailed, EngineUnavailable, InvalidInput
from autograder.domain.job import Job
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.drafting import Drafter
from autograder.grading.grader import Grader
from autograder.jobs import Report
from autograder.runs.grading import Passages

CANNOT_WRITE = (
    "The grader at work ({name}) can't write texts: a draft needs the language model. "
    "Write the reference answer yourself."
)

NO_BOOK = "A draft is made from the textbook's pages: add the textbook first."


class DraftingRun:
    """Drafts a question's reference answer, for the teacher to check."""

    def __init__(
        self, gradebook: Gradebook, ready_grader: Callable[[], Grader], passages: Passages
    ) -> None:
        self._gradebook = gradebook
        self._ready_grader = ready_grader
        self._passages = passages

    def __call__(self, job: Job, report: Report) -> None:
        """Does a job of the kind ``draft``, unless it was done before a kill."""
        question = self._gradebook.exams.get(job.exam_id).question(job.arguments["question"])
        if question is None:
            raise InvalidInput("The question was removed before its draft was begun.")
        known = self._gradebook.drafts.newest(question.id)
        if known is not None and known.at >= job.created:
            return
        report(0, 0, "Getting the grader ready")
        grader = self._ready_grader()
        if not isinstance(grader, Drafter):
            raise EngineUnavailable(CANNOT_WRITE.format(name=grader.name))
        passages = self._passages(job.exam_id, question, "")
        if not passages:
            raise InvalidInput(
                f"No textbook page was found for {question.label}. Add the course's textbook, or "
                "write the reference answer yourself."
            )
        report(0, 0, f"Drafting the reference answer of {question.label}")
        text = grader.reference_answer(question, passages).strip()
        if not text:
            raise EngineFailed(
                f"The textbook's pages hold no answer to {question.label}. Write it yourself."
            )
        self._gradebook.drafts.add(question.id, text, grader.maker, passages)


def can_draft(grader: str) -> bool:
    """Whether the grader of that name writes reference answers; no model is loaded to know."""
    if grader not in plugins.names(plugins.GRADERS):
        return False
    engine = import_module(f"{plugins.GRADERS}.{grader}")
    own = [each for each in vars(engine).values() if isinstance(each, type)]
    return any(
        hasattr(each, Drafter.reference_answer.__name__) for each in own if each is not Drafter
    )
