"""The bar above all tabs: which exam, who marks, what runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.exam import Exam
from autograder.domain.job import Job, JobState
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

BRAND = """<h1 class="brand"><svg viewBox="0 0 26 26" aria-hidden="true">
<rect width="26" height="26" rx="7" fill="var(--primary-600)"></rect>
<path d="M7 13.5l4 4 8-9" fill="none" stroke="white" stroke-width="2.6" stroke-linecap="round"
stroke-linejoin="round"></path></svg>AutoGrader</h1>"""
DOING = {
    "read": "Reading the scans",
    "grade": "Grading",
    "sharpen": "Learning from your marks",
    "index": "Indexing the textbook",
    "reviews": "Taking marks in",
    "draft": "Drafting a reference answer",
    "learn": "Training a grader",
}
SECONDS = 1.5  # between two looks at a running job
UNNAMED = "Untitled exam"


class TopBar:
    """Picks the exam, names the reviewer and the grader, shows the work that is going on."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        with gr.Row(elem_id="top-bar"):
            Markup(BRAND, elem_classes="brand-box")
            self.picker = gr.Dropdown(
                [], label="Exam", elem_id="exam-picker", min_width=200, scale=3, filterable=True
            )
            self.create = gr.Button(
                "New exam", elem_id="new-exam", min_width=110, scale=0, interactive=False
            )
            self.reviewer = gr.Textbox(
                self._application.settings.reviewer,
                label="Your name",
                elem_id="reviewer",
                max_lines=1,
                max_length=80,
                min_width=140,
                scale=1,
            )
            self.grader = Markup(elem_id="grader-at-work")
        with gr.Row(visible=False, elem_id="work-bar") as self._bar:
            self._work = Markup(elem_id="work")
            self._stop = gr.Button("Stop", size="sm", scale=0, min_width=80, elem_classes="quiet")
        self.timer = gr.Timer(SECONDS, active=False)
        self._memory = gr.BrowserState(
            {"reviewer": "", "exam": ""},
            storage_key="autograder",
            secret="not-a-secret",  # noqa: S106 - a name and an id, kept over restarts
        )

    def _connect(self) -> None:
        connect(self.picker.input, lambda picked: picked, [self.picker], [self._exam_id])
        self.created = connect(self.create.click, self.new_exam, None, [self._exam_id])
        self.loaded = connect(
            self._exam_id.change, self.load, [self._exam_id], self.shown, latest_only=True
        )
        connect(self.loaded.then, lambda: gr.update(interactive=True), None, [self.create])
        looked = [self._bar, self._work, self.timer]
        connect(self.timer.tick, self.look, [self._exam_id], looked)
        connect(self._stop.click, self.stop, [self._exam_id], looked)
        known = [self.reviewer, self._exam_id]
        named = [self.reviewer.blur, self.reviewer.submit]
        connect(named, self.remember, known, [self._memory], latest_only=True)
        connect(self.loaded.then, self.remember, known, [self._memory])

    def open_on(self, blocks: gr.Blocks) -> None:
        """Opens with the exam and the name that this browser had last.

        A new exam can be made once that is shown: what opens late would take its place.
        """
        outputs = [self._exam_id, self.reviewer, self.grader]
        connect(blocks.load, self.open, [self._memory], outputs)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self.picker, self.grader, self._bar, self._work, self.timer]

    def open(self, memory: dict[str, str] | None) -> tuple[str, str, str]:
        """The exam to begin with, the reviewer's name, the grader at work."""
        ids = [exam.id for exam in self._application.gradebook.exams.all()]
        last = (memory or {}).get("exam", "")
        reviewer = (memory or {}).get("reviewer") or self._application.settings.reviewer
        return last if last in ids else (ids[0] if ids else ""), reviewer, self._chip()

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The exams to pick from, the grader that is at work by now, the work that goes on."""
        exams = self._application.gradebook.exams.all()
        picker = gr.update(choices=[(exam_name(exam), exam.id) for exam in exams], value=exam_id)
        picker = picker if exams else gr.update(choices=[], value=None)
        return picker, self._chip(), *self.look(exam_id)

    def _chip(self) -> str:
        return grader_chip(*self._application.grader_at_work())

    def look(self, exam_id: str) -> tuple[Any, Any, Any]:
        """The work that goes on, and whether to look again."""
        active = self._application.gradebook.jobs.active(exam_id) if exam_id else []
        chips = "".join(job_chip(job) for job in active)
        return gr.update(visible=bool(active)), chips, gr.Timer(active=bool(active))

    def stop(self, exam_id: str) -> tuple[Any, Any, Any]:
        """Stops the work; what is done stays done."""
        for job in self._application.gradebook.jobs.active(exam_id):
            self._application.gradebook.jobs.cancel(job.id)
        self._application.marking.learned.end_orphans()
        return self.look(exam_id)

    def new_exam(self) -> str:
        """Creates an exam and goes to it."""
        return self._application.gradebook.exams.create(UNNAMED).id

    def remember(self, reviewer: str, exam_id: str | None) -> dict[str, str]:
        """What this browser keeps: a name and an id."""
        return {"reviewer": reviewer.strip(), "exam": exam_id or ""}


def exam_name(exam: Exam) -> str:
    """The exam as the picker names it."""
    return f"{exam.title} · {exam.course}" if exam.course else exam.title


def grader_chip(name: str, why: str) -> str:
    """Which grader is at work, its reason one click away."""
    return (
        f'<details class="chip-details"><summary>Grader: <b>{escape(name)}</b></summary>'
        f"<p>{escape(why)}</p></details>"
    )


def job_chip(job: Job) -> str:
    """A job's progress in words and as a bar."""
    what = escape(DOING.get(job.kind, job.kind))
    if job.state is JobState.QUEUED:
        return f'<div class="job" role="status"><span>{what}: waiting for its turn</span></div>'
    share = f"{job.done} of {job.total}" if job.total else ""
    bar = f'<progress max="{max(job.total, 1)}" value="{job.done}" aria-label="{what}"></progress>'
    note = escape(job.message)
    return f'<div class="job" role="status"><span>{what} {share}</span>{bar}<i>{note}</i></div>'
