"""``search``: the textbook pages that answer a question."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.output import say, write_file, write_json
from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.textbook import Book
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.retrieval.index import TextbookIndex


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """QUERY | --queries IN.jsonl, --textbook FILE [--limit N] [--json OUT]."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", nargs="?", metavar="QUERY")
    asked.add_argument("--queries", type=Path, metavar="IN.jsonl", help="lines of id and question")
    parser.add_argument("--textbook", type=Path, required=True, metavar="FILE")
    parser.add_argument("--limit", type=int, default=3, metavar="N")
    parser.add_argument("--json", type=Path, metavar="OUT")


def run(options: argparse.Namespace) -> int:
    """Indexes the book (once; the data folder keeps it) and prints what each question finds."""
    if options.limit < 1:
        raise InvalidInput("--limit must be 1 or more.")
    index, book = open_book(options.textbook, Settings())
    if options.queries:
        return _answer_many(index, book, options)
    found = _pages(index, book, options.query, options.limit)
    if options.json:
        write_json(options.json, {"query": options.query, "pages": found})
    for page in found:
        say(f"page {page['page']}  score {page['score']}\n  {page['passage']}\n")
    return 0


def open_book(pdf: Path, settings: Settings) -> tuple[TextbookIndex, Book]:
    """The index with that book in it, known by its content. RefusedFile: it can't be read."""
    from autograder.retrieval.index import TextbookIndex
    from autograder.retrieval.textbooks import count_pages

    if not pdf.is_file():
        raise RefusedFile(str(pdf), "there is no such file.")
    index = TextbookIndex(settings.data / "index", settings.retrieval, settings.models)
    sha = hashlib.sha256(pdf.read_bytes()).hexdigest()
    book = Book(sha[:32], pdf.stem, sha, 0)
    if not index.holds(book.id):
        book = Book(book.id, book.title, sha, count_pages(pdf, pdf.name))
        index.add(book, pdf)
    return index, book


def _answer_many(index: TextbookIndex, book: Book, options: argparse.Namespace) -> int:
    lines = [
        json.dumps(
            {"id": row["id"], "pages": _pages(index, book, row["question"], options.limit)},
            ensure_ascii=False,
        )
        for row in _rows(options.queries)
    ]
    if options.json:
        write_file(options.json, "".join(line + "\n" for line in lines).encode())
    else:
        say("\n".join(lines))
    return 0


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidInput(f"{path.name}, line {number} is not JSON: {error}.") from error
        for key in ("id", "question"):
            if not isinstance(row, dict) or key not in row:
                raise InvalidInput(f"{path.name}, line {number} has no “{key}”.")
        rows.append(row)
    return rows


def _pages(index: TextbookIndex, book: Book, query: str, limit: int) -> list[dict[str, Any]]:
    return [
        {"page": each.page, "score": round(each.score, 4), "passage": each.text}
        for each in index.search(query, [book.id], limit)
    ]
