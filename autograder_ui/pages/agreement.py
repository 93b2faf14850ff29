"""Agreement tab: how far the machine's marks, and those of several markers, agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.grade import BULK, MarkedAnswer
from autograder.gradebook.script_names import names_in_marking
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder_ui.components import (
    agreement_csv,
    agreement_plots,
    agreement_tables,
    download,
    in_sight,
    markup,
)
from autograder_ui.components.acceptance import Acceptance
from autograder_ui.components.download import Download
from autograder_ui.components.in_sight import InSight
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NO_EXAM = markup.empty("No exam yet", "Create or import one in the Exam tab first.")
NO_ANSWERS = markup.empty(
    "No answers yet", "Hand in scans in the Scripts tab, then have the answers graded there."
)
NO_REVIEWS = markup.empty(
    "You have marked nothing yet",
    "Mark some answers in the Marking tab, about ten to a question: here you then see how far the "
    "machine's marks can be trusted.",
)
AGREEMENT = markup.heading(
    "How far you agree", "The machine's marks against yours, as it had predicted them before."
)
DIFFERENCES = markup.heading("Where you differ", "The widest differences first.")
CRITERIA = markup.heading(
    "Criterion by criterion", "As the mark scheme stands today; open a number to see whose answers."
)
MARKERS = markup.heading(
    "Between markers",
    "On answers that two people marked, by the newest mark of each. The second may have seen the "
    "first one's mark.",
)
CSV = "text/csv"


class AgreementPage:
    """Agreement tab: what can be accepted unseen, and the figures of agreement behind it."""

    title = "Agreement"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._sight = InSight()
        self._acceptance = Acceptance(application, exam_id, reviewer)
        self._build()
        self._connect(exam_id)
        self.news: list[Dependency] = [self._acceptance.accepted]

    def _build(self) -> None:
        self._none = Markup(NO_EXAM)
        with gr.Column(visible=False, elem_classes="sections") as self._there:
            Markup(AGREEMENT)
            with gr.Row(elem_classes="actions bar"):
                self._summary = Markup(elem_id="agreement-summary")
                self._csv = gr.Button(
                    "Download these figures (CSV)", size="sm", elem_id="export-agreement"
                )
            self._questions = Markup(elem_id="agreement-questions")
            self._charts = Markup(elem_id="agreement-charts")
            Markup(DIFFERENCES)
            self._differences = PickTable(elem_id="agreement-differences")
            Markup(CRITERIA)
            self._criteria = PickTable(elem_id="agreement-criteria")
            Markup(MARKERS)
            self._markers = Markup(elem_id="agreement-markers")
        self._download = Download()

    def _connect(self, exam_id: gr.State) -> None:
        seen, acceptance = self._sight.seen, self._acceptance
        filled = connect(seen, self.open, [exam_id], self._page, latest_only=True)
        connect(filled.success, acceptance.load, [exam_id], acceptance.shown)
        connect(self._csv.click, self.export, [exam_id], [self._download])

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows once the tab is in sight."""
        return [self._sight]

    @property
    def _page(self) -> list[Any]:
        return [
            self._none,
            self._there,
            self._summary,
            self._questions,
            self._charts,
            self._differences,
            self._criteria,
            self._markers,
        ]

    @property
    def picks(self) -> list[Callable[..., Any]]:
        """Events whose ``id`` is that of an answer to be opened in Marking."""
        return [self._differences.pick, self._criteria.pick]

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened; nothing is compared until it is in sight."""
        return in_sight.opened()

    def open(self, exam_id: str) -> tuple[Any, ...]:
        """All figures, or what to do so that there are some."""
        marked = self._application.gradebook.marks.of_exam(exam_id) if exam_id else []
        reviewed = any(review.way != BULK for each in marked for review in each.reviews)
        if not reviewed:
            none = NO_REVIEWS if marked else NO_ANSWERS if exam_id else NO_EXAM
            return gr.update(value=none, visible=True), gr.update(visible=False), *([""] * 6)
        return gr.update(visible=False), gr.update(visible=True), *self._told(exam_id, marked)

    def export(self, exam_id: str) -> str:
        """The figures as they are now, as CSV."""
        title = self._application.gradebook.exams.get(exam_id).title
        marked = self._application.gradebook.marks.of_exam(exam_id)
        content = agreement_csv.export(self._agreement(exam_id, marked))
        return download.file(f"{download.file_name(title)}-agreement.csv", content, CSV)

    def _told(self, exam_id: str, marked: list[MarkedAnswer]) -> list[str]:
        found = self._agreement(exam_id, marked)
        names = names_in_marking(self._application.gradebook, exam_id)
        return [
            agreement_tables.summary(found),
            agreement_tables.questions(found) if found.found else "",
            charts(found) if found.found else "",
            agreement_tables.differences(found.found, names),
            agreement_tables.criteria(found.criteria, names),
            agreement_tables.markers(found.markers),
        ]

    def _agreement(self, exam_id: str, marked: list[MarkedAnswer]) -> ExamAgreement:
        exams = self._application.gradebook.exams
        return ExamAgreement.of(exams.get(exam_id).questions, marked, exams.versions(exam_id))


def charts(found: ExamAgreement) -> str:
    """The plots, each of which says in words what it shows."""
    by_question = agreement_plots.same_marks(found) + agreement_plots.leniency(found)
    reliability = agreement_plots.reliability(found.confidence, found.calibration_error)
    marks = markup.heading("Mark against mark", "Up: the machine's. Across: yours.")
    return (
        f'<div class="charts">{by_question}{reliability}</div>'
        f"{marks}{agreement_plots.confusions(found)}"
    )
