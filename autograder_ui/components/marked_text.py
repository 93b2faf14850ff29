"""A student's text with some of its words marked, safe to put on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from autograder.domain.grade import Flag, Judgement, Span
from autograder.domain.script import PlacedLine, Word

UNSURE, DOUBTFUL = 0.7, 0.9
"""Below the first a word is likely misread, below the second it may be."""

LOOK_AHEAD = 40
"""How many characters after the last found word the next may begin: labels were cut off."""


@dataclass(frozen=True)
class Mark:
    """A stretch of the text, how it is marked, and what to say about it.

    ``attributes`` are ``data-`` attributes for the browser's code.
    """

    span: Span
    kind: str
    title: str = ""
    note: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


def render(text: str, marks: Sequence[Mark]) -> str:
    """The text as markup. Where marks overlap each piece carries all of them."""
    inside = [mark for mark in marks if 0 <= mark.span[0] < mark.span[1] <= len(text)]
    cuts = sorted({0, len(text), *(edge for mark in inside for edge in mark.span)})
    pieces = pairwise(cuts)
    return "".join(_piece(text, start, end, inside) for start, end in pieces)


def evidence(judgements: Sequence[Judgement]) -> list[Mark]:
    """What the grader went by, each with its criterion's number."""
    return [
        Mark(judged.evidence, "evidence", f"Evidence for: {judged.criterion}", str(number))
        for number, judged in enumerate(judgements, start=1)
        if judged.evidence
    ]


def flagged(flags: Sequence[Flag]) -> list[Mark]:
    """What a person should look at."""
    return [
        Mark(flag.span, "flagged", f"Please look: {flag.reason}") for flag in flags if flag.span
    ]


def doubts(text: str, lines: Sequence[PlacedLine]) -> list[Mark]:
    """The words that the reading isn't sure of, found in the text in their order."""
    marks, position = [], 0
    for page_id, word in _words(lines):
        start = text.find(word.text, position, position + LOOK_AHEAD + len(word.text))
        if start < 0 or not word.text:
            continue
        position = start + len(word.text)
        if word.confidence < DOUBTFUL:
            marks.append(_doubt((start, position), page_id, word))
    return marks


def doubt_kind(confidence: float) -> str:
    """How a word of that confidence (0-1) is marked; empty where it is sure."""
    return "unsure" if confidence < UNSURE else "doubtful" if confidence < DOUBTFUL else ""


def _doubt(span: Span, page_id: str, word: Word) -> Mark:
    box = " ".join(f"{edge:.0f}" for edge in word.box)
    title = f"{word.confidence:.0%} sure: please check"
    place = (("data-page", page_id), ("data-box", box))
    return Mark(span, doubt_kind(word.confidence), title, attributes=place)


def _words(lines: Sequence[PlacedLine]) -> Iterable[tuple[str, Word]]:
    for placed in lines:
        line = placed.line
        for word in line.words or (Word(line.text, line.box, line.confidence),):
            yield placed.page_id, word


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    words = escape(text[start:end])
    over = [mark for mark in marks if mark.span[0] <= start and end <= mark.span[1]]
    if not over:
        return words
    kinds = escape(" ".join(dict.fromkeys(mark.kind for mark in over)))
    title = escape("; ".join(mark.title for mark in over if mark.title))
    data = "".join(f' {name}="{escape(value)}"' for name, value in over[0].attributes)
    notes = "".join(
        f"<sup>{escape(mark.note)}</sup>" for mark in over if mark.note and mark.span[1] == end
    )
    return f'<mark class="{kinds}" title="{title}"{data}>{words}{notes}</mark>'
