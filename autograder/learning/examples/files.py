"""Files of examples, each read by what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from autograder.domain.errors import RefusedFile
from autograder.domain.marked_example import AnsweredQuestion, MarkedExample
from autograder.learning.examples.answers_csv import AnswersCsv, Asked
from autograder.learning.examples.examples import Examples
from autograder.learning.examples.json_lines import read_json_lines
from autograder.learning.examples.labs import labs_in, read_labs

LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv")
ZIPS = (".zip",)
KNOWN = "JSON lines (.jsonl), a table (.csv), or labs (a folder or .zip with a rubrics.json)"
Example = TypeVar("Example", MarkedExample, AnsweredQuestion)


def read_examples(path: Path, columns: Mapping[str, str] | None = None) -> Examples:
    """Reads a file or folder of any kind that is known here, see ``read_files``."""
    return read_files([path], columns)


def read_files(paths: Sequence[Path], columns: Mapping[str, str] | None = None) -> Examples:
    """Reads JSON lines, tables and labs (a folder, a ZIP); another folder stands for its files.

    A table of mark schemes holds for the answers of all tables. ``columns`` maps ``question``,
    ``answer``, ``mark`` and the like to a table's own names. An id that comes again gets a number.
    RefusedFile: a file isn't there, is of another kind, or can't be used.
    """
    files = [each for path in paths for each in _files(path)]
    tables = {each: AnswersCsv(each, columns) for each in files if _is(each, TABLES)}
    schemes: dict[str, Asked] = {}
    for table in tables.values():
        schemes |= table.schemes() if table.is_scheme else {}
    found = Examples()
    for each in files:
        if each.is_dir() or _is(each, ZIPS):
            found += read_labs(each)
        elif each not in tables:
            found += read_json_lines(each)
        elif not tables[each].is_scheme:
            found += tables[each].examples(schemes)
    return Examples(_numbered(found.marked), _numbered(found.unmarked), found.remarks)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise RefusedFile(path.name, "it is not there. Check its name and its folder.")
    if path.is_dir():
        if labs_in(path):
            return [path]
        inside = [each for each in sorted(path.iterdir()) if _is(each, (*LINES, *TABLES))]
        if not inside:
            raise RefusedFile(path.name, f"nothing in this folder holds examples. Add {KNOWN}.")
        return inside
    if not _is(path, (*LINES, *TABLES, *ZIPS)):
        raise RefusedFile(path.name, f"examples are not read from such a file. Use {KNOWN}.")
    return [path]


def _is(path: Path, suffixes: Sequence[str]) -> bool:
    return path.suffix.lower() in suffixes and path.is_file()


def _numbered(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Two files may call different answers alike; whoever compares marks goes by the id."""
    seen: dict[str, int] = {}
    made = []
    for each in examples:
        seen[each.id] = seen.get(each.id, 0) + 1
        made.append(each if seen[each.id] == 1 else replace(each, id=f"{each.id}~{seen[each.id]}"))
    return tuple(made)
