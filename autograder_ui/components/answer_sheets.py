"""Answer sheets to print, whose codes bring each page back to its script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.reading.sheets.printing import SheetOrder
from autograder_ui.components import download
from autograder_ui.components.download import Download
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

PAPERS = [("A4", "a4"), ("Letter", "letter")]


class AnswerSheets:
    """What is printed of the sheets, and the button that does."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        with gr.Accordion("Answer sheets on paper", open=False, elem_classes="fold"):
            with gr.Row(elem_classes="fields"):
                self._pages = gr.Number(
                    2,
                    label="Sheets each (0: cover only)",
                    precision=0,
                    minimum=0,
                    min_width=170,
                )
                self._blank = gr.Number(
                    0,
                    label="Blank copies",
                    precision=0,
                    minimum=0,
                    min_width=130,
                )
                self._paper = gr.Dropdown(PAPERS, value="a4", label="Paper", min_width=100)
            with gr.Row(elem_classes="fields"):
                self._cover = gr.Checkbox(label="Cover sheets", min_width=120)
                self._boxes = gr.Checkbox(label="Question boxes", min_width=120)
                self._print = gr.Button(
                    "Print answer sheets", size="sm", min_width=150, elem_id="print-sheets"
                )
            self._download = Download()

    def _connect(self) -> None:
        order = [self._pages, self._blank, self._paper, self._cover, self._boxes]
        connect(
            self._print.click,
            self.sheets,
            [self._exam_id, *order],
            [self._download],
            progress="minimal",
        )

    def sheets(
        self,
        exam_id: str,
        pages: float | None,
        blank: float | None,
        paper: str,
        cover: bool,
        boxes: bool,
    ) -> str:
        """The sheets as a PDF to save. InvalidInput: no number of sheets, or nothing to print."""
        if pages is None:
            raise InvalidInput("Say how many answer sheets each student gets.")
        order = SheetOrder(int(pages), int(blank or 0), paper, cover, boxes)
        content = self._application.marking.answer_sheets(exam_id, order)
        title = self._application.gradebook.exams.get(exam_id).title
        name = f"{download.file_name(title)}-sheets.pdf"
        return download.file(name, content, "application/pdf")
