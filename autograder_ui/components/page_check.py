"""How far the checking is, and the button that accepts a page."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

import gradio as gr

from autograder.gradebook.script_names import name_of
from autograder_ui.components.page_queue import PageQueue, QueuedPage


class PageCheck(gr.HTML):
    """Shows what ``render`` made. Its behaviour is in ``static/page_check.js``.

    Triggers ``accept_page`` (``page``, and ``texts``: ``answer``, ``text`` and ``version`` of
    each correction that is not saved yet) and ``reopen_page`` (``page``).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "",
            js_on_load="AutoGrader.pageCheck(element, watch, {"
            " accept: (data) => trigger('accept_page', data),"
            " reopen: (data) => trigger('reopen_page', data) });",
            apply_default_css=False,
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def render(queue: PageQueue, here: QueuedPage, corrected: Counter[str]) -> str:
    """Pages accepted and left, the share of words corrected on them, and what to do here."""
    done, total = len(queue.accepted), len(queue.pages)
    return (
        f'<div class="page-check" data-page="{escape(here.page.id)}">'
        f'<progress max="{total}" value="{done}" aria-label="Pages accepted"></progress>'
        f'<span role="status"><span class="unseen">{_name(here)}: </span>'
        f"<b>{done}</b> of {total} pages accepted, {_left(total - done)}"
        f"{_share(queue, corrected)}</span>{_button(here)}</div>"
    )


def _name(here: QueuedPage) -> str:
    """Said to who hears the page, since all else on it changes without a word."""
    return escape(f"{name_of(here.script)}, page {here.page.number}")


def _left(pages: int) -> str:
    return f"{pages} left" if pages else "none left"


def _share(queue: PageQueue, corrected: Counter[str]) -> str:
    words = sum(each.doubt.words for each in queue.accepted if each.doubt)
    if not words:
        return ""
    changed = sum(corrected[each.page.id] for each in queue.accepted)
    return f" · <b>{changed / words:.1%}</b> of their words corrected"


def _button(here: QueuedPage) -> str:
    page = escape(here.page.id)
    if here.accepted:
        return (
            '<span class="tag good">Accepted ✓</span><button type="button" id="read-reopen"'
            f' data-act="reopen" data-page="{page}">Check again</button>'
        )
    waits = "" if here.doubt else " disabled"
    return (
        '<button type="button" class="primary" id="read-accept" data-act="accept"'
        f' data-page="{page}"{waits}>Accept page <kbd>A</kbd></button>'
    )
