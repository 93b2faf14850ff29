"""A training that is under way, or was: how far, how long still, its curves, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.job import HOLDS, LEARN, Job, JobState
from autograder.learning.progress import Progress, Step
from autograder.runs.learning import training
from autograder.runs.learning.methods import method
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.components.training_curves import curves

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("The training", "It goes on when this page is closed.")
SECONDS = 2.0  # between two looks at a training that runs
GOES_ON = "Marking goes on with the grader at work meanwhile, a little slower."
WAITS = (
    "Grading waits until this is done: the training needs the memory. Reading scans and your own "
    "marking go on."
)
QUEUED = "It begins as soon as the work that is going on leaves it room."
CANCELLED = "It was cancelled. What it had learned by then is kept: “Go on” goes on from there."
TRYING = "A learned grader is tried beside the one at work"


class TrainingWatch:
    """Shows the newest training; the page connects its buttons and its timer."""

    def __init__(self, application: Application) -> None:
        self._application = application
        with gr.Column(visible=False, elem_id="training") as self._whole:
            Markup(HEADING)
            self._state = Markup(elem_id="training-state")
            self._curves = Markup(elem_id="training-curves")
            with gr.Row(elem_classes="actions"):
                self.cancel = gr.Button("Cancel the training", size="sm", elem_id="cancel-training")
                self.go_on = gr.Button("Go on", size="sm", elem_id="go-on-training")
        self.timer = gr.Timer(SECONDS, active=False)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._whole, self._state, self._curves, self.cancel, self.go_on, self.timer]

    def load(self) -> tuple[Any, ...]:
        """The newest training of all exams, and whether to look again."""
        job = self.newest()
        if job is None:
            nothing = gr.update(visible=False)
            return nothing, "", "", nothing, nothing, gr.Timer(active=False)
        runs = not job.state.final
        broke_off = job.state in (JobState.FAILED, JobState.CANCELLED)
        return (
            gr.update(visible=True),
            told(job),
            curves(self._steps(job)),
            gr.update(visible=runs),
            gr.update(visible=broke_off),
            gr.Timer(active=runs),
        )

    def newest(self) -> Job | None:
        """The training that runs or waits, else the last one."""
        return next(iter(self._application.gradebook.jobs.of_kind(LEARN, limit=1)), None)

    def _steps(self, job: Job) -> Sequence[Step]:
        return Progress.read(training.folder(self._application.settings, job))


def told(job: Job) -> str:
    """Where a training stands, in words and as a bar."""
    if job.state is JobState.FAILED:
        return markup.notice("warn", [f"{_name(job)}: it was not finished.", job.message])
    if job.state is JobState.CANCELLED:
        return markup.notice("plain", [f"{_name(job)}.", CANCELLED])
    if job.state is JobState.DONE:
        return markup.notice("good", [f"{_name(job)}: done.", job.message])
    meanwhile = WAITS if job.arguments.get(HOLDS) else GOES_ON
    return f'{_bar(job)}<p class="hint">{meanwhile}</p>'


def _bar(job: Job) -> str:
    name = escape(_name(job))
    if job.state is JobState.QUEUED:
        return f'<div class="job" role="status"><span>{name}</span><i>{QUEUED}</i></div>'
    share = f" {job.done} of {job.total}" if job.total else ""
    return (
        f'<div class="job" role="status"><span>{name}{share}</span>'
        f'<progress max="{max(job.total, 1)}" value="{job.done}" aria-label="{name}"></progress>'
        f"<i>{escape(job.message)}</i></div>"
    )


def _name(job: Job) -> str:
    known = method(job.arguments.get(training.METHOD, ""))
    return known.title if known else TRYING
