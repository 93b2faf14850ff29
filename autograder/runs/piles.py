"""A file's pages find their scripts anew, from what is known of them by now: nothing is scanned."""

from __future__ import annotations

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Page, Stack, TakenPage, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.reading.stacking import SeenPage, StackPlan, stacks


def split_pile(gradebook: Gradebook, upload: Upload, way: str, author: str) -> None:
    """Splits a file in an ``Upload.way``; that is one fix, which can be undone.

    NotFound; Conflict: its pages have changed meanwhile; InvalidInput: there is no such way, or
    no page of the file is left.
    """
    pages = gradebook.piles.pages(upload.id)
    if not pages:
        raise InvalidInput(f"No page of {upload.name} is left to split. Restore its pages first.")
    exam = gradebook.exams.get(upload.exam_id)
    seen = [SeenPage(page.source, page.sheet, gradebook.scripts.reading(page.id)) for page in pages]
    planned = [
        (_stack(plan, [pages[at] for at in places]), [pages[at].id for at in places])
        for plan, places in stacks(seen, upload.script_title, way, exam)
    ]
    gradebook.piles.split(upload.id, way, planned, author)


def _stack(plan: StackPlan, pages: list[Page]) -> Stack:
    taken = tuple(
        TakenPage(page.image, page.width, page.height, page.source, sheet=page.sheet)
        for page in pages
    )
    return Stack(plan.title, taken, plan.student, plan.loose, plan.problem)
