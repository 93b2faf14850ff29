"""A file's pages find their scripts anew, from what is known of them by now: nothing is scanned."""

from __future__ import annotations

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Page, Script, Stack, TakenPage, Upload, UploadState
from autograder.gradebook.gradebook import Gradebook
from autograder.reading.stacking import FIRST, SeenPage, StackPlan, stacks


def split_pile(gradebook: Gradebook, upload: Upload, way: str, author: str) -> None:
    """Splits a file in an ``Upload.way``; an ``author`` can undo it, the program's own split not.

    NotFound; Conflict: its pages have changed meanwhile; InvalidInput: no page of it is left.
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


def split_at_first_pages(gradebook: Gradebook, exam_id: str) -> None:
    """Splits the files that wait for it because their first pages had to be read before.

    Run between reading and splitting into answers: what was once split is left to the teacher.
    """
    whole = {
        frozenset(page.id for page in script.pages): script
        for script in gradebook.scripts.unsplit(exam_id)
    }
    for upload in gradebook.scripts.uploads(exam_id, UploadState.TAKEN):
        if upload.way == FIRST:
            pages = frozenset(page.id for page in gradebook.piles.pages(upload.id))
            if _is_untouched(gradebook, whole.get(pages)):
                split_pile(gradebook, upload, FIRST, author="")


def _is_untouched(gradebook: Gradebook, script: Script | None) -> bool:
    return script is not None and not gradebook.answers.of_script(script.id)


def _stack(plan: StackPlan, pages: list[Page]) -> Stack:
    taken = tuple(
        TakenPage(page.image, page.width, page.height, page.source, sheet=page.sheet)
        for page in pages
    )
    return Stack(plan.title, taken, plan.student, plan.loose, plan.problem)
