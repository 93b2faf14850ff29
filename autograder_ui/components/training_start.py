"""Starting a training: from whose marks, by which method, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.learning.examples import check
from autograder.runs.learning.course_files import bases_here
from autograder.runs.learning.methods import METHODS, held_up, method, obstacle, weights
from autograder.runs.learning.reviewed import reviewed
from autograder_ui.components import markup, teachable
from autograder_ui.components.markup import Markup
from autograder_ui.components.training_watch import GOES_ON, WAITS
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

START = markup.heading(
    "Train a new grader",
    "Afterwards it is tried beside the grader at work on questions kept from it. Nothing changes "
    "until you put it to work.",
)


class TrainingStart:
    """Says what the reviews could teach and starts a training; the page connects ``start``."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._build()
        connect(self.method.input, self.choose, [self.method], [self._what, self._course])
        connect(self.exams.input, self.teach, [self.exams], [self._teachable])

    def _build(self) -> None:
        Markup(teachable.HEADING)
        self.exams = gr.CheckboxGroup([], label="Marks of", elem_id="teaching-exams")
        self._teachable = Markup(elem_id="teachable")
        with gr.Column(visible=False, elem_id="start-training") as self._starting:
            Markup(START)
            self.method = gr.Radio([], label="Method", elem_id="training-method")
            self._what = Markup(elem_classes="hint")
            with gr.Column(visible=False, elem_id="course-files") as self._course:
                self.course = gr.File(
                    label="Questions with their answers",
                    file_count="multiple",
                    file_types=[".csv", ".tsv", ".jsonl", ".ndjson"],
                    height=120,
                    elem_id="course",
                )
                self.base = gr.Dropdown(
                    [], label="Model that is to learn", allow_custom_value=True, filterable=True
                )
            self._impossible = Markup(elem_id="impossible-methods")
            with gr.Row(elem_classes="actions"):
                self.start = gr.Button("Start training", variant="primary", elem_id="start-button")

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [
            self.exams,
            self._teachable,
            self._starting,
            self.method,
            self._what,
            self._course,
            self.base,
            self._impossible,
        ]

    def load(self) -> tuple[Any, ...]:
        """All exams with reviews, what they teach, and the methods that this machine can go."""
        exams = [each for each in self._exams() if reviewed(self._application.gradebook, [each[1]])]
        ids = [exam_id for _, exam_id in exams]
        settings = self._application.settings
        methods = [each for each in METHODS if ids or not each.from_marks]
        obstacles = {each.name: obstacle(each, settings) for each in methods}
        possible = [(each.title, each.name) for each in methods if not obstacles[each.name]]
        first = possible[0][1] if possible else None
        bases = bases_here(settings)
        return (
            gr.update(choices=exams, value=ids, visible=len(exams) > 1),
            self.teach(ids) if ids else teachable.NO_MARKS,
            gr.update(visible=bool(ids or possible)),
            gr.update(choices=possible, value=first, visible=bool(possible)),
            *self.choose(first),
            gr.update(choices=bases, value=bases[0] if bases else None),
            impossible(obstacles),
        )

    def teach(self, exam_ids: Sequence[str]) -> str:
        """What the reviews of those exams could teach."""
        if not exam_ids:
            return markup.notice("warn", ["Choose at least one exam."])
        examples = reviewed(self._application.gradebook, exam_ids)
        return teachable.teachable(examples, check(examples))

    def choose(self, name: str | None) -> tuple[Any, ...]:
        """What the chosen method does, and the files that it asks for."""
        return self.explain(name), gr.update(visible=reads_course(name))

    def explain(self, name: str | None) -> str:
        """What the chosen method does, and what happens to marking meanwhile."""
        chosen = method(name or "")
        if chosen is None:
            return ""
        grader, _ = self._application.grader_at_work()
        size = weights(chosen, self._application.settings)
        meanwhile = WAITS if held_up(chosen, grader, size) else GOES_ON
        return f"{escape(chosen.what)} {escape(meanwhile)}"

    def _exams(self) -> list[tuple[str, str]]:
        return [(exam.title, exam.id) for exam in self._application.gradebook.exams.all()]


def reads_course(name: str | None) -> bool:
    """Whether that method learns from the course's files, and not from marks."""
    chosen = method(name or "")
    return chosen is not None and not chosen.from_marks


def impossible(obstacles: dict[str, str]) -> str:
    """The methods that can't run here, each with the reason."""
    told = [(each.title, obstacles.get(each.name)) for each in METHODS]
    lines = [f"{title}: {why_not}" for title, why_not in told if why_not]
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<p class="hint">Not possible on this machine:</p><ul class="notice plain">{items}</ul>'
