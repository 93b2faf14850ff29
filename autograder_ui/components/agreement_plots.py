"""Agreement drawn: marks against marks, question by question, confidence against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import isnan, sqrt

from autograder import metrics
from autograder.domain.exam import Question
from autograder.grading.agreeing.agreement import Pair
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder.metrics import ConfidenceBin, Figure
from autograder_ui.components.distribution import Bin, bins_of

CELL = 24.0
LEFT, FOOT = 30.0, 20.0  # room for the marks beside and under the cells
WIDTH, ROW = 340.0, 26.0  # of the plots that have a row for each question
NAME, VALUE = 66.0, 46.0  # room for a question's label and for its figure
SIDE, EDGE = 220.0, 30.0  # of the reliability diagram and the room for its axes
SCALE = 1.3  # pixels of a drawing's unit where there is room
MOST_WORDS = 8  # disagreements that a drawing says in words; the table has them all
Row = tuple[str, Figure]
"""A question's label and its figure."""


def confusions(found: ExamAgreement) -> str:
    """A small table of marks for each question, drawn."""
    drawn = [
        confusion(question, [pair for pair in found.found if pair.question.id == question.id])
        for question in found.questions
    ]
    return f'<div class="charts small">{"".join(drawn)}</div>'


def confusion(question: Question, pairs: Sequence[Pair]) -> str:
    """The machine's marks up against the teacher's across; on the diagonal they are the same."""
    bins = bins_of(question.scale)
    cells = Counter(
        (_place(bins, question, pair.first), _place(bins, question, pair.second)) for pair in pairs
    )
    most, size = max(cells.values(), default=1), len(bins) * CELL
    squares = "".join(
        _square(up, across, cells[up, across], most, size)
        for up in range(len(bins))
        for across in range(len(bins))
    )
    ticks = "".join(_ticks(place, bounds, size) for place, bounds in enumerate(bins))
    title = f"{question.label}: {_cells_in_words(bins, cells)}"
    return figure(
        question.label,
        f"{len(pairs)} answer{'s' if len(pairs) != 1 else ''}",
        size + LEFT,
        size + FOOT,
        title,
        squares + ticks,
    )


def same_marks(found: ExamAgreement) -> str:
    """How often the mark is the same, a bar for each question with its interval."""
    rows = [(each.label, found.by_question[each.id].exact) for each in found.questions]
    words = _rows_in_words(rows, lambda figure: f"{figure.value:.0%}")
    bars = "".join(_bar(place, *row) for place, row in enumerate(rows))
    title = f"Same mark, by question: {words}"
    return figure("Same mark", "with 95 % interval", WIDTH, len(rows) * ROW, title, bars, "long")


def leniency(found: ExamAgreement) -> str:
    """How lenient the machine is, a dot for each question with its interval, around zero."""
    rows = [(each.label, found.by_question[each.id].bias_share) for each in found.questions]
    ends = [abs(end) for _, each in rows for end in (each.value, each.low, each.high)]
    reach = max((end for end in ends if not isnan(end)), default=0.0) or 1.0
    words = _rows_in_words(rows, lambda figure: f"{signed(figure.value)} of the scale")
    dots = "".join(_dot(place, *row, reach) for place, row in enumerate(rows))
    middle, height = _leniency_at(0.0, reach), len(rows) * ROW
    zero = f'<line class="axis" x1="{middle:g}" x2="{middle:g}" y1="0" y2="{height:g}"></line>'
    title = f"Lenient (to the right) or strict, by question: {words}"
    return figure(
        "← strict · lenient →", "share of the scale", WIDTH, height, title, zero + dots, "long"
    )


def reliability(points: Sequence[ConfidenceBin], error: Figure) -> str:
    """How often the machine was right against how sure it was; honest points are on the line."""
    most = max((each.answers for each in points), default=1)
    dots = "".join(_point(each, most) for each in points)
    marks = "".join(map(_percent_ticks, (0.0, 0.5, 1.0)))
    frame = (
        f'<rect class="frame" x="{EDGE:g}" y="0" width="{SIDE:g}" height="{SIDE:g}"></rect>'
        f'<line class="honest" x1="{EDGE:g}" y1="{SIDE:g}" x2="{EDGE + SIDE:g}" y2="0"></line>'
    )
    words = "; ".join(
        f"about {each.confidence:.0%} sure, right {each.right:.0%} of {each.answers}"
        for each in points
    )
    title = f"How sure the machine was and how often it was right: {words}"
    note = "" if isnan(error.value) else f"off by {error.value * 100:.0f} points on average"
    size = EDGE + SIDE + 8
    return figure("Sure (across), right (up)", note, size, SIDE + FOOT, title, frame + marks + dots)


def figure(
    name: str, note: str, width: float, height: float, title: str, drawn: str, kind: str = ""
) -> str:
    """A drawing under its name; ``title`` says in words what it shows. ``kind``: ``long``."""
    return (
        f'<figure class="chart {kind}" style="width: {width * SCALE:g}px"><figcaption>'
        f"<b>{escape(name)}</b><span>{escape(note)}</span></figcaption>"
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}">{drawn}'
        "</svg></figure>"
    )


def _place(bins: Sequence[Bin], question: Question, mark: float) -> int:
    nearest = question.scale.nearest(mark)
    return next(place for place, (_, high) in enumerate(bins) if nearest <= high + 1e-9)


def _square(up: int, across: int, count: int, most: int, size: float) -> str:
    left, top = LEFT + across * CELL, size - (up + 1) * CELL
    kind = "same" if up == across else "apart"
    number = f'<text x="{left + CELL / 2:g}" y="{top + CELL / 2 + 4:g}">{count}</text>'
    shade = f' style="fill-opacity: {0.12 + 0.38 * count / most:.2f}"' if count else ""
    return (
        f'<rect class="{kind if count else "bare " + kind}" x="{left + 1:g}" y="{top + 1:g}" '
        f'width="{CELL - 2:g}" height="{CELL - 2:g}" rx="3"{shade}></rect>'
        f"{number if count else ''}"
    )


def _ticks(place: int, bounds: Bin, size: float) -> str:
    middle = place * CELL + CELL / 2
    return (
        f'<text class="tick" x="{LEFT + middle:g}" y="{size + 14:g}">{bounds[0]:g}</text>'
        f'<text class="tick" x="{LEFT / 2:g}" y="{size - middle + 4:g}">{bounds[0]:g}</text>'
    )


def _cells_in_words(bins: Sequence[Bin], cells: Counter[tuple[int, int]]) -> str:
    same = sum(count for (up, across), count in cells.items() if up == across)
    apart = Counter({cell: count for cell, count in cells.items() if cell[0] != cell[1]})
    parts = [f"{same} of {cells.total()} alike"]
    parts += [
        f"{count} × machine {bins[up][0]:g}, you {bins[across][0]:g}"
        for (up, across), count in apart.most_common(MOST_WORDS)
    ]
    return "; ".join(parts)


def _rows_in_words(rows: Iterable[Row], told: Callable[[Figure], str]) -> str:
    return ", ".join(f"{label} {told(figure)}" for label, figure in rows)


def _bar(place: int, label: str, figure: Figure) -> str:
    top, length = place * ROW, WIDTH - NAME - VALUE
    return (
        f"{_label(label, top)}"
        f'<rect class="track" x="{NAME:g}" y="{top + 6:g}" width="{length:g}" height="12" rx="3">'
        f'</rect><rect class="value" x="{NAME:g}" y="{top + 6:g}" '
        f'width="{length * figure.value:.1f}" height="12" rx="3"></rect>'
        f"{_whisker(figure, lambda share: NAME + length * share, top + 12)}"
        f"{_told(f'{figure.value:.0%}', top)}"
    )


def _dot(place: int, label: str, figure: Figure, reach: float) -> str:
    top = place * ROW
    return (
        f"{_label(label, top)}"
        f"{_whisker(figure, lambda share: _leniency_at(share, reach), top + 12)}"
        f'<circle class="value" cx="{_leniency_at(figure.value, reach):.1f}" cy="{top + 12:g}" '
        f'r="4"></circle>{_told(signed(figure.value), top)}'
    )


def _leniency_at(share: float, reach: float) -> float:
    half = (WIDTH - NAME - VALUE) / 2
    return NAME + half + share / reach * (half - 6)


def _whisker(figure: Figure, at: Callable[[float], float], y: float) -> str:
    if isnan(figure.low):
        return ""
    low, high = at(figure.low), at(figure.high)
    ends = "".join(
        f'<line x1="{end:.1f}" x2="{end:.1f}" y1="{y - 4:g}" y2="{y + 4:g}"></line>'
        for end in (low, high)
    )
    line = f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:g}" y2="{y:g}"></line>'
    return f'<g class="whisker">{line}{ends}</g>'


def signed(share: float) -> str:
    """A share with its sign; what rounds to nothing has none."""
    return f"{share:+.0%}".replace("-", "−") if abs(share) >= 0.005 else "0%"


def _label(label: str, top: float) -> str:
    short = label if len(label) <= 9 else f"{label[:8]}…"
    return f'<text class="name" x="0" y="{top + 16:g}">{escape(short)}</text>'


def _told(words: str, top: float) -> str:
    return f'<text class="number" x="{WIDTH:g}" y="{top + 16:g}">{words}</text>'


def _percent_ticks(share: float) -> str:
    at = SIDE * share
    return (
        f'<text class="tick" x="{EDGE + at:g}" y="{SIDE + 14:g}">{share:.0%}</text>'
        f'<text class="tick up" x="{EDGE - 4:g}" y="{SIDE - at + (8 if share == 1 else 3):g}">'
        f"{share:.0%}</text>"
    )


def _point(each: ConfidenceBin, most: int) -> str:
    x, y = EDGE + SIDE * each.confidence, SIDE * (1 - each.right)
    figure = metrics.wilson(each.right * each.answers, each.answers)
    low, high = SIDE * (1 - figure.low), SIDE * (1 - figure.high)
    told = f"{each.confidence:.0%} sure, right {each.right:.0%} of {each.answers}"
    return (
        f'<g><title>{told}</title><g class="whisker"><line x1="{x:.1f}" x2="{x:.1f}" '
        f'y1="{low:.1f}" y2="{high:.1f}"></line></g><circle class="value" cx="{x:.1f}" '
        f'cy="{y:.1f}" r="{3 + 5 * sqrt(each.answers / most):.1f}"></circle></g>'
    )
