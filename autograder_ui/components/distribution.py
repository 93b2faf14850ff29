"""How the marks of a question are spread over its scale."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograder.domain.exam import Question, Scale
from autograder.domain.grade import MarkedAnswer

MOST_BARS = 11
NARROW = 7  # more bars than this take the room of two plots
HEIGHT = 64.0  # of the highest bar, in the drawing's units
BAR, GAP = 22.0, 6.0
LEGEND = """<p class="legend"><span><i class="swatch final"></i> your marks</span>
<span><i class="swatch guess"></i> predicted only</span></p>"""


def plots(questions: Sequence[Question], marked: Sequence[MarkedAnswer]) -> str:
    """One small plot per question: reviewed marks solid, marks that are only predicted hatched."""
    drawn = [
        plot(question, [each for each in marked if each.answer.question_id == question.id])
        for question in questions
    ]
    return f'{LEGEND}<div class="plots">{"".join(drawn)}</div>'


def plot(question: Question, marked: Sequence[MarkedAnswer]) -> str:
    """The plot of one question, with its mean and what it says in words for screen readers."""
    final = [each.mark for each in marked if each.review is not None and each.mark is not None]
    guess = [each.mark for each in marked if each.review is None and each.mark is not None]
    bins = bins_of(question.scale)
    at_final, at_guess = (list(map(question.scale.nearest, marks)) for marks in (final, guess))
    counts = [(count(at_final, bounds), count(at_guess, bounds)) for bounds in bins]
    kind = "plot wide" if len(bins) > NARROW else "plot"
    title = f"{question.label}: {_in_words(bins, counts)}"
    return (
        f'<figure class="{kind}"><figcaption><b>{escape(question.label)}</b>'
        f"<span>{_mean(final + guess)}</span></figcaption>{_bars(bins, counts, title)}</figure>"
    )


def spread(name: str, scale: Scale, marks: Sequence[float]) -> str:
    """The plot of marks that a person gave, under any name."""
    bins = bins_of(scale)
    nearest = list(map(scale.nearest, marks))
    counts = [(count(nearest, bounds), 0) for bounds in bins]
    kind = "plot wide" if len(bins) > NARROW else "plot"
    return (
        f'<figure class="{kind}"><figcaption><b>{escape(name)}</b>'
        f"<span>{_mean(marks)}</span></figcaption>"
        f"{_bars(bins, counts, f'{name}: {_in_words(bins, counts)}')}</figure>"
    )


Bin = tuple[float, float]
"""The lowest and the highest mark that a bar stands for."""


def bins_of(scale: Scale) -> list[Bin]:
    """A bar per mark; on a long scale neighbouring marks share one."""
    marks = scale.marks
    size = -(-len(marks) // MOST_BARS)
    groups = [marks[start : start + size] for start in range(0, len(marks), size)]
    return [(group[0], group[-1]) for group in groups]


def count(marks: Sequence[float], bounds: Bin) -> int:
    """How many marks are in the bin."""
    return sum(bounds[0] - 1e-9 <= mark <= bounds[1] + 1e-9 for mark in marks)


def _bars(bins: Sequence[Bin], counts: Sequence[tuple[int, int]], title: str) -> str:
    width = len(bins) * (BAR + GAP) + GAP
    most = max(1, *(final + guess for final, guess in counts))
    bars = "".join(
        _bar(GAP + place * (BAR + GAP), bounds, final, guess, HEIGHT / most)
        for place, (bounds, (final, guess)) in enumerate(zip(bins, counts, strict=True))
    )
    return (
        f'<svg viewBox="0 0 {width:g} {HEIGHT + 32:g}" role="img" aria-label="{escape(title)}">'
        f'{bars}<line class="axis" x1="0" x2="{width:g}" y1="{HEIGHT + 14:g}" '
        f'y2="{HEIGHT + 14:g}"></line></svg>'
    )


def _bar(left: float, bounds: Bin, final: int, guess: int, unit: float) -> str:
    foot, middle = HEIGHT + 14, left + BAR / 2
    solid, hatched = final * unit, guess * unit
    total = final + guess
    number = f'<text x="{middle:g}" y="{foot - solid - hatched - 4:g}">{total}</text>'
    lowest, highest = (f"{bound:g}" for bound in bounds)
    span = lowest if lowest == highest else f"{lowest} to {highest}"
    return (
        f"<g><title>{span}: {total}</title>"
        f'<rect class="final" x="{left:g}" y="{foot - solid:g}" width="{BAR:g}" '
        f'height="{solid:g}"></rect><rect class="guess" x="{left:g}" '
        f'y="{foot - solid - hatched:g}" width="{BAR:g}" height="{hatched:g}"></rect>'
        f'{number if total else ""}<text class="tick" x="{middle:g}" y="{foot + 14:g}">'
        f"{lowest}</text></g>"
    )


def _mean(marks: Sequence[float]) -> str:
    return f"mean {sum(marks) / len(marks):.1f}" if marks else "no marks yet"


def _in_words(bins: Sequence[Bin], counts: Sequence[tuple[int, int]]) -> str:
    parts = [
        f"{final + guess} × {bounds[0]:g}"
        for bounds, (final, guess) in zip(bins, counts, strict=True)
        if final + guess
    ]
    return ", ".join(parts) or "no marks yet"
