"""Pages to look at closely: zoom, pan, leaf through, with places marked on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.grade import Passage
from autograder.domain.script import Box, Page, PlacedLine, Reading, Word
from autograder_ui.components import markup
from autograder_ui.components.placed_words import doubt_kind, line_words, place_key

ZOOM = """<span class="zoom">
<button type="button" data-zoom="out" aria-label="Zoom out">−</button>
<button type="button" data-zoom="fit" aria-label="Fit the width">Fit</button>
<button type="button" data-zoom="in" aria-label="Zoom in">+</button></span>"""
WORDS = '<button type="button" data-words aria-pressed="true">Boxes</button>'
LEGEND = """<p class="word-legend"><span class="sure">sure</span>
<span class="doubtful">may be misread</span><span class="unsure">likely misread</span>
<span class="struck">struck out</span></p>"""


@dataclass(frozen=True)
class Place:
    """A box on a page, in the page's pixels; ``kind`` says how it is drawn."""

    box: Box
    kind: str
    title: str = ""


@dataclass(frozen=True)
class Leaf:
    """A page in the viewer. Width and height are in pixels; 0 where only the image knows them."""

    id: str
    label: str
    name: str
    address: str
    width: int = 0
    height: int = 0
    places: tuple[Place, ...] = ()
    focus: Box | None = None
    """What to show first, as large as it fits; the page's width where None."""


class PageViewer(gr.HTML):
    """Shows what ``view`` made. Its behaviour is in ``static/page_viewer.js``.

    Triggers ``turn_leaf`` (``page``) when somebody turns to another page by its tab.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "",
            js_on_load="AutoGrader.pageViewer(element, watch,"
            " (page) => trigger('turn_leaf', { page }));",
            apply_default_css=False,
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def view(
    leaves: Sequence[Leaf], title: str, first: int = 0, empty: str = "", words: bool = False
) -> str:
    """The viewer's value: pages with their bar. ``first`` is the one that is open.

    ``words``: the pages' places are words, which can be hidden and are told apart by a legend.
    """
    if not leaves:
        return f'<div class="viewer nothing"><p>{escape(empty)}</p></div>'
    tabs = "".join(_tab(leaf, index == first) for index, leaf in enumerate(leaves))
    pages = "".join(_leaf(leaf, index == first) for index, leaf in enumerate(leaves))
    return (
        f'<div class="viewer" data-open="{first}"><div class="viewer-bar">'
        f'<strong>{escape(title)}</strong><span class="leaves">{tabs}</span>'
        f'<span class="leaf-name">{escape(leaves[first].name)}</span>'
        f"{WORDS if words else ''}{ZOOM}</div>{LEGEND if words else ''}"
        f'<div class="stage" tabindex="0" role="region" aria-label="{escape(title)}">{pages}</div>'
        "</div>"
    )


def script_leaves(pages: Sequence[Page], marked: Sequence[PlacedLine] = ()) -> list[Leaf]:
    """A script's pages, the ``marked`` lines highlighted and shown first."""
    return [
        _script_leaf(page, [m.line.box for m in marked if m.page_id == page.id]) for page in pages
    ]


def words_of(reading: Reading | None, checked: bool = False) -> tuple[Place, ...]:
    """All words of a page by how sure the reading is of them; of all, once a person has checked."""
    lines = reading.lines if reading else ()
    words = [word for line in lines for word in line.words or tuple(line_words(line))]
    return tuple(_word(word, checked) for word in words)


def textbook_leaves(passages: Iterable[Passage]) -> list[Leaf]:
    """Textbook pages with the passage highlighted, the best first."""
    return [
        Leaf(
            id=f"{passage.book_id}-{passage.page}",
            label=f"p. {passage.page}",
            name=f"{passage.book}, page {passage.page}",
            address=markup.textbook_address(passage),
        )
        for passage in passages
    ]


def _word(word: Word, checked: bool) -> Place:
    if word.struck:
        return Place(word.box, "struck", f"{word.text}: struck out")
    if checked:
        return Place(word.box, "sure")
    kind = doubt_kind(word.confidence)
    return Place(
        word.box, kind, "" if kind == "sure" else f"{word.text}: {word.confidence:.0%} sure"
    )


def _script_leaf(page: Page, boxes: Sequence[Box]) -> Leaf:
    return Leaf(
        id=page.id,
        label=str(page.number),
        name=f"Page {page.number}, from {page.source}",
        address=f"/files/page/{quote(page.id)}.png",
        width=page.width,
        height=page.height,
        places=tuple(Place(box, "answer") for box in boxes),
        focus=_around(boxes),
    )


def _around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _tab(leaf: Leaf, is_open: bool) -> str:
    pressed = "true" if is_open else "false"
    found = " has-answer" if leaf.focus else ""
    name = f'aria-label="{escape(leaf.name)}" title="{escape(leaf.name)}"'
    return (
        f'<button type="button" class="leaf-tab{found}" data-leaf="{escape(leaf.id)}"'
        f' aria-pressed="{pressed}" {name}>{escape(leaf.label)}</button>'
    )


def _leaf(leaf: Leaf, is_open: bool) -> str:
    hidden = "" if is_open else " hidden"
    focus = " ".join(f"{edge:.0f}" for edge in leaf.focus or ())
    size = f' width="{leaf.width}" height="{leaf.height}"' if leaf.width else ""
    image = f'<img src="{escape(leaf.address)}" alt="{escape(leaf.name)}"{size} loading="lazy">'
    return (
        f'<figure class="leaf" data-leaf="{escape(leaf.id)}" data-focus="{focus}"'
        f' data-width="{leaf.width}"{hidden}>{image}{_overlay(leaf)}</figure>'
    )


def _overlay(leaf: Leaf) -> str:
    if not leaf.width:
        return ""
    places = "".join(map(_place, leaf.places))
    return (
        f'<svg viewBox="0 0 {leaf.width} {leaf.height}" preserveAspectRatio="none"'
        f' aria-hidden="true">{places}<rect class="spot" width="0" height="0"/></svg>'
    )


def _place(place: Place) -> str:
    left, top, right, bottom = place.box
    title = f"<title>{escape(place.title)}</title>" if place.title else ""
    return (
        f'<rect class="{escape(place.kind)}" x="{left:.0f}" y="{top:.0f}"'
        f' width="{right - left:.0f}" height="{bottom - top:.0f}" rx="3"'
        f' data-box="{place_key(place.box)}">{title}</rect>'
    )
