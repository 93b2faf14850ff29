"""Rows as a CSV that spreadsheets and learning management systems read alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from autograder.formats.formulas import guard

Cell = str | float | int
BLANK = ""
"""A mark that there isn't; never 0."""


def encode(rows: Iterable[Sequence[Cell]], bom: bool) -> bytes:
    """The rows in UTF-8, lines ended by CR LF (RFC 4180); ``bom`` is what Excel needs.

    Text stands in quotes and is guarded against formulas, numbers stand bare and plain.
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    return file.getvalue().encode("utf-8-sig" if bom else "utf-8", errors="replace")


def plain(mark: float | None) -> Cell:
    """A mark with two decimals at most, without zeros at the end."""
    if mark is None:
        return BLANK
    rounded = round(mark, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _guarded(cell: Cell) -> Cell:
    return guard(cell) if isinstance(cell, str) else cell
