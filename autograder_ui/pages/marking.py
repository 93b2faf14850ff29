"""Marking tab: an answer beside its scan, its predicted marks and its textbook page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import Conflict, InvalidInput
from autograder.domain.exam import Question
from autograder.domain.grade import MarkedAnswer
from autograder.domain.job import SHARPEN
from autograder_ui.components import answer_sheet, mark_form, markup
from autograder_ui.components.mark_form import Form, MarkForm
from autograder_ui.components.marking_desk import MarkingDesk
from autograder_ui.components.marking_order import (
    BY_QUESTION,
    ORDERS,
    WHAT_HELPS,
    MarkingOrder,
    progress,
)
from autograder_ui.components.names_switch import NamesSwitch
from autograder_ui.components.page_viewer import PageViewer
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.ruling_board import RulingBoard
from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOTHING = markup.empty(
    "Nothing to mark yet",
    "Drop the scans in Scripts and press Grade there: each answer then appears here.",
)
SECONDS = 3.0  # between two looks for the first answers, while there is work going on
LOOK_SECONDS = 0.5  # between two looks for what is learned from a decision
DIGITS = tuple("123456789")
MARK = '[data-mark="{key}"]'
NO_CRITERIA = "#mark-form .mark-form:not(:has([data-criterion]))"
KEYS = (
    Shortcut(("j", "ArrowRight"), "#mark-next", "Next answer", "j →"),
    Shortcut(("k", "ArrowLeft"), "#mark-previous", "Previous answer", "k ←"),
    Shortcut(("n",), "#mark-unmarked", "Next answer that nobody has marked"),
    Shortcut(DIGITS, '#mark-form [data-criterion="{key}"]', "Tick a criterion", "1–9"),
    Shortcut(
        ("0", *DIGITS), f"{NO_CRITERIA} {MARK}", "Give the mark where there are no criteria", "0–9"
    ),
    Shortcut(
        tuple(f"Shift+{digit}" for digit in ("0", *DIGITS)),
        f"#mark-form {MARK}",
        "Give the mark itself",
        "Shift 0–9",
    ),
    Shortcut(("s", "Enter"), "#mark-save", "Save and go on"),
    Shortcut(("a",), "#mark-accept", "Accept the predicted mark and go on"),
    Shortcut(("c",), "#mark-comment textarea", "Write a comment (Esc leaves it)"),
)


class MarkingPage:
    """Marking tab: one answer at a time, with all that a mark needs in sight."""

    title = "Marking"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._view = MarkingDesk(application)
        self._build(exam_id, reviewer)
        self._connect(exam_id, reviewer)
        self.news: list[Dependency] = []

    def _build(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._order = gr.State(MarkingOrder())
        self._answer_id = gr.State("")
        self._shown = gr.State("")  # what is on the desk, as stamp() names it
        self._seen = gr.State(0)
        self._opened = gr.State("")
        self._waiting = gr.Timer(SECONDS, active=False)
        self._learning = gr.Timer(LOOK_SECONDS, active=False)
        self._nothing = gr.HTML(NOTHING, visible=False)
        with gr.Column(visible=False, elem_id="marking") as self._whole:
            self._build_bar(exam_id, reviewer)
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_classes="desk-scan"):
                    self._scan = PageViewer(elem_id="mark-scan")
                with gr.Column(elem_classes="desk-sheet"):
                    self._build_sheet(reviewer)
                with gr.Column(elem_classes="desk-book"):
                    self._book = PageViewer(elem_id="mark-book")

    def _build_bar(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        with gr.Row(elem_classes="fields desk-bar"):
            self._by = gr.Radio(ORDERS, value=BY_QUESTION, label="Order", elem_id="mark-by")
            self._only = gr.Dropdown([], label="Show", min_width=180, scale=1, elem_id="mark-only")
            self._names = NamesSwitch(self._application, exam_id, reviewer, "mark-names")
            self._progress = gr.HTML(elem_id="mark-progress", apply_default_css=False)
            self._previous = gr.Button("Previous", elem_id="mark-previous", size="sm", min_width=90)
            self._next = gr.Button("Next", elem_id="mark-next", size="sm", min_width=70)
            self._unmarked = gr.Button(
                "Next unmarked", elem_id="mark-unmarked", size="sm", min_width=120
            )
            shortcuts(KEYS)

    def _build_sheet(self, reviewer: gr.Textbox) -> None:
        self._sheet = PickTable(elem_id="mark-sheet")
        self._form = MarkForm(self.weigh, elem_id="mark-form")
        with gr.Column(elem_classes="desk-foot"):
            self._comment = gr.Textbox(
                label="Comment", elem_id="mark-comment", lines=1, max_lines=4, max_length=2000
            )
            with gr.Row(elem_classes="desk-buttons"):
                self._accept = gr.Button("Accept predicted", elem_id="mark-accept", min_width=150)
                self._save = gr.Button(
                    "Save", variant="primary", elem_id="mark-save", min_width=120
                )
        self._rulings = RulingBoard(self._application, self._answer_id, reviewer)
        self._history = gr.HTML(elem_id="mark-history", apply_default_css=False)

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        here, answer = [self._order, self._answer_id], self._answer
        told = [*here, self._seen, self._comment, reviewer]
        opened = [exam_id, self._by, self._only, self._answer_id, self._shown]
        looked = [*opened, self._names.box]
        connect([self._opened.change, self._waiting.tick], self.open, looked, self._desk)
        names = self._names
        connect(self._opened.change, names.load, [exam_id], [names.box], every=True)
        connect(names.switched.success, self.rename, opened[:-1], self._named)
        connect(self._by.input, self.regroup, [exam_id, self._by, self._answer_id], self._desk)
        connect(self._only.input, self.open, opened, self._desk)
        saved = [
            connect(self._save.click, self.save, [*told, self._form], [self._order, *answer]),
            connect(self._accept.click, self.accept, told, [self._order, *answer]),
        ]
        decided = [*saved, self._rulings.written, self._rulings.withdrawn]
        look = [self._learning, *self._learned]
        connect(self._learning.tick, self.learned, [self._answer_id, self._shown], look)
        for each in decided:
            connect(each.success, lambda: gr.Timer(active=True), None, [self._learning])
        connect(self._next.click, self.next, here, answer)
        connect(self._previous.click, self.previous, here, answer)
        connect(self._unmarked.click, self.next_unmarked, here, answer)
        connect(self._sheet.pick, self.go_to, [self._order], answer)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows from it."""
        return [self._opened]

    @property
    def wanted(self) -> list[Any]:
        """The answer that is open when the tab is opened, and the group that alone is shown."""
        return [self._answer_id, self._only]

    @property
    def _desk(self) -> list[Any]:
        return [self._nothing, self._whole, self._waiting, self._only, self._order, *self._answer]

    @property
    def _named(self) -> list[Any]:
        return [self._only, self._order, self._progress, self._sheet, self._scan]

    @property
    def _answer(self) -> list[Any]:
        head = [self._answer_id, self._shown, self._seen, self._progress, self._sheet, self._form]
        rest = [self._comment, self._accept, self._scan, self._book, self._history]
        return [*head, *rest, *self._rulings.shown]

    @property
    def _learned(self) -> list[Any]:
        return [self._shown, self._sheet, self._form, self._accept, self._history]

    # Where the teacher is

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened: what was open in it stays open, read anew."""
        return uuid4().hex

    def open(
        self,
        exam_id: str,
        by: str,
        only: str,
        answer_id: str,
        shown: str = "",
        named: bool | None = None,
    ) -> tuple[Any, ...]:
        """The answers in their order, at the one that was open or the first unmarked one.

        Where that is ``shown`` as it stands, it stays with all that the teacher has set on it.
        ``named``: whether names are on the desk, which may have been switched in another tab.
        """
        if not exam_id:
            return self._empty(working=False)
        groups = self._view.groups(exam_id, by)
        only = only if only in {key for _, key in groups} else ""
        order = self._view.order(exam_id, by, only)
        if not order.answers:
            return self._empty(working=bool(self._gradebook.jobs.active(exam_id)))
        here = answer_id if answer_id in order.answers else order.first()
        picker = gr.update(choices=groups, value=only)
        frame = gr.update(visible=False), gr.update(visible=True), gr.Timer(active=False)
        if shown and ground(shown) == ground(stamp(self._gradebook.marks.get(here))):
            return *frame, picker, order, *self._kept(exam_id, order, here, shown, named)
        return *frame, picker, order, *self._at(order, here)

    def rename(self, exam_id: str, by: str, only: str, answer_id: str) -> tuple[Any, ...]:
        """The open answer, shown with names or without; what was set on it stays."""
        order = self._view.order(exam_id, by, only)
        if answer_id not in order.answers:
            return tuple(gr.skip() for _ in self._named)
        marked = self._gradebook.marks.get(answer_id)
        picker = gr.update(choices=self._view.groups(exam_id, by), value=only)
        return picker, order, progress(order, answer_id), *self._view.called(marked)

    def regroup(self, exam_id: str, by: str, answer_id: str) -> tuple[Any, ...]:
        """Another order, at the same answer, or at what helps most."""
        return self.open(exam_id, by, "", answer_id if by != WHAT_HELPS else "")

    def next(self, order: MarkingOrder, answer_id: str) -> tuple[Any, ...]:
        """The next answer."""
        return self._at(order, order.step(answer_id, 1))

    def previous(self, order: MarkingOrder, answer_id: str) -> tuple[Any, ...]:
        """The answer before."""
        return self._at(order, order.step(answer_id, -1))

    def go_to(self, order: MarkingOrder, event: gr.EventData) -> tuple[Any, ...]:
        """An answer that the open one's prediction goes by."""
        return self._at(order, event.id)

    def next_unmarked(self, order: MarkingOrder, answer_id: str) -> tuple[Any, ...]:
        """The next answer that nobody has reviewed."""
        unmarked = order.next_unmarked(answer_id)
        if not unmarked:
            gr.Info("All answers here are marked.", title="Done")
        return self._at(order, unmarked or answer_id)

    # What follows from a decision

    def learned(self, answer_id: str, shown: str) -> tuple[Any, ...]:
        """The open answer as it is now predicted, and whether there is still more to learn."""
        marked = self._gradebook.marks.get(answer_id)
        timer = gr.skip() if self._learns(marked) else gr.Timer(active=False)
        if stamp(marked) == shown or ground(stamp(marked)) != ground(shown):
            return timer, *(gr.skip() for _ in self._learned)  # another's mark is told on saving
        return timer, *self._updated(marked)

    def _learns(self, marked: MarkedAnswer) -> bool:
        exam_id = self._gradebook.scripts.get(marked.answer.script_id).exam_id
        return any(
            job.kind == SHARPEN and job.arguments["question"] == marked.answer.question_id
            for job in self._gradebook.jobs.active(exam_id)
        )

    def _updated(self, marked: MarkedAnswer) -> tuple[Any, ...]:
        sheet = self._view.sheet(marked, updated=True)
        form: Form = gr.skip()
        if marked.question:
            form = {**mark_form.form(marked.question, marked), "again": True}
        can_accept = gr.update(interactive=_acceptable(marked))
        return stamp(marked), sheet, form, can_accept, answer_sheet.history(marked)

    # What the teacher decides

    def save(
        self,
        order: MarkingOrder,
        answer_id: str,
        seen: int,
        comment: str,
        reviewer: str,
        filled: Form,
    ) -> tuple[Any, ...]:
        """Records the mark on the form as the teacher's and goes on."""
        mark, points = mark_form.awarded(self._question(answer_id), filled)
        return self._record(order, answer_id, seen, comment, reviewer, mark, points)

    def accept(
        self, order: MarkingOrder, answer_id: str, seen: int, comment: str, reviewer: str
    ) -> tuple[Any, ...]:
        """Records the predicted mark as the teacher's and goes on."""
        predicted = self._gradebook.marks.get(answer_id).predicted
        if predicted is None or predicted.mark is None:
            raise InvalidInput("There is no predicted mark to accept. Choose one and press Save.")
        return self._record(order, answer_id, seen, comment, reviewer, predicted.mark, None)

    def weigh(self, answer_id: str, points: list[float]) -> float:
        """The mark that points given per criterion come to."""
        return mark_form.total(self._question(answer_id), points)

    def _record(
        self,
        order: MarkingOrder,
        answer_id: str,
        seen: int,
        comment: str,
        reviewer: str,
        mark: float,
        points: list[float] | None,
    ) -> tuple[Any, ...]:
        name = reviewer.strip() or self._application.settings.reviewer
        try:
            marking = self._application.marking
            marking.review(answer_id, mark, name, comment.strip(), points, seen)
        except Conflict as conflict:
            said = f" Your comment was: “{comment.strip()}”." if comment.strip() else ""
            lost = f"Your mark {mark:g} was not saved; the newer one is shown now.{said}"
            gr.Warning(escape(f"{conflict} {lost}"), title="Marked meanwhile", duration=None)
            return order, *self._at(order, answer_id)
        order = order.with_review(answer_id)
        if order.worn:
            script = self._gradebook.marks.get(answer_id).answer.script_id
            exam_id = self._gradebook.scripts.get(script).exam_id
            order = self._view.order(exam_id, WHAT_HELPS, order.only)
        return order, *self.next_unmarked(order, answer_id)

    # What is on the desk

    def _empty(self, working: bool) -> tuple[Any, ...]:
        frame = gr.update(visible=True), gr.update(visible=False), gr.Timer(active=working)
        return *frame, gr.skip(), MarkingOrder(), "", "", *([gr.skip()] * (len(self._answer) - 2))

    def _kept(
        self, exam_id: str, order: MarkingOrder, answer_id: str, shown: str, named: bool | None
    ) -> list[Any]:
        marked = self._gradebook.marks.get(answer_id)
        kept: dict[Any, Any] = {self._progress: progress(order, answer_id)}
        kept[self._book] = self._view.book(exam_id, marked)  # may be new
        if named not in (None, self._gradebook.names.shown(exam_id)):
            kept |= zip([self._sheet, self._scan], self._view.called(marked), strict=True)
        if stamp(marked) != shown:
            kept |= zip(self._learned, self._updated(marked), strict=True)
        return [kept.get(each, gr.skip()) for each in self._answer]

    def _at(self, order: MarkingOrder, answer_id: str) -> tuple[Any, ...]:
        marked = self._gradebook.marks.get(answer_id)
        exam_id = self._gradebook.scripts.get(marked.answer.script_id).exam_id
        sheet, scan = self._view.called(marked)
        book = self._view.book(exam_id, marked)
        form = mark_form.form(marked.question, marked) if marked.question else mark_form.NO_FORM
        comment = marked.review.comment if marked.review else ""
        head = (answer_id, stamp(marked), len(marked.reviews), progress(order, answer_id))
        past, can_accept = answer_sheet.history(marked), gr.update(interactive=_acceptable(marked))
        ruled = self._rulings.load(marked.question)
        return *head, sheet, form, comment, can_accept, scan, book, past, *ruled

    def _question(self, answer_id: str) -> Question:
        question = self._gradebook.marks.get(answer_id).question
        if question is None:
            raise InvalidInput("This answer has no question yet. Place it in Reading first.")
        return question


def stamp(marked: MarkedAnswer) -> str:
    """Names an answer as it stands: another stamp means that there is something new to show."""
    version = marked.question.version if marked.question else 0
    said = f"{marked.answer.current.version} {len(marked.reviews)} {len(marked.predictions)}"
    return f"{marked.answer.id} {marked.answer.question_id} {version} {said}"


def ground(stamped: str) -> str:
    """A stamp but for the predictions: what a person set on an answer holds while this is so."""
    return stamped.rpartition(" ")[0]


def _acceptable(marked: MarkedAnswer) -> bool:
    return marked.predicted is not None and marked.predicted.mark is not None
