"""Accepting predicted marks unseen, as far as what was reviewed shows that this is safe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gradio as gr

from autograder.domain.errors import Conflict
from autograder.domain.grade import BULK, MarkedAnswer
from autograder.domain.job import SHARPEN
from autograder.grading.agreeing import acceptance
from autograder_ui.components import markup
from autograder_ui.components.acceptance_report import report
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading(
    "What you need not look at", "Predicted marks that can be accepted as they are."
)
TARGETS = [("90 in 100", 0.9), ("95 in 100", 0.95), ("98 in 100", 0.98)]
CHANGING = "Predictions are being made right now: what can be accepted is shown when they are done."
MEANWHILE = "Something changed since you opened this. Look at the new figures, then decide again."
SECONDS = 2.0  # between two looks while predictions are being made
JOBS = ("grade", "read", SHARPEN)

Decision = tuple[str, float, int]
"""An answer's id, the mark it gets, and how many reviews of it were seen."""
Told = tuple[str, tuple[Decision, ...]]
"""The report, and what can be accepted by it."""
WAIT: Told = (markup.notice("plain", [CHANGING]), ())


class Acceptance:
    """Says what can be accepted at a chosen agreement, and records it once that is confirmed."""

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._build()
        self._connect(exam_id, reviewer)

    def _build(self) -> None:
        self._opened = gr.State("")
        self._offered = gr.State(())
        self._timer = gr.Timer(SECONDS, active=False)
        with gr.Column(visible=False, elem_id="acceptance") as self._whole:
            Markup(HEADING)
            self._target = gr.Radio(
                TARGETS,
                value=TARGETS[1][1],
                label="Of the marks accepted unseen, yours should be",
                elem_id="accept-target",
            )
            self._report = Markup(elem_id="accept-report")
            with gr.Row(elem_classes="actions"):
                self._ask = gr.Button("", visible=False, elem_id="accept-ask")
            with gr.Row(visible=False, elem_classes="actions", elem_id="accept-sure") as self._sure:
                self._question = Markup()
                self._yes = gr.Button("Yes, accept them", variant="primary", elem_id="accept-yes")
                self._no = gr.Button("Not now", elem_id="accept-no")

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        chosen, looks = [exam_id, self._target], [self._opened.change, self._timer.tick]
        connect([*looks, self._target.input], self.open, chosen, self._filled, latest_only=True)
        asked = [self._ask, self._sure, self._question]
        connect(self._ask.click, self.ask, [self._offered, reviewer], asked)
        connect(self._no.click, self.open, chosen, self._filled)
        self.accepted = connect(
            self._yes.click, self.accept, [*chosen, self._offered, reviewer], self._filled
        )

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows from it."""
        return [self._opened]

    @property
    def _filled(self) -> list[Any]:
        return [self._whole, self._timer, self._report, self._ask, self._sure, self._offered]

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened: the agreement that was chosen in it stays."""
        return uuid4().hex

    def open(self, exam_id: str, target: float) -> tuple[Any, ...]:
        """What can be accepted at that agreement."""
        marks = self._application.gradebook.marks
        marked = marks.of_exam(exam_id) if exam_id else []
        if not marked:
            nothing = gr.update(visible=False)
            return nothing, gr.Timer(active=False), "", nothing, nothing, ()
        changing = self._changing(exam_id)
        told, offered = WAIT if changing else self._told(exam_id, target, marked)
        ask = gr.update(value=f"Accept {_these(offered)}", visible=bool(offered))
        timer = gr.Timer(active=changing)
        return gr.update(visible=True), timer, told, ask, gr.update(visible=False), offered

    def ask(self, offered: Sequence[Decision], reviewer: str) -> tuple[Any, ...]:
        """Asks once more, and says what it means."""
        return (
            gr.update(visible=False),
            gr.update(visible=True),
            _sure(offered, self._name(reviewer)),
        )

    def accept(
        self, exam_id: str, target: float, offered: Sequence[Decision], reviewer: str
    ) -> tuple[Any, ...]:
        """Records the marks that were offered under the teacher's name, as accepted unseen."""
        marked = self._application.gradebook.marks.of_exam(exam_id)
        if self._changing(exam_id) or tuple(offered) != decisions(marked, target):
            gr.Warning(MEANWHILE, title="Not done")
            return self.open(exam_id, target)
        try:
            number = self._application.marking.review_many(
                exam_id, offered, self._name(reviewer), way=BULK
            )
        except Conflict:
            gr.Warning(MEANWHILE, title="Not done")
        else:
            gr.Info(f"{number} marks accepted unseen.", title="Saved")
        return self.open(exam_id, target)

    def _told(self, exam_id: str, target: float, marked: list[MarkedAnswer]) -> Told:
        found = acceptance.acceptance(marked, target)
        questions = self._application.gradebook.exams.get(exam_id).questions
        return report(found, questions, marked), _decisions(marked, found.whole.answers)

    def _changing(self, exam_id: str) -> bool:
        return any(job.kind in JOBS for job in self._application.gradebook.jobs.active(exam_id))

    def _name(self, reviewer: str) -> str:
        return reviewer.strip() or self._application.settings.reviewer


def decisions(marked: Sequence[MarkedAnswer], target: float) -> tuple[Decision, ...]:
    """What accepting at ``target`` comes to now."""
    return _decisions(marked, acceptance.acceptance(marked, target).whole.answers)


def _decisions(marked: Sequence[MarkedAnswer], ids: Sequence[str]) -> tuple[Decision, ...]:
    chosen = frozenset(ids)
    return tuple(
        (each.answer.id, predicted.mark, len(each.reviews))
        for each in marked
        if each.answer.id in chosen and (predicted := each.predicted) and predicted.mark is not None
    )


def _these(offered: Sequence[Decision]) -> str:
    number = len(offered)
    return "this predicted mark" if number == 1 else f"these {number} predicted marks"


def _sure(offered: Sequence[Decision], name: str) -> str:
    return markup.notice(
        "plain",
        [
            f"{name}, should {_these(offered)} count as yours? They are kept as accepted unseen, "
            "under your name; you can still mark any of them yourself."
        ],
    )
