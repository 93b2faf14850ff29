"""Reading tab: what was read, beside the page that it was read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import Conflict, InvalidInput
from autograder_ui.components import answer_cards, markup, placing
from autograder_ui.components.answer_cards import AnswerCards
from autograder_ui.components.doubtful_words import DoubtfulWords
from autograder_ui.components.page_check import PageCheck
from autograder_ui.components.page_queue import BY_DOUBT, ORDERS, PageQueue, QueuedPage
from autograder_ui.components.page_viewer import PageViewer
from autograder_ui.components.placing import Way
from autograder_ui.components.reading_desk import ReadingDesk
from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOTHING = markup.empty(
    "Nothing to read yet", "Drop the scans in Scripts: what was read on them is checked here."
)
SECONDS = 3.0  # between two looks for what is being read
KEYS = (
    Shortcut(("n",), "#read-words [data-word=next]", "Next doubtful word"),
    Shortcut(("N",), "#read-words [data-word=previous]", "Previous doubtful word", "Shift+n"),
    Shortcut(("e",), "#read-words [data-word=edit]", "Correct the word (Esc: back to the keys)"),
    Shortcut(("o",), "#read-words [data-word=other]", "Take the second engine's reading"),
    Shortcut(("a",), "#read-accept", "Save and accept the page, go to the next"),
    Shortcut(("j", "ArrowRight"), "#read-next", "Next page", "j →"),
    Shortcut(("k", "ArrowLeft"), "#read-previous", "Page before", "k ←"),
    Shortcut(("u",), "#read-unplaced", "Next page with text to place"),
    Shortcut(("s",), ".card.unsaved [data-act=save]", "Save the first changed text"),
    Shortcut(("d",), "#read-words [data-word=compare]", "Compare with what was read first"),
    Shortcut(("b",), "#read-scan [data-words]", "Show or hide the words' boxes"),
    Shortcut(("+", "="), "#read-scan [data-zoom=in]", "Zoom in", "+"),
    Shortcut(("-",), "#read-scan [data-zoom=out]", "Zoom out"),
    Shortcut(("0",), "#read-scan [data-zoom=fit]", "Fit the width"),
)


class ReadingPage:
    """Reading tab: pages in the order of their doubt, their words checked and put in place."""

    title = "Reading"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._desk = ReadingDesk(application.gradebook)
        self._build()
        self._connect(exam_id, reviewer)
        self.news: list[Dependency] = []

    def _build(self) -> None:
        self._opened = gr.State("")
        self._waiting = gr.Timer(SECONDS, active=False)
        self._nothing = gr.HTML(NOTHING, visible=False)
        with gr.Column(visible=False, elem_id="reading") as self._whole:
            self._build_bar()
            with gr.Row(elem_id="lectern"):
                with gr.Column(elem_classes="lectern-scan"):
                    self._scan = PageViewer(elem_id="read-scan")
                with gr.Column(elem_classes="lectern-text"):
                    with gr.Column(elem_classes="lectern-tools"):
                        self._progress = PageCheck(elem_id="read-check")
                        DoubtfulWords(elem_id="read-words")
                    self._cards = AnswerCards(elem_id="read-cards")

    def _build_bar(self) -> None:
        with gr.Row(elem_classes="fields desk-bar"):
            self._page = gr.Dropdown([], label="Page", min_width=220, elem_id="read-page")
            self._order = gr.Dropdown(
                list(ORDERS), value=BY_DOUBT, label="Order", min_width=170, elem_id="read-order"
            )
            self._previous = gr.Button("Back", elem_id="read-previous", size="sm", min_width=70)
            self._next = gr.Button("Next", elem_id="read-next", size="sm", min_width=70)
            self._check = gr.Button(
                "Next to place", elem_id="read-unplaced", size="sm", min_width=120
            )
            shortcuts(KEYS)

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        here = [exam_id, self._order, self._page]
        page = [self._page, self._progress, self._scan, self._cards]
        texts = [self._progress, self._cards]
        whole = [self._nothing, self._whole, self._waiting, *page]
        connect([self._opened.change, self._waiting.tick], self.open, here, whole)
        connect([self._page.input, self._order.input], self.show, here, page)
        connect(self._next.click, self.next, here, page)
        connect(self._previous.click, self.previous, here, page)
        connect(self._check.click, self.next_to_place, here, page)
        connect(self._progress.accept_page, self.accept, [*here, reviewer], page)
        connect(self._progress.reopen_page, self.reopen, [*here, reviewer], page)
        connect(self._scan.turn_leaf, self.turn, here, [self._page, *texts])
        changed = [*here, reviewer]
        connect(self._cards.save_text, self.save, changed, texts, every=True)
        connect(self._cards.move_text, self.move, changed, texts, every=True)
        connect(self._cards.add_answer, self.add, changed, texts, every=True)
        connect(self._cards.settle_answer, self.settle, changed, texts, every=True)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows from it."""
        return [self._opened]

    # Which page

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened: the page that was open stays open, read anew."""
        return uuid4().hex

    def open(self, exam_id: str, by: str, page_id: str | None) -> tuple[Any, ...]:
        """The pages to choose from, and the one that was open or the first to check."""
        here = self._desk.queue(exam_id, by).at(page_id)
        working = bool(exam_id and self._gradebook.jobs.active(exam_id))
        if here is None:
            hidden = gr.update(visible=True), gr.update(visible=False)
            return *hidden, gr.Timer(active=working), gr.update(choices=[], value=None), "", "", ""
        *bar, viewer, cards = self.show(exam_id, by, here.page.id)
        waiting = gr.Timer(active=working and cards == answer_cards.UNREAD)
        return gr.update(visible=False), gr.update(visible=True), waiting, *bar, viewer, cards

    def show(self, exam_id: str, by: str, page_id: str | None) -> tuple[Any, str, str, str]:
        """A page: its place in the list, how far the checking is, the scan and the answers."""
        queue, here = self._at(exam_id, by, page_id)
        return *self._bar(queue, here), self._desk.scan(queue, here), self._desk.cards(queue, here)

    def next(self, exam_id: str, by: str, page_id: str) -> tuple[Any, str, str, str]:
        """The next page."""
        return self.show(exam_id, by, self._desk.queue(exam_id, by).step(page_id, 1))

    def previous(self, exam_id: str, by: str, page_id: str) -> tuple[Any, str, str, str]:
        """The page before."""
        return self.show(exam_id, by, self._desk.queue(exam_id, by).step(page_id, -1))

    def next_to_place(self, exam_id: str, by: str, page_id: str) -> tuple[Any, str, str, str]:
        """The next page with unplaced text or a note, going round."""
        found = self._desk.queue(exam_id, by).next_to_place(page_id)
        if not found:
            gr.Info("Everything on these pages has its place.", title="Nothing to place")
        return self.show(exam_id, by, found or page_id)

    def turn(
        self, exam_id: str, by: str, page_id: str, event: gr.EventData
    ) -> tuple[Any, str, str]:
        """Another page of the script, which the browser has opened already."""
        queue, here = self._at(exam_id, by, event.page)
        return *self._bar(queue, here), self._desk.cards(queue, here)

    # What the teacher corrects

    def accept(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[Any, str, str, str]:
        """Saves what is typed, accepts the page and opens the next that nobody has accepted."""
        refused = self._save_all(event.texts, reviewer)
        queue, here = self._at(exam_id, by, event.page)
        if refused:
            gr.Warning("The page is not accepted yet.", title="Changed meanwhile")
            cards = self._desk.cards(queue, here, refused)
            return *self._bar(queue, here), gr.skip(), cards
        self._gradebook.checks.accept(here.page.id, self._name(reviewer))
        following = queue.next_open(here.page.id)
        if following in ("", here.page.id):
            gr.Info("Every page of this exam is accepted.", title="All done")
        return self.show(exam_id, by, following or here.page.id)

    def reopen(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[Any, str, str, str]:
        """Takes the acceptance of a page back."""
        self._gradebook.checks.reopen(event.page, self._name(reviewer))
        return self.show(exam_id, by, event.page)

    def save(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[str, str]:
        """Saves a corrected text as a new version; the first reading stays."""
        text = {"answer": event.answer, "text": event.text, "version": event.version}
        return self._texts(exam_id, by, page_id, self._save_all([text], reviewer))

    def move(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[str, str]:
        """Moves an answer, or the chosen lines of it, to another question."""
        lines = [int(line) for line in event.lines] or None
        self._gradebook.answers.move(
            event.answer, event.question or None, self._name(reviewer), lines
        )
        return self._texts(exam_id, by, page_id)

    def add(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[str, str]:
        """Adds an answer that wasn't found on the scan."""
        if not event.text.strip():
            raise InvalidInput("Type the answer first.")
        script = self._at(exam_id, by, page_id)[1].script
        name = self._name(reviewer)
        self._gradebook.answers.add(script.id, event.question, event.text, name)
        return self._texts(exam_id, by, page_id)

    def settle(
        self, exam_id: str, by: str, page_id: str, reviewer: str, event: gr.EventData
    ) -> tuple[str, str]:
        """Settles a doubtful placement the way that was pressed."""
        way = Way("", event.way, event.question, event.part)
        name = self._name(reviewer)
        try:
            placing.settle(self._gradebook.answers, event.answer, way, event.version, name)
        except Conflict as conflict:
            gr.Warning(escape(str(conflict)), title="Changed meanwhile")
        return self._texts(exam_id, by, page_id)

    def _save_all(self, texts: Sequence[Mapping[str, Any]], reviewer: str) -> dict[str, str]:
        """Saves texts; gives back, by answer, those that somebody else's change came before."""
        refused = {}
        for each in texts:
            answer, text = each["answer"], each["text"]
            try:
                self._gradebook.answers.edit(answer, text, self._name(reviewer), each["version"])
            except Conflict as conflict:
                gr.Warning(escape(str(conflict)), title="Changed meanwhile")
                refused[answer] = text
        return refused

    # What is shown

    def _texts(
        self, exam_id: str, by: str, page_id: str, refused: Mapping[str, str] | None = None
    ) -> tuple[str, str]:
        queue, here = self._at(exam_id, by, page_id)
        return self._desk.check(queue, here), self._desk.cards(queue, here, refused)

    def _bar(self, queue: PageQueue, here: QueuedPage) -> tuple[Any, str]:
        picker = gr.update(choices=queue.choices, value=here.page.id)
        return picker, self._desk.check(queue, here)

    def _at(self, exam_id: str, by: str, page_id: str | None) -> tuple[PageQueue, QueuedPage]:
        queue = self._desk.queue(exam_id, by)
        here = queue.at(page_id)
        if here is None:
            raise InvalidInput("This exam has no pages any more. Add scans in Scripts.")
        return queue, here

    def _name(self, reviewer: str) -> str:
        return reviewer.strip() or self._application.settings.reviewer
