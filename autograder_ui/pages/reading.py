"""Reading tab: what was read, beside the page that it was read on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import Conflict, InvalidInput
from autograder.domain.script import Answer, Script
from autograder_ui.components import answer_cards, markup, page_viewer
from autograder_ui.components.answer_cards import AnswerCards, Cards
from autograder_ui.components.marking_order import by_name, name_of
from autograder_ui.components.page_viewer import Leaf, PageViewer
from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOTHING = markup.empty(
    "Nothing to read yet", "Drop the scans in Scripts: what was read on them is checked here."
)
SECONDS = 3.0  # between two looks for what is being read
NO_PAGES = "This script has no pages."
KEYS = (
    Shortcut(("j", "ArrowRight"), "#read-next", "Next script", "j →"),
    Shortcut(("k", "ArrowLeft"), "#read-previous", "Previous script", "k ←"),
    Shortcut(("n",), "#read-unplaced", "Next script with something to check"),
    Shortcut(("s",), ".card.unsaved [data-act=save]", "Save the first changed text"),
)


class ReadingPage:
    """Reading tab: check and correct the text, put it under the right question."""

    title = "Reading"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._build()
        self._connect(exam_id, reviewer)
        self.news: list[Dependency] = []

    def _build(self) -> None:
        self._opened = gr.State("")
        self._waiting = gr.Timer(SECONDS, active=False)
        self._nothing = gr.HTML(NOTHING, visible=False)
        with gr.Column(visible=False, elem_id="reading") as self._whole:
            with gr.Row(elem_classes="fields desk-bar"):
                self._script = gr.Dropdown([], label="Script", min_width=220, elem_id="read-script")
                self._previous = gr.Button(
                    "Previous", elem_id="read-previous", size="sm", min_width=90
                )
                self._next = gr.Button("Next", elem_id="read-next", size="sm", min_width=70)
                self._check = gr.Button(
                    "Next to check", elem_id="read-unplaced", size="sm", min_width=120
                )
                shortcuts(KEYS)
            with gr.Row(elem_id="lectern"):
                with gr.Column(elem_classes="lectern-scan"):
                    self._scan = PageViewer(elem_id="read-scan")
                with gr.Column(elem_classes="lectern-text"):
                    self._cards = AnswerCards(elem_id="read-cards")

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        here, script = [exam_id, self._script], [self._script, self._scan, self._cards]
        whole = [self._nothing, self._whole, self._waiting, *script]
        connect([self._opened.change, self._waiting.tick], self.open, here, whole)
        connect(self._script.input, self.read, [self._script], script)
        connect(self._next.click, self.next, here, script)
        connect(self._previous.click, self.previous, here, script)
        connect(self._check.click, self.next_to_check, here, script)
        changed = [self._script, reviewer]
        connect(self._cards.save_text, self.save, changed, [self._cards])
        connect(self._cards.move_text, self.move, changed, [self._cards])
        connect(self._cards.add_answer, self.add, changed, [self._cards])

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows from it."""
        return [self._opened]

    # Which script

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened: the script that was open stays open, read anew."""
        return uuid4().hex

    def open(self, exam_id: str, script_id: str | None) -> tuple[Any, ...]:
        """The scripts to choose from, and the one that was open or the first."""
        scripts = self._scripts(exam_id)
        working = bool(exam_id and self._gradebook.jobs.active(exam_id))
        if not scripts:
            hidden = gr.update(visible=True), gr.update(visible=False)
            return *hidden, gr.Timer(active=working), gr.update(choices=[], value=None), "", ""
        ids = [script.id for script in scripts]
        chosen = script_id if script_id in ids else ids[0]
        _, viewer, cards = self.read(chosen)
        picker = gr.update(choices=self._choices(exam_id, scripts), value=chosen)
        waiting = gr.Timer(active=working and cards == answer_cards.UNREAD)
        return gr.update(visible=False), gr.update(visible=True), waiting, picker, viewer, cards

    def read(self, script_id: str) -> tuple[str, str, str]:
        """A script: its id, its pages and its answers."""
        script = self._gradebook.scripts.get(script_id)
        leaves = [self._with_doubts(leaf) for leaf in page_viewer.script_leaves(script.pages)]
        viewer = page_viewer.view(leaves, name_of(script), empty=NO_PAGES)
        return script_id, viewer, self._answers(script)

    def next(self, exam_id: str, script_id: str) -> tuple[str, str, str]:
        """The next script."""
        return self._step(exam_id, script_id, 1)

    def previous(self, exam_id: str, script_id: str) -> tuple[str, str, str]:
        """The script before."""
        return self._step(exam_id, script_id, -1)

    def next_to_check(self, exam_id: str, script_id: str) -> tuple[str, str, str]:
        """The next script with unplaced text or a note, going round."""
        ids = [script.id for script in self._scripts(exam_id)]
        here = ids.index(script_id) + 1 if script_id in ids else 0
        found = next((each for each in ids[here:] + ids[:here] if self._to_check(each)), None)
        if found is None:
            gr.Info("Everything on these scripts has its place.", title="Nothing to check")
        return self.read(found or script_id)

    # What the teacher corrects

    def save(self, script_id: str, reviewer: str, event: gr.EventData) -> str:
        """Saves a corrected text as a new version; the first reading stays."""
        answer, text = event.answer, event.text
        try:
            self._gradebook.answers.edit(answer, text, self._name(reviewer), event.version)
        except Conflict as conflict:
            gr.Warning(escape(str(conflict)), title="Changed meanwhile")
            return self._answers(self._gradebook.scripts.get(script_id), {answer: text})
        return self._answers(self._gradebook.scripts.get(script_id))

    def move(self, script_id: str, reviewer: str, event: gr.EventData) -> str:
        """Moves an answer, or the chosen lines of it, to another question."""
        lines = [int(line) for line in event.lines] or None
        self._gradebook.answers.move(
            event.answer, event.question or None, self._name(reviewer), lines
        )
        return self._answers(self._gradebook.scripts.get(script_id))

    def add(self, script_id: str, reviewer: str, event: gr.EventData) -> str:
        """Adds an answer that wasn't found on the scan."""
        if not event.text.strip():
            raise InvalidInput("Type the answer first.")
        name = self._name(reviewer)
        self._gradebook.answers.add(script_id, event.question, event.text, name)
        return self._answers(self._gradebook.scripts.get(script_id))

    # What is shown

    def _answers(self, script: Script, refused: Mapping[str, str] | None = None) -> str:
        answers = self._gradebook.answers.of_script(script.id)
        questions = self._gradebook.exams.get(script.exam_id).questions
        return answer_cards.render(
            Cards(script.id, answers, questions, self._is_unread(script), refused or {})
        )

    def _is_unread(self, script: Script) -> bool:
        """Whether it waits to be read, or to be split: that comes once all scripts are read."""
        unsplit = {each.id for each in self._gradebook.scripts.unsplit(script.exam_id)}
        readings = (self._gradebook.scripts.reading(page.id) for page in script.pages)
        return script.id in unsplit or None in readings

    def _with_doubts(self, leaf: Leaf) -> Leaf:
        return replace(leaf, places=page_viewer.words_of(self._gradebook.scripts.reading(leaf.id)))

    def _scripts(self, exam_id: str) -> list[Script]:
        return by_name(self._gradebook.scripts.all(exam_id)) if exam_id else []

    def _choices(self, exam_id: str, scripts: list[Script]) -> list[tuple[str, str]]:
        unplaced = Counter(each.script_id for each in self._gradebook.answers.unplaced(exam_id))
        notes = {script.id: _note(unplaced[script.id]) for script in scripts}
        return [(f"{name_of(script)}{notes[script.id]}", script.id) for script in scripts]

    def _step(self, exam_id: str, script_id: str, steps: int) -> tuple[str, str, str]:
        ids = [script.id for script in self._scripts(exam_id)]
        place = ids.index(script_id) + steps if script_id in ids else 0
        return self.read(ids[max(0, min(place, len(ids) - 1))])

    def _to_check(self, script_id: str) -> bool:
        return any(map(needs_a_look, self._gradebook.answers.of_script(script_id)))

    def _name(self, reviewer: str) -> str:
        return reviewer.strip() or self._application.settings.reviewer


def needs_a_look(answer: Answer) -> bool:
    """Whether the teacher should check where the answer was placed."""
    return answer.question_id is None or bool(answer.note and not answer.current.by_person)


def _note(unplaced: int) -> str:
    return f" · {unplaced} unplaced" if unplaced else ""
