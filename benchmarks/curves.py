"""Curves of a training as an SVG picture: no plotting library for two panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP = 320, 160, 48, 28
COLOURS = ("#1b6ac9", "#c4541a", "#3d8b37", "#7a3fb0")

Curve = Sequence[tuple[int, float]]
"""Steps with the value there."""


def svg(panels: Mapping[str, Mapping[str, Curve]], end: str = "step {last}") -> str:
    """A panel beside the other for each title, in it a line for each name that has points.

    ``end`` stands where the steps do.
    """
    drawn = "".join(_panel(place, *each, end) for place, each in enumerate(panels.items()))
    whole = (LEFT + WIDTH + 24) * len(panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {TOP + HEIGHT + 72}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/>{drawn}</svg>\n'
    )


def thinned(curve: Curve, most: int = 12) -> Curve:
    """As many points as fit a line of text, the first and the last among them."""
    if len(curve) <= most:
        return curve
    return [curve[round(index * (len(curve) - 1) / (most - 1))] for index in range(most)]


def _panel(place: int, title: str, curves: Mapping[str, Curve], end: str) -> str:
    values = [value for curve in curves.values() for _, value in curve] or [0.0]
    low, high = min(0.0, *values), max(1.0, *values)
    last = max((step for curve in curves.values() for step, _ in curve), default=1)
    reached = escape(end.format(last=last))
    lines = "".join(
        _line(name, COLOURS[index % len(COLOURS)], index, curve, (last, low, high))
        for index, (name, curve) in enumerate(curves.items())
        if curve
    )
    return (
        f'<g transform="translate({LEFT + place * (LEFT + WIDTH + 24)} {TOP})">'
        f'<text y="-10" font-weight="bold">{escape(title)}</text>'
        f'<path d="M0 0V{HEIGHT}H{WIDTH}" fill="none" stroke="#888"/>'
        f'<text x="-6" y="10" text-anchor="end">{high:.2g}</text>'
        f'<text x="-6" y="{HEIGHT}" text-anchor="end">{low:.2g}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 16}" text-anchor="end">{reached}</text>{lines}</g>'
    )


def _line(name: str, colour: str, index: int, curve: Curve, reach: tuple[int, float, float]) -> str:
    last, low, high = reach
    points = " ".join(
        f"{WIDTH * step / max(last, 1):.1f},{HEIGHT * (high - value) / (high - low):.1f}"
        for step, value in curve
    )
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<text x="0" y="{HEIGHT + 16 + 15 * index}" fill="{colour}">{escape(name)}</text>'
    )
