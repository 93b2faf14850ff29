"""Exam tab: what is asked, how it is marked, from which books, of whom."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam
from autograder.gradebook.exporters import exam_json
from autograder_ui.components import download, markup
from autograder_ui.components.answer_sheets import AnswerSheets
from autograder_ui.components.bookshelf import Bookshelf
from autograder_ui.components.download import Download
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable, button
from autograder_ui.components.question_editor import QuestionEditor
from autograder_ui.components.region_editor import RegionEditor
from autograder_ui.components.roster_editor import RosterEditor
from autograder_ui.components.top_bar import exam_name
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NO_EXAM = markup.empty(
    "Set up your first exam",
    "Press “New exam” above and write its questions here, or import an exam from JSON or CSV.",
)


class ExamPage:
    """Exam tab: title and course, questions, textbooks, students."""

    title = "Exam"

    def __init__(
        self, application: Application, exam_id: gr.State, _reviewer: gr.Textbox | None = None
    ) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self.news = self._connect()

    def _build(self) -> None:
        self._none = Markup(NO_EXAM, visible=False)
        with gr.Row(elem_classes="fields exam-details"):
            with gr.Row(visible=False, elem_classes="fields") as self._details:
                self._title = gr.Textbox(label="Title", max_lines=1, min_width=220, scale=4)
                self._course = gr.Textbox(label="Course", max_lines=1, min_width=160, scale=3)
            self._import = gr.UploadButton(
                "Import exam",
                file_types=[".json", ".csv", ".pdf", ".txt", ".md"],
                file_count="multiple",
                size="sm",
                min_width=110,
                elem_id="import-exam",
            )
            self._export = gr.Button(
                "Export JSON", size="sm", min_width=110, visible=False, elem_id="export-exam"
            )
            self._archive = gr.Button(
                "Archive",
                size="sm",
                min_width=80,
                visible=False,
                elem_id="archive-exam",
                elem_classes="quiet danger",
            )
        with gr.Column(visible=False, elem_classes="sections") as self._sections:
            self.questions = QuestionEditor(self._application, self._exam_id)
            with gr.Row(elem_classes="two-sections"):
                with gr.Column(min_width=320, elem_classes="section"):
                    self.books = Bookshelf(self._application, self._exam_id)
                with gr.Column(min_width=320, elem_classes="section"):
                    self.roster = RosterEditor(self._application, self._exam_id)
                    AnswerSheets(self._application, self._exam_id)
            self.regions = RegionEditor(self._application, self._exam_id)
        self._archived = PickTable(elem_id="archived-exams")
        self._download = Download()

    def _connect(self) -> list[Dependency]:
        details = [self._exam_id, self._title, self._course]
        typed = [self._title.blur, self._title.submit, self._course.blur, self._course.submit]
        renamed = connect(typed, self.rename, details, latest_only=True)
        imported = connect(
            self._import.upload, self.take_in, [self._import], [self._exam_id], progress="minimal"
        )
        refreshed = connect(imported.success, self.load, [self._exam_id], self.shown)
        connect(
            refreshed.success, self.questions.open_first, [self._exam_id], self.questions.opened
        )
        connect(self._export.click, self.export, [self._exam_id], [self._download])
        archived = connect(
            self._archive.click, self.archive, [self._exam_id], [self._exam_id], js=REALLY_ARCHIVE
        )
        restored = connect(self._archived.pick, self.restore, None, [self._exam_id])
        changed = [renamed, imported, archived, restored]
        return [
            *changed,
            self.questions.asked,
            *self.books.changed,
            *self.roster.changed,
            self.regions.split,
        ]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        frame = [self._none, self._details, self._title, self._course, self._export]
        frame += [self._archive, self._sections, self._archived]
        return [
            *frame,
            *self.questions.shown,
            *self.books.shown,
            *self.roster.shown,
            *self.regions.shown,
        ]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The exam's details, its questions' list, its textbooks and its students."""
        there, missing = gr.update(visible=bool(exam_id)), gr.update(visible=not exam_id)
        exam = self._application.gradebook.exams.get(exam_id) if exam_id else None
        names = (exam.title, exam.course) if exam else ("", "")
        sections = (self.questions, self.books, self.roster, self.regions)
        filled = [value for section in sections for value in section.load(exam_id)]
        past = archived_list(self._application.gradebook.exams.archived())
        return missing, there, *names, there, there, there, past, *filled

    def rename(self, exam_id: str, title: str, course: str) -> None:
        """Keeps the exam's title and course as they are typed."""
        if not title.strip():
            raise InvalidInput("An exam needs a title.")
        self._application.gradebook.exams.rename(exam_id, title.strip(), course.strip())

    def take_in(self, files: list[str]) -> str:
        """Takes an exam in and goes to it; files that it names can be handed in with it."""
        with TemporaryDirectory() as folder:
            together = [Path(copy(file, folder)) for file in files]
            return self._application.marking.import_exam(exam_file(together), handed_in=True).id

    def archive(self, exam_id: str) -> str:
        """Takes the exam off the list, with all that is in it kept, and goes to the next one."""
        exams = self._application.gradebook.exams
        exams.archive(exam_id)
        title = escape(exams.get(exam_id).title)
        gr.Info(f"“{title}” is archived. Restore it at the foot of this page.", duration=6)
        return next((exam.id for exam in exams.all()), "")

    def restore(self, event: gr.EventData) -> str:
        """Puts an archived exam back on the list and goes to it."""
        self._application.gradebook.exams.restore(event.id)
        return str(event.id)

    def export(self, exam_id: str) -> str:
        """The exam with its students as JSON."""
        exam = self._application.gradebook.exams.get(exam_id)
        students = self._application.gradebook.rosters.students(exam_id)
        content = exam_json.export(exam, students)
        return download.file(f"{download.file_name(exam.title)}.json", content, "application/json")


REALLY_ARCHIVE = """(...values) => {
    if (!confirm('Archive this exam? All of it is kept, and you can restore it.')) throw 'kept';
    return values;
}"""


def archived_list(exams: Sequence[Exam]) -> str:
    """The archived exams, each with the way back; nothing where there are none."""
    rows = [[escape(exam_name(exam)), button(exam.id, "Restore", exam.title)] for exam in exams]
    return markup.table("Archived exams", ["Archived exams", ""], rows) if rows else ""


def exam_file(files: Sequence[Path]) -> Path:
    """Which of the files is the exam. InvalidInput: none of them."""
    by_kind = {file.suffix.lower(): file for file in files}
    exam = by_kind.get(".json") or by_kind.get(".csv")
    if exam is None:
        raise InvalidInput("An exam is a JSON or CSV file. Add one to the files.")
    return exam
