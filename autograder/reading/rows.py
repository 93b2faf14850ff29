"""Rows of writing: detected pieces, side by side or one above the other, become lines to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.domain.script import Line
from autograder.reading.quads import Quad, slope

SAME_ROW = 0.5
"""Pieces whose middles differ by less than this share of the lower one's height share a row."""
COLUMN_LINES = 4
COLUMN_SHARE = 0.25
"""A column has at least so many lines, of at least this share of the page's writing in width."""


@dataclass(frozen=True)
class _Piece:
    """A detected piece on a page turned level: its middle, height, left and right end."""

    line: Line
    middle: float
    height: float
    left: float
    right: float


def in_reading_order(pieces: Sequence[tuple[Line, Quad]]) -> list[Line]:
    """One line a row, rows from top to bottom, columns (where there are any) from left to right.

    Pieces of one row, such as a question number in the margin and the text beside it, are joined.
    """
    fall = slope([quad for _, quad in pieces])
    level = [_level(line, quad, fall) for line, quad in pieces]
    return [_joined(row) for column in _columns(level) for row in _rows(column)]


def _level(line: Line, quad: Quad, fall: float) -> _Piece:
    x, y = quad.mean(axis=0)
    height = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    left, right = quad[:, 0].min(), quad[:, 0].max()
    return _Piece(line, float(y - fall * x), float(height), float(left), float(right))


def _rows(pieces: list[_Piece]) -> list[list[_Piece]]:
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        beside = (row for row in rows[-3:] if all(_beside(piece, other) for other in row))
        nearest = min(beside, key=lambda row: abs(row[0].middle - piece.middle), default=None)
        if nearest is None:
            rows.append([piece])
        else:
            nearest.append(piece)
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _beside(one: _Piece, other: _Piece) -> bool:
    apart = abs(one.middle - other.middle)
    overlap = min(one.right, other.right) - max(one.left, other.left)
    narrower = min(one.right - one.left, other.right - other.left)
    return apart < SAME_ROW * min(one.height, other.height) and overlap < narrower / 3


def _columns(pieces: list[_Piece]) -> list[list[_Piece]]:
    """The page's two columns where a gutter runs between them, else the page as one."""
    if not pieces:
        return []
    start, end = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    for gutter in sorted(piece.left for piece in pieces):
        left = [piece for piece in pieces if piece.right <= gutter]
        right = [piece for piece in pieces if piece.left >= gutter]
        if len(left) + len(right) == len(pieces) and all(
            _is_column(side, (end - start) * COLUMN_SHARE) for side in (left, right)
        ):
            return [left, right]
    return [pieces]


def _is_column(pieces: list[_Piece], width: float) -> bool:
    widths = [piece.right - piece.left for piece in pieces]
    return len(pieces) >= COLUMN_LINES and float(np.median(widths)) >= width


def _joined(row: list[_Piece]) -> Line:
    lines = [piece.line for piece in row]
    if len(lines) == 1:
        return lines[0]
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    lengths = [len(line.text) for line in lines]
    return Line(
        text=" ".join(line.text for line in lines),
        box=(min(lefts), min(tops), max(rights), max(bottoms)),
        confidence=float(np.average([line.confidence for line in lines], weights=lengths)),
        words=tuple(word for line in lines for word in line.words),
    )
