"""Exam tab: what is asked and how it is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application


class ExamPage:
    """Exam tab: title and course."""

    title = "Exam"

    def __init__(
        self, application: Application, exam_id: gr.State, reviewer: gr.Textbox | None = None
    ) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self.news = self._connect()

    def _build(self) -> None:
        with gr.Row():
            self._title = gr.Textbox(label="Title", max_lines=1)
            self._course = gr.Textbox(label="Course", max_lines=1)
            self._save = gr.Button("Save", variant="primary", scale=0, min_width=100)

    def _connect(self) -> list[Dependency]:
        details = [self._exam_id, self._title, self._course]
        return [connect([self._save.click, self._title.submit], self.rename, details)]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._title, self._course]

    def load(self, exam_id: str) -> tuple[str, str]:
        """The exam's title and course."""
        if not exam_id:
            return "", ""
        exam = self._application.gradebook.exams.get(exam_id)
        return exam.title, exam.course

    def rename(self, exam_id: str, title: str, course: str) -> None:
        """Gives the exam its title and course."""
        self._application.gradebook.exams.rename(exam_id, title.strip(), course.strip())
