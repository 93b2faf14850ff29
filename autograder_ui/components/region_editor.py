"""Where the answers stand: places drawn once on a template page, by mouse, touch or keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.exam import Question
from autograder.domain.script import Page, Region, Script
from autograder.gradebook.script_names import name_of
from autograder_ui.components import markup
from autograder_ui.components.markup import Markup
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading(
    "Where the answers stand",
    "For a printed form: draw each question's place once, and it holds for every script. "
    "Without places, the labels that students write say what belongs where.",
)
HELP = (
    "Draw with the mouse, or press “Draw” and use a finger. By keyboard: “Add a place”, then "
    "arrow keys move it, Shift and arrow keys resize it, Delete removes it."
)
NOTHING = "Nothing to grade"
ON_LOAD = """
AutoGrader.regionEditor(element, watch, (data) => trigger('save_regions', data));
"""


class RegionBoard(gr.HTML):
    """Shows what ``board`` made. Its behaviour is in ``static/region_editor.js``.

    Triggers ``save_regions`` with ``regions``: ``question``, ``page`` (number) and ``box`` of each.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("", js_on_load=ON_LOAD, apply_default_css=False, **options)

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


class RegionEditor:
    """Draws the places of an exam's answers on the pages of one of its scripts."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._gradebook = application.gradebook
        self._marking = application.marking
        self._build()
        self._connect(exam_id)

    def _build(self) -> None:
        with gr.Column(visible=False, elem_classes="section", elem_id="regions") as self._whole:
            Markup(HEADING)
            with gr.Row(elem_classes="fields"):
                self._script = gr.Dropdown([], label="Drawn on the pages of", min_width=220)
                self._split = gr.Button("Split all scripts again", size="sm", min_width=170)
            self._said = Markup()
            self._board = RegionBoard()

    def _connect(self, exam_id: gr.State) -> None:
        connect(self._script.input, self.show, [exam_id, self._script], [self._board])
        saved = [exam_id, self._script]
        connect(self._board.save_regions, self.save, saved, [self._said], every=True)
        self.split = connect(self._split.click, self.split_again, [exam_id], [self._said])

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._whole, self._script, self._said, self._board]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The scripts to draw on, and the places drawn so far; nothing while there are no pages."""
        scripts = self._scripts(exam_id)
        if not scripts:
            return gr.update(visible=False), gr.update(choices=[], value=None), "", ""
        drawn_on = set(self._gradebook.templates.of_exam(exam_id).pages.values())
        chosen = next(
            (each for each in scripts if drawn_on & {page.id for page in each.pages}), scripts[0]
        )
        choices = [(name_of(script), script.id) for script in scripts]
        picker = gr.update(choices=choices, value=chosen.id)
        return gr.update(visible=True), picker, "", self.show(exam_id, chosen.id)

    def show(self, exam_id: str, script_id: str) -> str:
        """The pages of a script, with the places that are drawn on them."""
        template = self._gradebook.templates.of_exam(exam_id)
        pages = self._gradebook.scripts.get(script_id).pages
        own = set(template.pages.values()) & {page.id for page in pages}
        questions = self._gradebook.exams.get(exam_id).questions
        return board(pages, template.regions if own else (), questions)

    def save(self, exam_id: str, script_id: str, event: gr.EventData) -> str:
        """Keeps the places as they are drawn now."""
        regions = [region_of(each) for each in event.regions]
        drawn = {region.page for region in regions}
        pages = self._gradebook.scripts.get(script_id).pages
        page_ids = {page.number: page.id for page in pages if page.number in drawn}
        self._gradebook.templates.save(exam_id, page_ids, regions)
        count = f"{len(regions)} place{'' if len(regions) == 1 else 's'} saved."
        return said(f"{count} Split the scripts again to use what is drawn now.")

    def split_again(self, exam_id: str) -> str:
        """Splits all scripts by what is drawn now; what people changed stays."""
        self._marking.split_again(exam_id)
        return said("The scripts are being split again. What people changed stays as it is.")

    def _scripts(self, exam_id: str) -> list[Script]:
        scripts = self._gradebook.scripts.all(exam_id) if exam_id else []
        return sorted((each for each in scripts if each.pages and not each.loose), key=name_of)


def board(pages: Sequence[Page], regions: Sequence[Region], questions: Sequence[Question]) -> str:
    """The pages to draw on, and the list of what is drawn."""
    figures = "".join(_figure(page, at == 0) for at, page in enumerate(pages))
    rows = "".join(_row(region, questions) for region in regions)
    return (
        f'<div class="region-editor"><div class="region-bar">{_tabs(pages)}'
        '<button type="button" data-act="draw" aria-pressed="false">Draw</button>'
        '<button type="button" data-act="add">Add a place</button></div>'
        f'<p class="region-help">{HELP}</p><div class="region-pages" tabindex="0"'
        f' role="region" aria-label="Template pages">{figures}</div>'
        f'<ol class="region-list" aria-label="Places drawn">{rows}</ol>'
        f'<ul class="region-new" hidden>{_row(None, questions)}</ul></div>'
    )


def region_of(drawn: dict[str, Any]) -> Region:
    """A place as the browser says it."""
    left, top, right, bottom = (min(1.0, max(0.0, float(edge))) for edge in drawn["box"])
    return Region(str(drawn["question"]), int(drawn["page"]), (left, top, right, bottom))


def said(words: str) -> str:
    """A line that a screen reader speaks when it changes."""
    return f'<p class="region-said" role="status">{escape(words)}</p>'


def _tabs(pages: Sequence[Page]) -> str:
    if len(pages) < 2:
        return ""
    return "".join(
        f'<button type="button" data-page="{page.number}" aria-pressed="{str(at == 0).lower()}">'
        f"Page {page.number}</button>"
        for at, page in enumerate(pages)
    )


def _figure(page: Page, is_open: bool) -> str:
    hidden = "" if is_open else " hidden"
    return (
        f'<figure data-page="{page.number}"{hidden}><img src="/files/page/{quote(page.id)}.png"'
        f' alt="Page {page.number} of the template" width="{page.width}" height="{page.height}"'
        ' draggable="false" loading="lazy"></figure>'
    )


def _row(region: Region | None, questions: Sequence[Question]) -> str:
    box = " ".join(f"{edge:.5f}" for edge in region.box) if region else ""
    page = region.page if region else ""
    chosen = region.question_id if region else None
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(name)}</option>"
        for value, name in [*((q.id, q.label) for q in questions), ("", NOTHING)]
    )
    return (
        f'<li data-box="{box}" data-page="{page}"><label>What stands there'
        f'<select>{options}</select></label><span class="region-page"></span>'
        '<button type="button" data-act="remove">Remove</button></li>'
    )
