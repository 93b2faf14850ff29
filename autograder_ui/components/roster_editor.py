"""The students of an exam."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.script import Student
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("Students", "Scripts find their student by number and name.")
NONE_YET = markup.empty(
    "No students yet",
    "Import the roster as CSV with the columns number and name, or add them here.",
)
COLUMNS = ["Number", "Name", "Email", "Section"]


class RosterEditor:
    """Lists, imports, adds and removes students."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        Markup(HEADING)
        self._roster = Markup(NONE_YET, elem_id="roster")
        with gr.Row(elem_classes="actions"):
            self._import = gr.UploadButton(
                "Import roster (CSV)", file_types=[".csv", ".txt"], size="sm", elem_id="add-roster"
            )
        with gr.Accordion("Add or remove a student", open=False, elem_classes="fold"):
            with gr.Row(elem_classes="fields"):
                self._number = gr.Textbox(label="Number", max_lines=1, min_width=110)
                self._name = gr.Textbox(label="Name", max_lines=1, min_width=150)
                self._email = gr.Textbox(label="Email", max_lines=1, min_width=150)
                self._section = gr.Textbox(label="Section", max_lines=1, min_width=90)
                self._add = gr.Button("Add student", size="sm", min_width=110)
            with gr.Row(elem_classes="fields"):
                self._chosen = gr.Dropdown([], label="Student to remove", min_width=220)
                self._remove = gr.Button(
                    "Remove", size="sm", min_width=110, elem_classes="quiet danger"
                )

    @property
    def _fields(self) -> list[Any]:
        return [self._number, self._name, self._email, self._section]

    def _connect(self) -> None:
        here = [self._exam_id]
        connect(self._import.upload, self.take_in, [*here, self._import], self.shown)
        connect(self._add.click, self.add, [*here, *self._fields], [*self.shown, *self._fields])
        connect(self._remove.click, self.remove, [*here, self._chosen], self.shown)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._roster, self._chosen]

    def load(self, exam_id: str) -> tuple[Any, Any]:
        """The roster, and who can be removed from it."""
        students = self._application.gradebook.rosters.students(exam_id) if exam_id else []
        rows = [[escape(value) for value in fields_of(student)] for student in students]
        title = f"Roster, {len(students)} students"
        roster = markup.table(title, COLUMNS, rows) if rows else NONE_YET
        choices = [(f"{student.name} ({student.number})", student.id) for student in students]
        return roster, gr.update(choices=choices, value=None)

    def take_in(self, exam_id: str, file: str) -> tuple[Any, Any]:
        """Takes a roster in; students are matched by their number."""
        from autograder.gradebook.importers import roster_csv

        students = roster_csv.read_roster(Path(file))
        self._application.gradebook.rosters.merge(exam_id, students)
        gr.Info(f"{len(students)} students were taken in.", duration=3)
        return self.load(exam_id)

    def add(
        self, exam_id: str, number: str, name: str, email: str, section: str
    ) -> tuple[Any, ...]:
        """Adds a student, or corrects the one of that number."""
        if not number.strip() or not name.strip():
            raise InvalidInput("A student needs a number and a name.")
        student = Student("", number.strip(), name.strip(), email.strip(), section.strip())
        self._application.gradebook.rosters.merge(exam_id, [student])
        return *self.load(exam_id), "", "", "", ""

    def remove(self, exam_id: str, student_id: str | None) -> tuple[Any, Any]:
        """Removes a student without a script."""
        if not student_id:
            raise InvalidInput("Choose the student to remove first.")
        self._application.gradebook.rosters.remove(exam_id, student_id)
        return self.load(exam_id)


def fields_of(student: Student) -> tuple[str, str, str, str]:
    """A student as a row."""
    return student.number, student.name, student.email, student.section
