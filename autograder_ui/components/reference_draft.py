"""A reference answer that the language model drafts, shown until the teacher takes or drops it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.draft import Draft
from autograder.domain.errors import InvalidInput
from autograder.domain.grade import Passage
from autograder.domain.job import Job, JobState
from autograder.runs.drafting import CANNOT_WRITE, NO_BOOK, can_draft, has_learned_drafter
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

WRITING = '<p class="draft-note" role="status">The draft is being written. Go on meanwhile.</p>'
CHECK = "Draft: please check. Grading uses it once you have taken it over and saved the question."
SECONDS = 2  # between two looks at a draft that is being written


class ReferenceDraft:
    """Asks for a draft, shows it with the pages that it came from, puts it into the form."""

    def __init__(
        self,
        application: Application,
        exam_id: gr.State,
        question_id: gr.State,
        reference: gr.Textbox,
    ) -> None:
        self._application = application
        self._build()
        self._connect([exam_id, question_id], question_id, reference)

    def _build(self) -> None:
        with gr.Row(elem_classes="actions"):
            self.ask = gr.Button(
                "Draft a reference answer", size="sm", visible=False, elem_id="draft-reference"
            )
            self._why_not = Markup(elem_classes="hint")
        self._panel = Markup(elem_id="drafted-reference")
        with gr.Row(visible=False, elem_classes="actions") as self._choice:
            self._use = gr.Button("Take it over", size="sm", elem_id="use-draft")
            self._drop = gr.Button("Drop it", size="sm", elem_id="drop-draft", elem_classes="quiet")
        self._timer = gr.Timer(SECONDS, active=False)

    def _connect(self, here: list[Any], question_id: gr.State, reference: gr.Textbox) -> None:
        connect(self._timer.tick, self.load, here, self.shown)
        connect(self._use.click, self.use, [question_id, reference], [reference])
        connect(self._drop.click, self.drop, here, self.shown)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self.ask, self._why_not, self._panel, self._choice, self._timer]

    def load(self, exam_id: str, question_id: str) -> tuple[Any, ...]:
        """The question's draft, or how far it is; nothing where there is a reference answer."""
        exam = self._application.gradebook.exams.get(exam_id) if exam_id else None
        question = exam.question(question_id) if exam else None
        if question is not None and question.reference_answers:
            hidden = gr.update(visible=False)
            return hidden, "", "", hidden, gr.Timer(active=False)
        job = self._job(exam_id, question_id)
        working = job is not None and not job.state.final
        draft = None if working else self._draft(question_id)
        panel = WRITING if working else drafted(draft) if draft else failure(job)
        why_not = self._why_not_here()
        ask = gr.update(visible=True, interactive=not why_not and not working)
        has_draft = gr.update(visible=draft is not None)
        return ask, escape(why_not), panel, has_draft, gr.Timer(active=working)

    def check(self, exam_id: str) -> None:
        """Whether a draft can be asked for. InvalidInput: no grader can write, or no textbook."""
        if why_not := self._why_not_here():
            raise InvalidInput(why_not)
        books = self._application.gradebook.books.of_exam(exam_id)
        if not books and not has_learned_drafter(self._application.gradebook):
            raise InvalidInput(NO_BOOK)

    def use(self, question_id: str, written: str) -> str:
        """The draft in the form's field, behind what stands there; saving it is the teacher's."""
        draft = self._draft(question_id)
        if draft is None or draft.text in written:
            return written
        gr.Info("Check it, correct it, then save the question.", duration=5)
        return "\n\n".join(part for part in (written.strip(), draft.text) if part)

    def drop(self, exam_id: str, question_id: str) -> tuple[Any, ...]:
        """Shows the draft no more."""
        self._application.gradebook.drafts.drop(question_id)
        return self.load(exam_id, question_id)

    def _draft(self, question_id: str) -> Draft | None:
        return self._application.gradebook.drafts.newest(question_id)

    def _job(self, exam_id: str, question_id: str) -> Job | None:
        """The newest job that was to draft this question's answer."""
        jobs = self._application.gradebook.jobs.recent(exam_id) if exam_id else []
        own = {"question": question_id}
        return next((job for job in jobs if job.kind == "draft" and job.arguments == own), None)

    def _why_not_here(self) -> str:
        if has_learned_drafter(self._application.gradebook):
            return ""
        name, _ = self._application.grader_at_work()
        return "" if can_draft(name) else CANNOT_WRITE.format(name=name)


def drafted(draft: Draft) -> str:
    """The draft with the pages that it came from; a model may have learned to do without any."""
    maker = draft.maker
    writer = " with ".join(filter(None, (maker.model or maker.grader, maker.adapter)))
    source = _pages(draft.passages) if draft.passages else "what it has learned"
    origin = f"Written by {escape(writer)} from {source}."
    return (
        f'<div class="drafted"><p class="draft-note">{CHECK}</p>'
        f'<blockquote>{escape(draft.text)}</blockquote><p class="hint">{origin}</p></div>'
    )


def failure(job: Job | None) -> str:
    """Why there is no draft, if one was asked for and couldn't be made."""
    failed = job is not None and job.state is JobState.FAILED
    return markup.notice("warn", [job.message]) if job is not None and failed else ""


def _pages(passages: Sequence[Passage]) -> str:
    places = {(each.book, each.page): each for each in passages}
    links = [
        f'<a href="{markup.textbook_address(each)}" target="_blank" rel="noopener">'
        f"{escape(book)}, page {page}</a>"
        for (book, page), each in places.items()
    ]
    return "; ".join(links)
