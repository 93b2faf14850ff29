"""The textbooks of an exam."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.job import Job, JobState
from autograder.domain.textbook import Book
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable, button
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("Textbooks", "Each answer is shown beside the page where it stands.")
NONE_YET = markup.empty("No textbook yet", "Add the course's PDF: each question finds its page.")
NEW_PAGES = (
    "A book came after these answers were graded. Those that it has a better page for can be "
    "graded again; what you marked stays."
)
SECONDS = 2  # between two looks at a book that is being indexed


class Bookshelf:
    """Lists, adds and removes textbooks; shows how far their indexing is."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        Markup(HEADING)
        self._books = PickTable(value=NONE_YET, elem_id="books")
        with gr.Row(elem_classes="actions"):
            self._add = gr.UploadButton(
                "Add textbook (PDF)",
                file_types=[".pdf"],
                file_count="multiple",
                size="sm",
                elem_id="add-book",
            )
        with gr.Column(visible=False, elem_id="new-pages") as self._offer:
            Markup(markup.notice("plain", [NEW_PAGES]))
            self._grade = gr.Button("Grade again with this book", size="sm", elem_id="grade-again")
        self._timer = gr.Timer(SECONDS, active=False)

    def _connect(self) -> None:
        added = connect(
            self._add.upload, self.add, [self._exam_id, self._add], self.shown, progress="minimal"
        )
        connect(self._books.pick, self.remove, [self._exam_id], self.shown)
        asked = connect(self._grade.click, self.grade_again, [self._exam_id], self.shown)
        connect(self._timer.tick, self.load, [self._exam_id], self.shown)
        self.changed = [added, asked]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._books, self._offer, self._timer]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The exam's textbooks, whether to grade by them again, and whether to look again."""
        books = self._application.gradebook.books.of_exam(exam_id) if exam_id else []
        recent = self._application.gradebook.jobs.recent(exam_id) if exam_id else []
        jobs = [job for job in recent if job.kind == "index"]
        rows = [self._row(book, jobs) for book in books]
        shelf = markup.table("Textbooks", ["Book", "Pages", "", ""], rows) if books else NONE_YET
        offer = gr.update(visible=came_after_grading(recent) and self._is_graded(exam_id))
        return shelf, offer, gr.Timer(active=not all(job.state.final for job in jobs))

    def add(self, exam_id: str, files: list[str]) -> tuple[Any, ...]:
        """Takes textbooks in and has them indexed."""
        for file in files:
            self._application.marking.add_textbook(exam_id, Path(file).name, Path(file))
        return self.load(exam_id)

    def remove(self, exam_id: str, event: gr.EventData) -> tuple[Any, ...]:
        """Takes a textbook away from this exam."""
        self._application.marking.remove_textbook(exam_id, event.id)
        return self.load(exam_id)

    def grade_again(self, exam_id: str) -> tuple[Any, ...]:
        """Has answers graded again that stand on other pages now."""
        self._application.marking.grade_again(exam_id)
        return self.load(exam_id)

    def _is_graded(self, exam_id: str) -> bool:
        gradebook = self._application.gradebook
        questions = gradebook.exams.get(exam_id).questions
        return any(gradebook.marks.any_prediction(question.id) for question in questions)

    def _row(self, book: Book, jobs: Sequence[Job]) -> list[str]:
        ask = f"Take “{book.title}” away from this exam?"
        away = button(book.id, "Take away", book.title, ask)
        return [escape(book.title), str(book.pages), self._state(book, jobs), away]

    def _state(self, book: Book, jobs: Sequence[Job]) -> str:
        if self._application.textbooks.holds(book.id):
            return tag("good", "ready")
        job = next((job for job in jobs if job.arguments.get("book") == book.id), None)
        if job is None or job.state is JobState.DONE:
            return tag("warn", "not read: take it away and add it again")
        if job.state.final:
            return tag("warn", job.message or "not read")
        return tag("", f"page {job.done} of {job.total}" if job.total else "waiting to be read")


def came_after_grading(jobs: Sequence[Job]) -> bool:
    """Whether a book was read since answers were last graded. ``jobs`` are newest first."""
    newest = next((job for job in jobs if job.kind in ("index", "grade")), None)
    return newest is not None and (newest.kind, newest.state) == ("index", JobState.DONE)


def tag(kind: str, words: str) -> str:
    """A small label."""
    return f'<span class="tag {kind}">{escape(words)}</span>'
