"""A student's text with some of its words marked, safe to put on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise

from autograder.domain.grade import Flag, Judgement, Span


@dataclass(frozen=True)
class Mark:
    """A stretch of the text, how it is marked, and what to say about it."""

    span: Span
    kind: str
    title: str = ""
    note: str = ""


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


def difference(before: str, after: str) -> str:
    """Both texts in one as markup: what was taken away, what was added, what stayed.

    Told apart by more than colour, and in words to who hears the page.
    """
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return "".join(_step(step, "".join(old[a:b]), "".join(new[c:d])) for step, a, b, c, d in steps)


def _step(step: str, old: str, new: str) -> str:
    if step == "equal":
        return escape(old)
    taken = f'<del><span class="unseen">taken away: </span>{escape(old)}</del>' if old else ""
    added = f'<ins><span class="unseen">added: </span>{escape(new)}</ins>' if new else ""
    return taken + added


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    words = escape(text[start:end])
    over = [mark for mark in marks if mark.span[0] <= start and end <= mark.span[1]]
    if not over:
        return words
    kinds = escape(" ".join(dict.fromkeys(mark.kind for mark in over)))
    title = escape("; ".join(mark.title for mark in over if mark.title))
    notes = "".join(
        f"<sup>{escape(mark.note)}</sup>" for mark in over if mark.note and mark.span[1] == end
    )
    return f'<mark class="{kinds}" title="{title}">{words}{notes}</mark>'
