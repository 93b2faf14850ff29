"""Scripts tab: scans come in, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.job import Job, JobState
from autograder_ui.components import markup
from autograder_ui.components.drop_zone import DropZone, refused_notice
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.pile import (
    Pile,
    counted,
    discarded_list,
    scripts_table,
    summary,
    to_be_graded,
)
from autograder_ui.components.script_panel import ScriptPanel
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("Scripts", "What each file became, and what still needs you.")
NO_EXAM = markup.empty("No exam yet", "Create or import one in the Exam tab first.")
SECONDS = 2  # between two looks at a running job
NOT_DONE = {
    "read": "Reading stopped",
    "grade": "Grading stopped",
    "reviews": "Marks not taken in",
    "draft": "No draft was made",
}


class ScriptsPage:
    """Scripts tab: hand in, follow, mend, grade."""

    title = "Scripts"

    def __init__(
        self, application: Application, exam_id: gr.State, _reviewer: gr.Textbox | None = None
    ) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self.news = self._connect()

    def _build(self) -> None:
        self._script_id = gr.State("")
        self._drop_zone = DropZone(self._application, self._exam_id)
        Markup(HEADING)
        self._refused = PickTable(elem_id="refused")
        self._failed = Markup()
        self._again = gr.Button("Try again", size="sm", visible=False, elem_id="try-again")
        with gr.Row(elem_classes="actions bar"):
            self._summary = Markup(elem_id="pile")
            self._split = gr.Button(
                "Split again", visible=False, min_width=120, scale=0, elem_id="split-again"
            )
            self._grade = gr.Button(
                "Grade", variant="primary", visible=False, min_width=160, elem_id="grade"
            )
        with gr.Row(elem_classes="master-detail"):
            with gr.Column(scale=3, min_width=320):
                self._table = PickTable(elem_id="scripts")
            with gr.Column(scale=2, min_width=300, elem_classes="detail"):
                self._panel = ScriptPanel(self._application, self._script_id)
        self._discarded = PickTable(elem_id="discarded")
        self._timer = gr.Timer(SECONDS, active=False)

    def _connect(self) -> list[Dependency]:
        here = [self._exam_id, self._script_id]
        connect(
            self._table.pick,
            self.pick,
            [self._exam_id],
            [self._script_id, self._table, *self._panel.shown],
        )
        connect(self._timer.tick, self.refresh, here, self._refreshed)
        restored = connect(self._discarded.pick, self.restore, None)
        dismissed = connect(self._refused.pick, self.dismiss, None)
        grading = connect(self._grade.click, self.grade, [self._exam_id])
        retried = connect(self._again.click, self.try_again, [self._exam_id])
        splitting = connect(self._split.click, self.split_again, [self._exam_id])
        working = [self._drop_zone.added, grading, retried, splitting]
        for event in (*working, *self._panel.changed, restored, dismissed):
            connect(event.success, self.refresh, here, self._refreshed)
        return working

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [*self._refreshed, self._script_id, *self._panel.shown]

    @property
    def _refreshed(self) -> list[Any]:
        notes = [self._refused, self._failed, self._again]
        buttons = [self._split, self._grade]
        return [*notes, self._summary, *buttons, self._table, self._discarded, self._timer]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The exam's scripts, none of them picked."""
        return *self.refresh(exam_id, ""), "", *self._panel.load(None)

    def refresh(self, exam_id: str, script_id: str) -> tuple[Any, ...]:
        """What became of the files, what stopped, and whether to look again."""
        if not exam_id:
            hidden = gr.update(visible=False)
            return "", "", hidden, "", hidden, hidden, NO_EXAM, "", gr.Timer(active=False)
        pile, jobs = self._pile(exam_id), self._application.gradebook.jobs.recent(exam_id)
        uploads = self._application.gradebook.scripts.uploads(exam_id)
        failed = last_failure(jobs)
        return (
            refused_notice(uploads),
            markup.notice("warn", failed),
            gr.update(visible=bool(failed) or has_unread(pile)),
            summary(pile),
            gr.update(visible=bool(pile.answers or pile.unplaced) and not pile.reading),
            grade_button(pile),
            scripts_table(pile, script_id),
            discarded_list(self._application.gradebook.scripts.discarded(exam_id)),
            gr.Timer(active=any(not job.state.final for job in jobs)),
        )

    def pick(self, exam_id: str, event: gr.EventData) -> tuple[Any, ...]:
        """Shows the script that was picked."""
        script = self._application.gradebook.scripts.get(event.id)
        table = scripts_table(self._pile(exam_id), script.id)
        return script.id, table, *self._panel.load(script)

    def restore(self, event: gr.EventData) -> None:
        """Brings a discarded script back with all that belongs to it."""
        self._application.gradebook.scripts.restore(event.id)

    def dismiss(self, event: gr.EventData) -> None:
        """Takes a refused file's notice away; the file can be handed in again."""
        self._application.gradebook.scripts.dismiss_upload(event.id)

    def grade(self, exam_id: str) -> None:
        """Has every answer graded that isn't yet."""
        self._application.marking.grade(exam_id)

    def split_again(self, exam_id: str) -> None:
        """Has scripts split anew, after the exam's labels changed."""
        self._application.marking.split_again(exam_id)

    def try_again(self, exam_id: str) -> None:
        """Has the work done again that failed last, or the pages read that could not be."""
        jobs = self._application.gradebook.jobs
        newest = jobs.recent(exam_id)
        if last_failure(newest):
            jobs.submit(newest[0].kind, exam_id, newest[0].arguments)
        else:
            self._application.marking.read_again(exam_id)

    def _pile(self, exam_id: str) -> Pile:
        gradebook = self._application.gradebook
        marked = gradebook.marks.of_exam(exam_id)
        active = gradebook.jobs.active(exam_id)
        return Pile(
            scripts=gradebook.scripts.all(exam_id),
            answers=Counter(each.answer.script_id for each in marked),
            unplaced=Counter(each.script_id for each in gradebook.answers.unplaced(exam_id)),
            roster=bool(gradebook.rosters.students(exam_id)),
            questions=bool(gradebook.exams.get(exam_id).questions),
            ungraded=sum(to_be_graded(each) for each in marked),
            reading=any(job.kind == "read" for job in active),
        )


def last_failure(jobs: Sequence[Job]) -> list[str]:
    """Why the newest work failed, if it did. ``jobs`` are newest first."""
    if not jobs or jobs[0].state is not JobState.FAILED:
        return []
    return [f"{NOT_DONE.get(jobs[0].kind, 'The work stopped')}: {jobs[0].message}"]


def has_unread(pile: Pile) -> bool:
    """Whether the engine gave up on a page, and nobody is at it again."""
    return any(script.problem for script in pile.scripts) and not pile.reading


def grade_button(pile: Pile) -> Any:
    """The button that grades, once there is something to grade."""
    words = f"Grade {counted(pile.ungraded, 'answer')}"
    return gr.update(value=words, visible=bool(pile.ungraded) and not pile.reading)
