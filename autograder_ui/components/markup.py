"""Markup made of escaped text: nothing that a student wrote reaches the page as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.grade import Passage


class Markup(gr.HTML):
    """Shows markup in the window's own style, not in that of running text."""

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, apply_default_css=False, **{"js_on_load": None, **options})

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def empty(title: str, next_step: str) -> str:
    """What stands where there is nothing yet: what it is, and what to do first."""
    return f'<div class="empty"><h2>{escape(title)}</h2><p>{escape(next_step)}</p></div>'


def heading(title: str, note: str = "") -> str:
    """A section's heading with a quiet line under it."""
    line = f"<p>{escape(note)}</p>" if note else ""
    return f'<div class="heading"><h2>{escape(title)}</h2>{line}</div>'


def mark(value: float | None) -> str:
    """A mark without trailing zeros; a dash where there is none."""
    return "–" if value is None else f"{value:g}"


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in its own scrolling box. ``rows`` hold markup, the rest is text."""
    head = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in headers
    )
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="sheet"><caption class="unseen">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def notice(kind: str, lines: Iterable[str]) -> str:
    """Lines that the teacher should see; ``kind`` is ``warn`` or ``good``. Nothing for no lines."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="notice {kind}">{items}</ul>' if items else ""


def textbook_pages(passages: Sequence[Passage]) -> str:
    """Textbook pages as figures, the passage highlighted on each, the best first."""
    return f'<div class="book-pages">{"".join(map(_textbook_page, passages))}</div>'


def textbook_address(passage: Passage) -> str:
    """Where the page's image is served, the passage highlighted."""
    highlight = quote(passage.text[:2000])
    return f"/files/textbook/{quote(passage.book_id)}/{passage.page}.png?highlight={highlight}"


def _textbook_page(passage: Passage) -> str:
    name = f"{passage.book}, page {passage.page}"
    return (
        f'<figure><a href="{textbook_address(passage)}" target="_blank" rel="noopener">'
        f'<img loading="lazy" src="{textbook_address(passage)}" alt="{escape(name)}"></a>'
        f"<figcaption>{escape(name)}</figcaption></figure>"
    )
