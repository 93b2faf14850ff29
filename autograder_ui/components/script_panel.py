"""One script: whose it is, what it is called, its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Script
from autograder.runs.reading.page_reading import without_failures
from autograder_ui.components.markup import Markup
from autograder_ui.components.page_fixer import PageFixer
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOBODY = ""  # the dropdown's value of a script without a student
HINT = (
    '<p class="hint">Choose a script in the table to see its pages and put them right. '
    "A page can also be dragged to its script there.</p>"
)


class ScriptPanel:
    """Assigns the student, renames and discards the script that was picked."""

    def __init__(self, application: Application, script_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self.script_id = script_id
        self._build()
        self.changed = self._connect(reviewer)

    def _build(self) -> None:
        self._hint = Markup(HINT)
        with gr.Column(visible=False, elem_id="script-panel") as self._panel:
            self._student = gr.Dropdown([], label="Student", filterable=True)
            self._title = gr.Textbox(label="Script's title", max_lines=1)
            self._settle = gr.Button(
                "Its pages are right as they are", size="sm", visible=False, elem_id="pages-right"
            )
            self.pages = PageFixer(elem_id="page-fixer")
            with gr.Row(elem_classes="actions"):
                self._discard = gr.Button("Discard script", elem_classes="quiet danger", size="sm")

    def _connect(self, reviewer: gr.Textbox) -> list[Any]:
        script = [self.script_id]
        typed = [self._title.blur, self._title.submit]
        return [
            connect(self._student.input, self.assign, [*script, self._student, reviewer]),
            connect(typed, self.rename, [*script, self._title], latest_only=True),
            connect(self._settle.click, self.settle, script, [self._settle]),
            connect(self._discard.click, self.discard, script, [*script, *self.shown]),
        ]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; its pages are shown beside it."""
        return [self._hint, self._panel, self._student, self._title, self._settle]

    def load(self, script: Script | None) -> tuple[Any, ...]:
        """The script's student and title; a hint where none is picked."""
        there, away = gr.update(visible=True), gr.update(visible=False)
        if script is None:
            return there, away, gr.skip(), gr.skip(), away
        owner = script.student.id if script.student else NOBODY
        student = gr.update(choices=self._students(script.exam_id), value=owner)
        return away, there, student, script.title, settle_button(script)

    def assign(self, script_id: str, student_id: str, reviewer: str = "") -> None:
        """Says whose script it is."""
        author = reviewer.strip() or self._application.settings.reviewer
        scripts = self._application.gradebook.scripts
        scripts.assign(script_id, student_id or None, author=author)

    def rename(self, script_id: str, title: str) -> None:
        """Gives the script another title."""
        if not title.strip():
            raise InvalidInput("A script needs a title.")
        self._application.gradebook.scripts.rename(script_id, title.strip())

    def settle(self, script_id: str) -> Any:
        """Says that the script has the pages that it should have."""
        self._application.marking.pile.settle(script_id)
        return gr.update(visible=False)

    def discard(self, script_id: str) -> tuple[Any, ...]:
        """Takes the script off the pile; nothing is deleted, and it can be restored."""
        self._application.gradebook.scripts.discard(script_id)
        return "", *self.load(None)

    def _students(self, exam_id: str) -> list[tuple[str, str]]:
        students = self._application.gradebook.rosters.students(exam_id)
        return [("Nobody yet", NOBODY), *((f"{s.name} ({s.number})", s.id) for s in students)]


def settle_button(script: Script) -> Any:
    """The button that ends what is said of the script's pages, while anything is."""
    return gr.update(visible=bool(without_failures(script.problem)))
