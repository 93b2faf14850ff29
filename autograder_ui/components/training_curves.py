"""How a training goes, drawn: its loss, and how far it agrees on answers kept from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.learning.progress import Step
from autograder_ui.components.agreement_plots import figure

WIDTH, HEIGHT = 300.0, 120.0
LEFT, FOOT, TOP = 34.0, 20.0, 8.0  # room for the figures beside and under the curve
MOST_POINTS = 200  # more than can be told apart at this width
LOSS = "How wrong it still is (loss)"
QWK = "Agreement on answers kept from it (QWK)"
Point = tuple[int, float]
"""A step and the value there."""


def curves(steps: Sequence[Step]) -> str:
    """Both curves as far as they are known; nothing while nothing was told."""
    loss = _once((each.step, each.loss) for each in steps if each.loss is not None)
    qwk = _once((each.step, each.qwk) for each in steps if each.qwk is not None)
    learning = [each for each in steps if each.loss is not None or each.qwk is not None]
    of = max((max(each.step, each.of) for each in learning), default=0)  # the trial tells steps too
    drawn = (_curve(LOSS, loss, of, _reach(loss)) if loss else "") + (
        _curve(QWK, qwk, of, (min(0.0, *(value for _, value in qwk)), 1.0), "qwk") if qwk else ""
    )
    return f'<div class="charts curves">{drawn}</div>' if drawn else ""


def _curve(
    name: str, points: Sequence[Point], of: int, reach: tuple[float, float], kind: str = "loss"
) -> str:
    newest = points[-1][1]
    places = [_place(point, of, reach) for point in _thinned(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    drawn = (
        f'<line class="axis" x1="{LEFT:g}" x2="{WIDTH:g}" y1="{HEIGHT:g}" y2="{HEIGHT:g}"></line>'
        f"{_ticks(of, reach)}"
        f'<polyline class="curve {kind}" points="{path}"></polyline>'
        f'<circle class="value" cx="{x:.1f}" cy="{y:.1f}" r="3.5"></circle>'
    )
    return figure(
        name, f"{newest:.2f}", WIDTH + 8, HEIGHT + FOOT, _in_words(name, points, of), drawn, "long"
    )


def _once(points: Iterable[Point]) -> list[Point]:
    """Without what a kill undid: where a step was told again, the later ones before it go."""
    kept: list[Point] = []
    for point in points:
        while kept and kept[-1][0] >= point[0]:
            kept.pop()
        kept.append(point)
    return kept


def _place(point: Point, of: int, reach: tuple[float, float]) -> tuple[float, float]:
    step, value = point
    low, high = reach
    share = (value - low) / (high - low)
    return LEFT + (WIDTH - LEFT) * step / max(of, 1), HEIGHT - (HEIGHT - TOP) * share


def _reach(points: Sequence[Point]) -> tuple[float, float]:
    """From nothing to the largest loss."""
    return 0.0, max((value for _, value in points), default=0.0) or 1.0


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Not more points than can be seen, the newest always among them."""
    every = -(-len(points) // MOST_POINTS)
    return [*points[:-1:every], points[-1]]


def _ticks(of: int, reach: tuple[float, float]) -> str:
    low, high = (f"{end:.2g}" for end in reach)
    return (
        f'<text class="tick up" x="{LEFT - 5:g}" y="{HEIGHT:g}">{low}</text>'
        f'<text class="tick up" x="{LEFT - 5:g}" y="{TOP + 4:g}">{high}</text>'
        f'<text class="tick up" x="{WIDTH:g}" y="{HEIGHT + 14:g}">step {of}</text>'
    )


def _in_words(name: str, points: Sequence[Point], of: int) -> str:
    (first, began), (last, now) = points[0], points[-1]
    best = f", best {max(value for _, value in points):.2f}" if name == QWK else ""
    return f"{name}: {began:.2f} at step {first}, {now:.2f} at step {last} of {of}{best}"
