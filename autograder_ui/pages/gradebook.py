"""Gradebook tab: every mark of the class, and the file to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.grade import BULK, MarkedAnswer
from autograder_ui.components import distribution, download, mark_sheet, markup
from autograder_ui.components.download import Download
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NO_EXAM = markup.empty("No exam yet", "Create or import one in the Exam tab first.")
NONE_YET = markup.empty(
    "No marks yet", "Hand in scans in the Scripts tab, then have the answers graded there."
)
DISTRIBUTION = markup.heading("Distribution", "How the marks of each question are spread.")
CSV = "text/csv"


class GradebookPage:
    """Gradebook tab: the mark sheet, its filters, the distribution, the export."""

    title = "Gradebook"

    def __init__(
        self, application: Application, exam_id: gr.State, _reviewer: gr.Textbox | None = None
    ) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()
        self.news: list[Dependency] = []

    def _build(self) -> None:
        self._none = Markup(NO_EXAM)
        with gr.Column(visible=False) as self._there:
            with gr.Row(elem_classes="fields bar"):
                self._kind = gr.Radio(
                    mark_sheet.FILTERS,
                    value=mark_sheet.ALL,
                    label="Show",
                    min_width=280,
                    scale=4,
                    elem_id="sheet-filter",
                )
                self._name = gr.Textbox(label="Name or number", max_lines=1, min_width=150, scale=2)
                self._excel = gr.Button(
                    "CSV for Excel", size="sm", min_width=120, elem_id="export-excel"
                )
                self._csv = gr.Button(
                    "CSV for an LMS", size="sm", min_width=120, elem_id="export-csv"
                )
                self._feedback = gr.Button(
                    "Feedback CSV", size="sm", min_width=120, elem_id="export-feedback"
                )
            self._summary = Markup()
            self._sheet = Markup(elem_id="class-marks")
            Markup(DISTRIBUTION)
            self._plots = Markup(elem_id="distribution")
        self._download = Download()

    def _connect(self) -> None:
        connect(
            [self._kind.input, self._name.input],
            self.show,
            [self._exam_id, self._kind, self._name],
            [self._sheet],
            latest_only=True,
        )
        connect(self._excel.click, self.export_for_excel, [self._exam_id], [self._download])
        connect(self._csv.click, self.export, [self._exam_id], [self._download])
        connect(self._feedback.click, self.export_feedback, [self._exam_id], [self._download])

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [
            self._none,
            self._there,
            self._kind,
            self._name,
            self._summary,
            self._sheet,
            self._plots,
        ]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The whole sheet and the plots."""
        marked = self._application.gradebook.marks.of_exam(exam_id) if exam_id else []
        none = gr.update(value=NONE_YET if exam_id else NO_EXAM, visible=not marked)
        there = gr.update(visible=bool(marked))
        if not marked:
            return none, there, mark_sheet.ALL, "", "", "", ""
        exam = self._application.gradebook.exams.get(exam_id)
        plots = distribution.plots(exam.questions, marked)
        sheet = self._sheet_of(exam_id, marked, mark_sheet.ALL, "")
        return none, there, mark_sheet.ALL, "", summary(marked), sheet, plots

    def show(self, exam_id: str, kind: str, name: str) -> str:
        """The sheet's lines that fit the filter."""
        marked = self._application.gradebook.marks.of_exam(exam_id)
        return self._sheet_of(exam_id, marked, kind, name)

    def export(self, exam_id: str) -> str:
        """The gradebook as it is now, as CSV that programs read."""
        return self._file(exam_id, "marks", self._application.marking.export(exam_id))

    def export_for_excel(self, exam_id: str) -> str:
        """The same with a byte order mark, so that Excel shows every name right."""
        return self._file(exam_id, "marks", self._application.marking.export(exam_id, bom=True))

    def export_feedback(self, exam_id: str) -> str:
        """What each student may be told of the marks that somebody has confirmed."""
        return self._file(exam_id, "feedback", self._application.marking.export_feedback(exam_id))

    def _file(self, exam_id: str, what: str, content: bytes) -> str:
        title = self._application.gradebook.exams.get(exam_id).title
        return download.file(f"{download.file_name(title)}-{what}.csv", content, CSV)

    def _sheet_of(self, exam_id: str, marked: list[MarkedAnswer], kind: str, name: str) -> str:
        gradebook = self._application.gradebook
        students = gradebook.rosters.students(exam_id)
        lines = mark_sheet.lines_of(students, gradebook.scripts.all(exam_id), marked)
        return mark_sheet.sheet(gradebook.exams.get(exam_id), lines, kind, name)


def summary(marked: list[MarkedAnswer]) -> str:
    """How far the marking is, in one line."""
    ways = [each.review.way for each in marked if each.review is not None]
    flagged = sum(mark_sheet.is_flagged(each) for each in marked)
    unseen = ways.count(BULK)
    parts = [f"{len(ways) - unseen} of {len(marked)} answers reviewed"]
    parts += [f"{unseen} accepted unseen"] if unseen else []
    parts += [f"{flagged} flagged: please look"] if flagged else []
    return f'<p class="summary">{" · ".join(parts)}</p>{mark_sheet.LEGEND}'
