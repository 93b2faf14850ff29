"""The students of an exam."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Student
from autograder.gradebook.importers import roster_csv
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable, button
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("Students", "Scripts find their student by number and name.")
NONE_YET = markup.empty(
    "No students yet",
    "Import the roster as CSV with the columns number and name, or add them here.",
)
COLUMNS = ["Number", "Name", "Section", ""]


class RosterEditor:
    """Lists, imports, adds and removes students."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        Markup(HEADING)
        self._roster = PickTable(value=NONE_YET, elem_id="roster")
        with gr.Row(elem_classes="actions"):
            self._import = gr.UploadButton(
                "Import roster (CSV)", file_types=[".csv", ".txt"], size="sm", elem_id="add-roster"
            )
        fold = gr.Accordion("Add or correct a student", open=False, elem_classes="fold")
        with fold, gr.Row(elem_classes="fields"):
            self._number = gr.Textbox(label="Number", max_lines=1, min_width=110)
            self._name = gr.Textbox(label="Name", max_lines=1, min_width=150)
            self._email = gr.Textbox(label="Email", max_lines=1, min_width=150)
            self._section = gr.Textbox(label="Section", max_lines=1, min_width=90)
            self._add = gr.Button("Add student", size="sm", min_width=110)

    @property
    def _fields(self) -> list[Any]:
        return [self._number, self._name, self._email, self._section]

    def _connect(self) -> None:
        here = [self._exam_id]
        imported = connect(self._import.upload, self.take_in, [*here, self._import], self.shown)
        filled = [*self.shown, *self._fields]
        added = connect(self._add.click, self.add, [*here, *self._fields], filled)
        self.changed = [imported, added]
        connect(self._roster.pick, self.remove, here, self.shown)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._roster]

    def load(self, exam_id: str) -> tuple[str]:
        """The roster."""
        students = self._application.gradebook.rosters.students(exam_id) if exam_id else []
        title = f"Roster, {len(students)} students"
        return (markup.table(title, COLUMNS, map(row_of, students)) if students else NONE_YET,)

    def take_in(self, exam_id: str, file: str) -> tuple[str]:
        """Takes a roster in; students are matched by their number."""
        students = roster_csv.read_roster(Path(file))
        self._merge(exam_id, students)
        gr.Info(f"{len(students)} students were taken in.", duration=3)
        return self.load(exam_id)

    def add(
        self, exam_id: str, number: str, name: str, email: str, section: str
    ) -> tuple[Any, ...]:
        """Adds a student, or corrects the one of that number."""
        if not number.strip() or not name.strip():
            raise InvalidInput("A student needs a number and a name.")
        student = Student("", number.strip(), name.strip(), email.strip(), section.strip())
        self._merge(exam_id, [student])
        return *self.load(exam_id), "", "", "", ""

    def remove(self, exam_id: str, event: gr.EventData) -> tuple[str]:
        """Removes a student without a script."""
        self._application.gradebook.rosters.remove(exam_id, event.id)
        return self.load(exam_id)

    def _merge(self, exam_id: str, students: Sequence[Student]) -> None:
        self._application.gradebook.rosters.merge(exam_id, students)
        self._application.marking.find_students(exam_id)


def row_of(student: Student) -> list[str]:
    """A student's line in the roster."""
    name = f"{escape(student.name)}<small>{escape(student.email)}</small>"
    ask = f"Remove {student.name} from the roster?"
    away = button(student.id, "Remove", student.name, ask)
    return [escape(student.number), name, escape(student.section), away]
