"""Models tab: which grader is at work, and how the teacher's marks make the next one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import InvalidInput
from autograder_ui.components import grader_at_work, in_sight
from autograder_ui.components.in_sight import InSight
from autograder_ui.components.learned_graders import LearnedGraders
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.training_start import TrainingStart, reads_course
from autograder_ui.components.training_watch import TrainingWatch
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NO_EXAM = "Create an exam first: a training learns from the marks in it."


class ModelsPage:
    """Models tab: the grader at work, what marks could teach, training, trial and promotion."""

    title = "Models"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._sight = InSight()
        self._build()
        self.news = self._connect(exam_id, reviewer)

    def _build(self) -> None:
        with gr.Column(elem_classes="sections"):
            Markup(grader_at_work.HEADING)
            self._at_work = PickTable(elem_id="model-at-work")
            self._history = Markup(elem_id="promotions")
            self._watch = TrainingWatch(self._application)
            self._start = TrainingStart(self._application)
            self._learned = LearnedGraders(self._application)

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> list[Dependency]:
        start, watch, learned = self._start, self._watch, self._learned
        picked = learned.picked
        connect(self._sight.seen, self.open, [picked], self._page, latest_only=True)
        connect(watch.timer.tick, self.look, [picked], self._page)
        connect(watch.cancel.click, self.cancel, None, watch.shown)
        connect(learned.table.pick, self.pick, None, learned.shown)
        connect(learned.take_in.upload, self.take_in, [learned.take_in], self._page)
        who = [exam_id, picked, reviewer]
        return [
            connect(
                start.start.click,
                self.begin,
                [exam_id, start.method, start.exams, picked, start.course, start.base],
                self._page,
            ),
            connect(watch.go_on.click, self.go_on, [picked], self._page),
            connect(learned.actions.pick, self.act, who, self._page),
            connect(self._at_work.pick, self.roll_back, [picked, reviewer], self._page),
        ]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows once the tab is in sight."""
        return [self._sight]

    @property
    def _page(self) -> list[Any]:
        return [
            self._at_work,
            self._history,
            *self._watch.shown,
            *self._start.shown,
            *self._learned.shown,
        ]

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened; nothing is counted until it is in sight."""
        return in_sight.opened()

    def open(self, picked: str) -> tuple[Any, ...]:
        """All of the tab, with that learned grader opened."""
        promotions = self._application.gradebook.promotions
        models = {each.id: each for each in self._application.marking.learned.registry.all()}
        name, why = self._application.grader_at_work()
        return (
            grader_at_work.at_work(name, why, promotions.serving(), models),
            grader_at_work.history(promotions.history()),
            *self._watch.load(),
            *self._start.load(),
            *self._learned.load(picked),
        )

    def look(self, picked: str) -> tuple[Any, ...]:
        """How far the training is; all of the tab once it has ended."""
        job = self._watch.newest()
        if job is None or job.state.final:
            return self.open(picked)
        rest = [gr.skip()] * (len(self._start.shown) + len(self._learned.shown))
        return gr.skip(), gr.skip(), *self._watch.load(), *rest

    def begin(
        self,
        exam_id: str,
        method: str | None,
        exams: list[str],
        picked: str,
        course: list[str] | None = None,
        base: str | None = None,
    ) -> tuple[Any, ...]:
        """Starts a training from the marks of those exams, or from the files of the course."""
        if not exam_id:
            raise InvalidInput(NO_EXAM)
        graders = self._application.marking.learned
        if reads_course(method):
            graders.start_drafting(exam_id, list(map(Path, course or [])), base or "")
        else:
            graders.start_training(exam_id, method or "", exams)
        return self.open(picked)

    def cancel(self) -> tuple[Any, ...]:
        """Calls the training off; what it has learned so far is kept."""
        if job := self._watch.newest():
            self._application.marking.learned.cancel(job.id)
        return self._watch.load()

    def go_on(self, picked: str) -> tuple[Any, ...]:
        """Has the training that broke off go on where it was."""
        if job := self._watch.newest():
            self._application.marking.learned.go_on(job.id)
        return self.open(picked)

    def pick(self, event: gr.EventData) -> tuple[Any, ...]:
        """Opens a learned grader."""
        return self._learned.load(event.id)

    def take_in(self, file: str) -> tuple[Any, ...]:
        """Imports a learned grader and opens it."""
        return self.open(self._learned.take(file))

    def act(self, exam_id: str, picked: str, reviewer: str, event: gr.EventData) -> tuple[Any, ...]:
        """Does what a button of the opened grader asks for."""
        self._learned.act(exam_id, event.id, self._name(reviewer))
        return self.open(picked)

    def roll_back(self, picked: str, reviewer: str, event: gr.EventData) -> tuple[Any, ...]:
        """Goes back to what was at work before."""
        kind, _, seen = event.id.partition(" ")
        self._application.marking.learned.roll_back(kind, self._name(reviewer), seen)
        gr.Info("The one before is at work from the next grading on.", title="Gone back")
        return self.open(picked)

    def _name(self, reviewer: str) -> str:
        return reviewer.strip() or self._application.settings.reviewer
