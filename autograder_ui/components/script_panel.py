"""One script: whose it is, what it is called, its pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Page, Script
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOBODY = ""  # the dropdown's value of a script without a student
HINT = '<p class="hint">Choose a script in the table to see its pages.</p>'


class ScriptPanel:
    """Assigns the student, renames and discards the script that was picked."""

    def __init__(self, application: Application, script_id: gr.State) -> None:
        self._application = application
        self.script_id = script_id
        self._build()
        self.changed = self._connect()

    def _build(self) -> None:
        self._hint = Markup(HINT)
        with gr.Column(visible=False, elem_id="script-panel") as self._panel:
            self._student = gr.Dropdown([], label="Student", filterable=True)
            self._title = gr.Textbox(label="Script's title", max_lines=1)
            self._pages = Markup()
            with gr.Row(elem_classes="actions"):
                self._discard = gr.Button("Discard script", elem_classes="quiet danger", size="sm")

    def _connect(self) -> list[Any]:
        script = [self.script_id]
        typed = [self._title.blur, self._title.submit]
        return [
            connect(self._student.input, self.assign, [*script, self._student]),
            connect(typed, self.rename, [*script, self._title], latest_only=True),
            connect(self._discard.click, self.discard, script, [*script, *self.shown]),
        ]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._hint, self._panel, self._student, self._title, self._pages]

    def load(self, script: Script | None) -> tuple[Any, ...]:
        """The script's student, title and pages; a hint where none is picked."""
        if script is None:
            hidden = gr.update(visible=False)
            return gr.update(visible=True), hidden, gr.skip(), gr.skip(), ""
        owner = script.student.id if script.student else NOBODY
        pages = f'<div class="thumbs">{"".join(map(thumbnail, script.pages))}</div>'
        student = gr.update(choices=self._students(script.exam_id), value=owner)
        there, away = gr.update(visible=True), gr.update(visible=False)
        return away, there, student, script.title, pages

    def assign(self, script_id: str, student_id: str) -> None:
        """Says whose script it is."""
        self._application.gradebook.scripts.assign(script_id, student_id or None)

    def rename(self, script_id: str, title: str) -> None:
        """Gives the script another title."""
        if not title.strip():
            raise InvalidInput("A script needs a title.")
        self._application.gradebook.scripts.rename(script_id, title.strip())

    def discard(self, script_id: str) -> tuple[Any, ...]:
        """Takes the script off the pile; nothing is deleted, and it can be restored."""
        self._application.gradebook.scripts.discard(script_id)
        return "", *self.load(None)

    def _students(self, exam_id: str) -> list[tuple[str, str]]:
        students = self._application.gradebook.rosters.students(exam_id)
        return [("Nobody yet", NOBODY), *((f"{s.name} ({s.number})", s.id) for s in students)]


def thumbnail(page: Page) -> str:
    """A page as a small picture that opens the page itself."""
    address = f"/files/page/{quote(page.id)}.png"
    name = f"Page {page.number}, from {page.source}"
    return (
        f'<figure><a href="{address}" target="_blank" rel="noopener">'
        f'<img loading="lazy" src="{address}" alt="{escape(name)}"></a>'
        f"<figcaption>{escape(name)}</figcaption></figure>"
    )
