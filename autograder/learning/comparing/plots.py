"""A comparison drawn as SVG that needs nothing else: no script, no style sheet, no font."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isnan, sqrt

from autograder.learning.comparing import words
from autograder.learning.comparing.comparison import ATTACKED, COLD, Comparison
from autograder.learning.comparing.each_question import EachQuestion, each_question
from autograder.learning.comparing.guarded import Compared, Outcome
from autograder.metrics import ConfidenceBin

INK, SOFT, LINE = "#1b1f24", "#57606a", "#d0d7de"
NEW, CURRENT, BAD = "#0b57b8", "#8a6100", "#b3261e"
COLOURS = {Outcome.WORSE: BAD, Outcome.UNSURE: SOFT}
ROW, NAME, FIELD, VALUE = 30.0, 330.0, 320.0, 165.0
WIDEST = 2.0
"""Margins to either side that are drawn; what reaches further is cut, with « or »."""
MOST_ROWS = 30
SIDE, EDGE = 260.0, 46.0


def guarded(found: Comparison) -> str:
    """Each guarded figure's gain with its interval, in margins: left of the red line is too bad."""
    rows = [each for each in found.guarded if not isnan(each.gain.value)]
    height = len(rows) * ROW
    zero, edge = _across(0), _across(-1)
    axes = (
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height}" stroke="{SOFT}"/>'
        f'<line x1="{edge:.1f}" x2="{edge:.1f}" y1="0" y2="{height}" stroke="{BAD}" '
        'stroke-dasharray="5 4"/>'
    )
    notes = (
        _text(edge, height + 18, "margin", BAD, "middle")
        + _text(zero, height + 18, "no difference", SOFT, "middle")
        + _text(NAME + FIELD, height + 36, "the new grader is better →", SOFT, "end")
        + _text(NAME, height + 36, "← worse", SOFT)
    )
    drawn = "".join(_guarded_row(each, place * ROW) for place, each in enumerate(rows))
    told = "; ".join(f"{words.sentence(each)} {each.outcome}" for each in rows)
    size = NAME + FIELD + VALUE, height + 44
    return _drawing("What may not get worse, in margins", told, *size, axes + drawn + notes)


def _guarded_row(each: Compared, top: float) -> str:
    assert each.guard is not None  # only guarded figures are drawn
    low, high = (end / each.guard.margin for end in each.reach)
    colour, middle = COLOURS.get(each.outcome, NEW), top + ROW / 2
    terms = {COLD: "", ATTACKED: ""}.get(each.terms, " ∗")
    drawn = _text(0, middle + 5, f"{each.measure.title}{terms}")
    if not isnan(low):
        drawn += (
            f'<line x1="{_across(low):.1f}" x2="{_across(high):.1f}" y1="{middle}" y2="{middle}" '
            f'stroke="{colour}" stroke-width="3"/>'
        )
    margins = each.gain.value / each.guard.margin
    if abs(margins) > WIDEST:
        sign = "»" if margins > 0 else "«"
        drawn += _text(_across(margins), middle + 5, sign, colour, "middle")
    else:
        drawn += f'<circle cx="{_across(margins):.1f}" cy="{middle}" r="5" fill="{colour}"/>'
    return drawn + _text(NAME + FIELD + 14, middle + 5, str(each.outcome), colour)


def _across(margins: float) -> float:
    return NAME + FIELD / 2 + max(-WIDEST, min(WIDEST, margins)) / WIDEST * FIELD / 2


def questions(found: Comparison) -> str:
    """How far both are from the teacher's marks, question by question: left is nearer."""
    rows = [(f"{_short(each.label)} ({each.answers})", each.off) for each in _some(found)]
    title = "Distance from your marks, by question (share of the scale)"
    return _dumbbells(title, rows, NAME, FIELD, "{:.1%}")


def leniency(found: Comparison) -> str:
    """How lenient both are, question by question; the middle is fair."""
    rows = [(_short(each.label), each.bias) for each in _some(found)]
    title = "Strict (left), lenient (right), by question (share of the scale)"
    return _dumbbells(title, rows, NAME + FIELD / 2, FIELD / 2, "{:+.1%}")


def _dumbbells(
    title: str,
    rows: Sequence[tuple[str, tuple[float, float]]],
    zero: float,
    reach: float,
    form: str,
) -> str:
    """A row for each question: hollow the grader at work, full the new one."""
    most = max((abs(share) for _, pair in rows for share in pair), default=0) or 1.0
    height = len(rows) * ROW
    drawn = f'<line x1="{zero}" x2="{zero}" y1="0" y2="{height}" stroke="{SOFT}"/>'
    for place, (label, (new, current)) in enumerate(rows):
        y = place * ROW + ROW / 2
        to, start = (zero + share / most * reach for share in (new, current))
        drawn += (
            f'<line x1="{start:.1f}" x2="{to:.1f}" y1="{y}" y2="{y}" stroke="{LINE}" '
            f'stroke-width="4"/>{_hollow(start, y)}{_full(to, y)}{_text(0, y + 5, label)}'
        )
        drawn += _text(NAME + FIELD + 14, y + 5, _change(form, current, new))
    told = "; ".join(f"{label}: {_change(form, pair[1], pair[0])}" for label, pair in rows)
    legend = _legend(NAME, height + 18)
    return _drawing(title, told, NAME + FIELD + VALUE, height + 26, drawn + legend)


def _some(found: Comparison) -> list[EachQuestion]:
    return each_question(found.answers)[:MOST_ROWS]


def reliability(found: Comparison) -> str:
    """How often each was right against how sure it was; honest points are on the line."""
    frame = (
        f'<rect x="{EDGE}" y="8" width="{SIDE}" height="{SIDE}" fill="none" stroke="{LINE}"/>'
        f'<line x1="{EDGE}" y1="{SIDE + 8}" x2="{EDGE + SIDE}" y2="8" stroke="{SOFT}" '
        'stroke-dasharray="5 4"/>'
    )
    ticks = "".join(
        _text(EDGE + SIDE * share, SIDE + 26, f"{share:.0%}", SOFT, "middle")
        + _text(EDGE - 6, SIDE + 12 - SIDE * share, f"{share:.0%}", SOFT, "end")
        for share in (0.0, 0.5, 1.0)
    )
    current, new = found.bins(current=True), found.bins()
    dots = "".join(_hollow(*_spot(each), _radius(each, current)) for each in current)
    dots += "".join(_full(*_spot(each), _radius(each, new)) for each in new)
    told = f"at work: {_bins_in_words(current)}; new: {_bins_in_words(new)}"
    title = "Sure (across), right (up)"
    legend = _legend(EDGE, SIDE + 46)
    return _drawing(title, told, SIDE + EDGE + 60, SIDE + 54, frame + ticks + dots + legend)


def _drawing(title: str, told: str, width: float, height: float, drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -44 {width + 24:g} {height + 56:g}" '
        f'width="{width + 24:g}" role="img" aria-label="{escape(f"{title}. {told}")}" '
        'font-family="system-ui, sans-serif" font-size="14">'
        f'<rect x="-12" y="-44" width="{width + 24:g}" height="{height + 56:g}" fill="#ffffff"/>'
        f'<text x="0" y="-18" font-weight="600" fill="{INK}">{escape(title)}</text>{drawn}</svg>'
    )


def _text(x: float, y: float, words_: str, colour: str = INK, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">'
        f"{escape(words_)}</text>"
    )


def _full(x: float, y: float, radius: float = 5) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{NEW}" fill-opacity="0.85"/>'


def _hollow(x: float, y: float, radius: float = 5) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{CURRENT}" '
        'stroke-width="2.5"/>'
    )


def _legend(x: float, y: float) -> str:
    return (
        f"{_hollow(x + 6, y - 4)}{_text(x + 18, y, 'at work')}"
        f"{_full(x + 96, y - 4)}{_text(x + 108, y, 'new')}"
    )


def _spot(each: ConfidenceBin) -> tuple[float, float]:
    return EDGE + SIDE * each.confidence, 8 + SIDE * (1 - each.right)


def _radius(each: ConfidenceBin, among: Sequence[ConfidenceBin]) -> float:
    return 3 + 8 * sqrt(each.answers / max(other.answers for other in among))


def _bins_in_words(points: Sequence[ConfidenceBin]) -> str:
    return ", ".join(
        f"{each.confidence:.0%} sure and right {each.right:.0%} of {each.answers}"
        for each in points
    )


def _short(label: str) -> str:
    return label if len(label) <= 36 else f"{label[:35]}…"


def _change(form: str, before: float, after: float) -> str:
    return f"{form.format(before)} → {form.format(after)}".replace("-", "−")
