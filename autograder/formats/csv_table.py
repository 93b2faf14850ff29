"""A CSV file as spreadsheets and school systems write it: its columns by name, all cells text."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.formats.formulas import unguard

MOST_BYTES = 10_000_000
SAVE_AS = "Save it as “CSV UTF-8 (comma delimited)” and try again."


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``line`` is where it starts in the file, counted from 1."""

    line: int
    cells: dict[str, str]

    def get(self, *names: str) -> str:
        """The first cell under one of those column names that isn't blank."""
        return next((cell for name in names if (cell := self.cells.get(name, ""))), "")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under ``columns``, whose names are in small letters and digits only."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def first_of(self, names: Sequence[str]) -> str | None:
        """The first of those names that is a column here."""
        return next((name for name in names if name in self.columns), None)


def read_table(path: Path) -> Table:
    """Reads a CSV file: UTF-8 or UTF-16, with ``,`` ``;`` or tab, its first line naming columns.

    Blank lines are skipped. RefusedFile: too large, another encoding, no rows, a workbook.
    """
    lines = _lines(decode(path), path.name)
    first = next(lines, None)
    if first is None:
        raise RefusedFile(path.name, "it is empty. Choose the file that holds the table.")
    columns = tuple(plain(name) for name in first[1])
    rows = tuple(Row(line, _cells(columns, cells)) for line, cells in lines)
    if not rows:
        raise RefusedFile(path.name, "it holds no rows below the names of its columns.")
    return Table(path.name, columns, rows)


def decode(path: Path) -> str:
    """The file's text: UTF-16, or UTF-8 with or without its mark. RefusedFile: anything else."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RefusedFile(path.name, f"it is larger than {MOST_BYTES // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise RefusedFile(path.name, f"it can't be opened ({error.strerror}).") from error
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedFile(path.name, f"it is a workbook, not a CSV file. {SAVE_AS}")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise RefusedFile(path.name, f"its letters are not UTF-8. {SAVE_AS}") from error
    if "\0" in text:
        raise RefusedFile(path.name, "it is not a text file.")
    return text


def plain(name: str) -> str:
    """A column's name in small letters and digits: ``Student-ID`` is ``studentid``."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def number(text: str) -> float | None:
    """The number that a cell holds, with a decimal point or comma; None if it holds none."""
    match = re.fullmatch(r"[+-]?\d{1,9}(?:[.,]\d{0,9})?|[+-]?[.,]\d{1,9}", text.strip())
    return float(match[0].replace(",", ".")) if match else None


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:200]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"  # without its mark, every other byte of Latin text is zero
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that aren't blank, each with where it starts."""
    announced = re.match(r"sep=(.)\r?\n", text)  # Excel's own first line
    delimiter = announced[1] if announced else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (announced and line == 1):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise RefusedFile(name, f"line {line} can't be read as CSV ({error}). {SAVE_AS}") from error


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=lambda mark: len(next(csv.reader([head], delimiter=mark), [])))


def _cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if not found.get(column):
            found[column] = _text(cell)
    return found


def _text(cell: str) -> str:
    """The cell's text, without what was put around it for Excel's sake (``="007"``)."""
    cell = cell.strip(" \u00a0")
    quoted = re.fullmatch(r'="([^"]*)"', cell)
    return quoted[1] if quoted else unguard(cell)
