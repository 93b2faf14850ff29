"""What a trial found: every figure of both graders, and the answers on which they differ most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from autograder_ui.components import markup
from autograder_ui.components.pile import counted

FIGURES = ["Figure", "Terms", "At work", "New", "Gain, 95 %", "May lose", ""]
ANSWERS = ["Exam", "Question", "What was written", "You gave", "At work", "New"]
DIFFERING = markup.heading(
    "Where the two differ most", "Answers that the new one did not learn from."
)
GONE = "The figures of this trial are not here any more. Try it again to see them."
MOST, LONGEST = 12, 240
"""Answers that are shown, and characters of each."""
TAGS = {"better": "good", "no worse": "good", "worse": "warn", "can't tell": "warn"}
KAPPA = ("qwk",)
Found = Mapping[str, Any]
Written = Callable[[str], tuple[str, str, str] | None]
"""By an answer's id: its exam, its question, its text; None if it isn't in the gradebook."""


def report(found: Found | None, address: str, written: Written) -> str:
    """The figures, guarded ones first, and the answers; ``address`` is that of the whole report."""
    if found is None:
        return markup.notice("plain", [GONE])
    size = f"{counted(found['answers'], 'answer')} to {counted(found['questions'], 'question')}"
    link = f'<a href="{escape(address)}" target="_blank" rel="noopener">The report with plots</a>'
    return (
        f'<p class="summary">Tried on {size} that were kept from it. {link}</p>'
        f"{_figures(found['figures'])}{_answers(found['marks'], written)}"
    )


def _figures(figures: Sequence[Found]) -> str:
    known = [each for each in figures if each["cases"]]
    ordered = sorted(known, key=lambda each: each["margin"] is None)
    return markup.table("Both graders' figures", FIGURES, map(_figure, ordered))


def _figure(each: Found) -> list[str]:
    many = 1 if each["name"] in KAPPA else 100
    outcome = each["outcome"] if each["margin"] is not None else ""
    tag = f'<span class="tag {TAGS.get(outcome, "")}">{escape(outcome)}</span>' if outcome else ""
    low, high = each["reach"]
    gain = "unknown" if low is None else f"{_told(low, many, '+')} to {_told(high, many, '+')}"
    numbers = [
        _told(each["current"][0], many),
        _told(each["new"][0], many),
        gain,
        _told(each["margin"], many),
    ]
    cells = [f'<span class="number">{number}</span>' for number in numbers]
    return [escape(each["title"]), escape(each["terms"]), *cells, tag]


def _told(value: float | None, many: int, sign: str = "") -> str:
    """A figure as a person reads it: a kappa as it is, a share in percent."""
    if value is None:
        return "–"
    told = f"{value:{sign}.2f}" if many == 1 else f"{many * value:{sign}.1f} %"
    return told.replace("-", "−")


def _answers(marks: Sequence[Found], written: Written) -> str:
    apart = sorted(marks, key=_apart, reverse=True)
    first = {each["id"]: each for each in reversed(apart) if _apart(each) > 0}
    chosen = sorted(first.values(), key=_apart, reverse=True)[:MOST]
    if not chosen:
        return ""
    rows = [_answer(each, written(each["id"])) for each in chosen]
    return DIFFERING + markup.table("Where the two differ most", ANSWERS, rows)


def _answer(each: Found, found: tuple[str, str, str] | None) -> list[str]:
    who, label, text = found or (each["exam"], each["question"], each["id"])
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    marks = (each["given"], each["current"]["mark"], each["new"]["mark"])
    numbers = [f'<span class="number">{markup.mark(mark)}</span>' for mark in marks]
    text_cell = f'<span class="student-text" lang="">{escape(short)}</span>'
    return [escape(who), escape(label), text_cell, *numbers]


def _apart(each: Found) -> float:
    """How far the two marks are apart; one that only one of them gave is furthest."""
    new, current = each["new"]["mark"], each["current"]["mark"]
    if new is None or current is None:
        return 0.0 if new is current else float("inf")
    return abs(float(new) - float(current))
