"""The answers of a script, to check against the scan: unsure words, the text, its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from autograder.domain.exam import Question
from autograder.domain.script import Answer, AnswerText, Page
from autograder_ui.components import code_view, marked_text, markup, placing, word_editor
from autograder_ui.components.code_view import code_in

UNREAD = markup.empty(
    "Not read yet",
    "This script is still waiting to be read. Come back when the work above is done.",
)
NO_ANSWERS = markup.empty(
    "No answers found on this script",
    "The labels on the paper may differ from those in Exam. Add the answers below, "
    "or correct the labels there and press Split again in Scripts.",
)
ELSEWHERE = markup.empty(
    "No answers on this page", "The answers of this script stand on its other pages."
)
SAVE = '<button type="button" class="primary" data-act="save" disabled>Save text</button>'
ON_LOAD = """
AutoGrader.answerCards(element, watch, {
    save: (data) => trigger('save_text', data),
    move: (data) => trigger('move_text', data),
    add: (data) => trigger('add_answer', data),
    settle: (data) => trigger('settle_answer', data),
});
AutoGrader.wordEditor(element, watch);
"""


@dataclass(frozen=True)
class Cards:
    """What the cards show: a script's answers, the exam's questions, edits that were refused."""

    script_id: str
    answers: Sequence[Answer]
    questions: Sequence[Question]
    unread: bool = False
    """Whether the script still waits to be read or split."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Texts by answer id that somebody else's change came before; kept in sight, never lost."""
    page_id: str = ""
    """The page whose answers are shown, with those that stand on no page; empty: all."""
    others: word_editor.Others = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    """The ids of pages that a person has accepted."""
    pages: Sequence[Page] = ()
    """The script's pages, by which typed code is told."""


class AnswerCards(gr.HTML):
    """Shows what ``render`` made. Its behaviour is in ``static/answer_cards.js``.

    Triggers, with their data: ``save_text`` (``answer``, ``text``, ``version``), ``move_text``
    (``answer``, ``question``, ``lines``), ``add_answer`` (``question``, ``text``) and
    ``settle_answer`` (``answer``, ``version``, ``way``, ``question``, ``part``).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("", js_on_load=ON_LOAD, apply_default_css=False, **options)

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def render(cards: Cards) -> str:
    """Unplaced text first, then the answers in the order of the questions, then a form to add."""
    if cards.unread and not cards.answers:
        return UNREAD
    here = [answer for answer in cards.answers if _stands_on(answer, cards.page_id)]
    unplaced = [answer for answer in here if answer.question_id is None]
    placed = [answer for answer in here if answer.question_id is not None]
    shown = "".join(_card(cards, answer) for answer in (*unplaced, *placed))
    nothing = ELSEWHERE if cards.answers else NO_ANSWERS
    return f'<div class="cards">{shown or nothing}{_add(cards)}</div>'


def read_first(answer: Answer) -> str:
    """What was read on the lines that the answer has now, before people changed it."""
    lines = answer.current.lines
    read = (text.text for text in answer.texts if not text.by_person and text.lines == lines)
    return next(read, "\n".join(placed.line.text for placed in lines))


def _stands_on(answer: Answer, page_id: str) -> bool:
    pages = {placed.page_id for placed in answer.current.lines}
    return not page_id or not pages or page_id in pages


def _card(cards: Cards, answer: Answer) -> str:
    question = next((q for q in cards.questions if q.id == answer.question_id), None)
    label = question.label if question else "Unplaced text"
    text = question.text if question else "This stands on the scan, but under no question's label."
    kind = "" if question else " unplaced"
    return (
        f'<article class="card{kind}" aria-label="{escape(label)}">'
        f"<h2><span>{escape(label)}</span><small>{escape(text)}</small></h2>"
        f"{_notes(cards, answer)}{_text(cards, answer, label)}"
        f"{_difference(answer)}"
        f'{_refused(cards.refused.get(answer.id))}<div class="card-foot">{_move(cards, answer)}'
        f"{'' if code_in(answer, cards.pages) else SAVE}</div>"
        f"{_earlier(answer)}</article>"
    )


def _text(cards: Cards, answer: Answer, label: str) -> str:
    """The text to correct; code is exactly what was handed in, and only looked at."""
    if code := code_in(answer, cards.pages):
        return code_view.render(code)
    return word_editor.render(answer, label, cards.others, cards.checked)


def _notes(cards: Cards, answer: Answer) -> str:
    """Why the teacher should look, and the ways to settle it."""
    offered = placing.ways(answer, cards.answers, cards.questions)
    note = markup.notice("warn", [answer.note] if answer.note else [])
    return note + placing.render(answer, offered)


def _difference(answer: Answer) -> str:
    """What was read first beside what it is now; shown while the teacher compares."""
    read = read_first(answer)
    if read == answer.current.text:
        return ""
    return (
        '<div class="difference"><small>Read first, and what it is now</small>'
        f'<p class="student-text" lang="">{marked_text.difference(read, answer.current.text)}</p>'
        "</div>"
    )


def _refused(text: str | None) -> str:
    if text is None:
        return ""
    return (
        '<div class="notice warn"><strong>Your text was not saved</strong>, since this answer '
        f'changed meanwhile. It was:<p class="student-text">{escape(text)}</p></div>'
    )


def _move(cards: Cards, answer: Answer) -> str:
    unplaced = answer.question_id is None
    options = "".join(
        f'<option value="{escape(question.id)}">{escape(question.label)} · '
        f"{escape(_short(question.text))}</option>"
        for question in cards.questions
        if question.id != answer.question_id
    )
    nowhere = "" if unplaced else '<option value="">no question (unplaced)</option>'
    name = "Belongs to" if unplaced else "Move to"
    return (
        f'<details class="move"{" open" if unplaced else ""}><summary>{name} …</summary>'
        f'{_lines(answer.current)}<div class="move-to"><label>{name}<select data-target>'
        f'<option value="?">choose …</option>{options}{nowhere}</select></label>'
        f'<button type="button" data-act="move" data-answer="{escape(answer.id)}" disabled>'
        "Move</button></div></details>"
    )


def _lines(current: AnswerText) -> str:
    """Lines to choose from, where the text still has one for each line of the scan."""
    written = current.text.split("\n")
    if len(current.lines) < 2 or len(written) != len(current.lines):
        return ""
    boxes = "".join(
        f'<label><input type="checkbox" data-line="{index}"><span>{escape(line)}</span></label>'
        for index, line in enumerate(written)
    )
    return f"<fieldset><legend>Only these lines (none chosen: all)</legend>{boxes}</fieldset>"


def _earlier(answer: Answer) -> str:
    if len(answer.texts) < 2:
        return ""
    versions = "".join(map(_version, answer.texts[:-1]))
    return (
        f'<details class="earlier"><summary>First reading and changes</summary>{versions}</details>'
    )


def _version(text: AnswerText) -> str:
    what = (
        "First reading" if text.version == 1 and not text.by_person else f"Version {text.version}"
    )
    by = f"{what} · {text.author} · {text.at:%d %b %H:%M} UTC"
    return f'<small>{escape(by)}</small><p class="student-text" lang="">{escape(text.text)}</p>'


def _add(cards: Cards) -> str:
    answered = {answer.question_id for answer in cards.answers}
    missing = [question for question in cards.questions if question.id not in answered]
    if not missing:
        return ""
    options = "".join(
        f'<option value="{escape(q.id)}">{escape(q.label)} · {escape(_short(q.text))}</option>'
        for q in missing
    )
    labels = ", ".join(escape(question.label) for question in missing)
    key = escape(" ".join([cards.script_id, *(question.id for question in missing)]))
    return (
        f'<details class="card add" data-key="{key}">'
        f"<summary>Not found: {labels}. Add an answer …</summary>"
        f"<label>Question<select data-question>{options}</select></label>"
        '<textarea data-new rows="3" aria-label="The answer\'s text" spellcheck="false"></textarea>'
        '<div class="card-foot">'
        '<button type="button" class="primary" data-act="add" disabled>Add answer</button></div>'
        "</details>"
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:58].rstrip()} …"
