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
LONGEST_CELL = 131_072
"""Characters in a cell."""
EXCEL_WRITES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "gb18030", "shift_jis", "big5")
"""What “CSV” without “UTF-8” means in Excel, by the language of the system."""
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
    headings: tuple[str, ...] = ()
    """The columns' names as they stand in the file."""
    encoding: str = "utf-8"
    """How its letters were read."""

    def first_of(self, names: Sequence[str]) -> str | None:
        """The first of those names that is a column here."""
        return next((name for name in names if name in self.columns), None)


def read_table(
    path: Path,
    most_bytes: int = MOST_BYTES,
    longest_cell: int = LONGEST_CELL,
    guessing: bool = False,
) -> Table:
    """Reads a CSV file: UTF-8 or UTF-16, with ``,`` ``;`` or tab, its first line naming columns.

    Blank lines are skipped. ``guessing``: other letters are read as what they most likely are,
    which ``encoding`` tells. RefusedFile: too large, another encoding, no rows, a workbook.
    """
    text, encoding = _text_in(path, most_bytes, guessing)
    lines = _lines(text, path.name, longest_cell)
    first = next(lines, None)
    if first is None:
        raise RefusedFile(path.name, "it is empty. Choose the file that holds the table.")
    columns = tuple(plain(name) for name in first[1])
    rows = tuple(Row(line, _cells(columns, cells)) for line, cells in lines)
    if not rows:
        raise RefusedFile(path.name, "it holds no rows below the names of its columns.")
    headings = tuple(name.strip() for name in first[1])
    return Table(path.name, columns, rows, headings, encoding)


def read_cells(path: Path) -> list[tuple[int, list[str]]]:
    """The lines of a table whose first ones are no plain names of columns, each with its number.

    As ``read_table`` reads them, guessing.
    """
    text, _ = _text_in(path, MOST_BYTES, guessing=True)
    lines = _lines(text, path.name, LONGEST_CELL)
    return [(line, [_text(cell) for cell in cells]) for line, cells in lines]


def decode(path: Path, guessing: bool = False) -> str:
    """The file's text: UTF-16, or UTF-8 with or without its mark. RefusedFile: anything else."""
    return _text_in(path, MOST_BYTES, guessing)[0]


def _text_in(path: Path, most_bytes: int, guessing: bool) -> tuple[str, str]:
    """The text and its encoding."""
    content = _content(path, most_bytes)
    encoding = _guessed(content) if guessing and not _is_unicode(content) else _encoding(content)
    return _decoded(content, encoding, path.name), encoding


def _content(path: Path, most_bytes: int) -> bytes:
    try:
        if path.stat().st_size > most_bytes:
            raise RefusedFile(path.name, f"it is larger than {most_bytes // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise RefusedFile(path.name, f"it can't be opened ({error.strerror}).") from error
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedFile(path.name, f"it is a workbook, not a CSV file. {SAVE_AS}")
    return content


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedFile(name, f"its letters are not UTF-8. {SAVE_AS}") from error
    if "\0" in text:
        raise RefusedFile(name, "it is not a text file.")
    return text


def _is_unicode(content: bytes) -> bool:
    try:
        content.decode(_encoding(content))
    except UnicodeDecodeError:
        return False
    return True


def _guessed(content: bytes) -> str:
    """The likeliest of what Excel writes; of equally likely ones Western Europe's."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(content, cp_isolation=list(EXCEL_WRITES)))
    best = [
        each
        for each in matches
        if each.chaos == matches[0].chaos and each.coherence == matches[0].coherence
    ]
    likely = {name for each in best for name in each.could_be_from_charset}
    return next((name for name in EXCEL_WRITES if name in likely), EXCEL_WRITES[0])


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


def _lines(text: str, name: str, longest_cell: int) -> Iterator[tuple[int, list[str]]]:
    """The lines that aren't blank, each with where it starts."""
    csv.field_size_limit(longest_cell)
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
