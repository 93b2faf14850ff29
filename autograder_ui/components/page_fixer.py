"""A script's pages as cards: turned, put in order, moved to another script, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.page_fix import PageFix
from autograder.domain.script import Page, Script
from autograder.runs.page_fixing import PageFixing
from autograder_ui.components import markup
from autograder_ui.components.pick_table import button

THUMBNAIL = 360  # pixels: sharp on the finest screens, and a hundred of them load at once
NEW = "new"
"""Stands for a script that is yet to be made."""
ON_LOAD = "AutoGrader.pageFixer(element, watch, (data) => trigger('fix', data));"


class PageFixer(gr.HTML):
    """Shows what ``render`` made. Its behaviour is in ``static/page_fixer.js``.

    Triggers ``fix`` with what ``carry_out`` takes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__("", js_on_load=ON_LOAD, apply_default_css=False, **options)

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def carry_out(pile: PageFixing, exam_id: str, author: str, fix: Any) -> None:
    """Does what a ``fix`` event asks for. NotFound; InvalidInput; Conflict: look again first."""
    if fix.act == "turn":
        pile.turn(exam_id, fix.page, fix.turns, author)
        return  # which pages the script has is as doubtful as before
    if fix.act == "order":
        pile.order(exam_id, fix.script, fix.order, author)
    elif fix.act == "move":
        home = None if fix.to == NEW else fix.to
        pile.move(exam_id, fix.page, home, author, fix.place)
    elif fix.act == "discard":
        pile.discard(exam_id, fix.page, author)
    pile.settle(fix.script)


def render(script: Script | None, homes: Sequence[Script]) -> str:
    """The cards of a script's pages, which can be moved to one of ``homes``."""
    if script is None or not script.pages:
        return ""
    last = len(script.pages)
    cards = "".join(_card(page, place, last, script) for place, page in enumerate(script.pages, 1))
    others = "".join(
        f'<option value="{escape(home.id)}">{escape(name_of(home))}</option>'
        for home in homes
        if home.id != script.id
    )
    return (
        f'<ol class="page-cards" data-script="{escape(script.id)}"'
        f' aria-label="{escape(f"Pages of {script.title}")}">{cards}</ol>'
        f'<template><option value="{NEW}">A new script</option>{others}</template>'
    )


def taken_out(pages: Sequence[Page]) -> str:
    """The pages that were taken out of their scripts, each with the way back."""
    rows = [[escape(page.source), button(page.id, "Put back", page.source)] for page in pages]
    return markup.table("Pages taken out", ["Taken out", ""], rows) if rows else ""


def newest(history: Sequence[PageFix]) -> str:
    """What the newest fix was that undo would take back; empty: there is none."""
    standing = (fix.what for fix in reversed(history) if fix.undoes is None and not fix.undone)
    return next(standing, "")


def name_of(script: Script) -> str:
    """A script as it is called in a list of places to move to."""
    return f"{script.title} · {script.student.name}" if script.student else script.title


def _card(page: Page, place: int, last: int, script: Script) -> str:
    name = page.source if script.loose else f"Page {place}"
    earlier, later = f"Move {name} earlier", f"Move {name} later"
    steps = _act("earlier", "←", earlier, place == 1) + _act("later", "→", later, place == last)
    return (
        f'<li class="page-card" draggable="true" data-page="{escape(page.id)}">'
        f"{_picture(page, name)}"
        f'<div class="page-acts" role="group" aria-label="{escape(name)}">'
        f"{_act('left', '↺', f'Turn {name} to the left')}"
        f"{_act('right', '↻', f'Turn {name} to the right')}"
        f"{'' if script.loose else steps}"
        f"{_act('discard', '✕', f'Take {name} out')}</div>"
        f"{_move(name)}</li>"
    )


def _picture(page: Page, name: str) -> str:
    address = f"/files/page/{quote(page.id)}.png?of={page.image[:12]}"
    code = f"sheet {page.sheet.number} of {page.sheet.of}" if page.sheet else ""
    origin = page.source if page.source != name else ""
    small = " · ".join(filter(None, (origin, code)))
    return (
        f'<a href="{address}" target="_blank" rel="noopener" draggable="false">'
        f'<img loading="lazy" draggable="false" src="{address}&width={THUMBNAIL}"'
        f' width="{page.width}" height="{page.height}"'
        f' alt="{escape(f"{name}, from {page.source}")}"></a>'
        f"<b>{escape(name)}</b><small>{escape(small)}</small>"
    )


def _act(act: str, sign: str, name: str, disabled: bool = False) -> str:
    off = " disabled" if disabled else ""
    return (
        f'<button type="button" data-act="{act}" title="{escape(name)}"'
        f' aria-label="{escape(name)}"{off}>{sign}</button>'
    )


def _move(name: str) -> str:
    return (
        f'<details><summary aria-label="{escape(f"Move {name} to another script")}">Move to…'
        f'</summary><select aria-label="{escape(f"Script that {name} goes to")}"></select>'
        '<button type="button" data-act="move">Move</button></details>'
    )
