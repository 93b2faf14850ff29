"""A textbook's PDF as text: stretches of one page, each under its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from autograder.domain.errors import RefusedFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

PDFIUM = RLock()
"""PDFium is not thread-safe: whoever calls it holds this."""

WORDS_OF_A_PAGE = 10  # fewer are a page number and a running head, or a stamp on a scan
PAGES_WITH_TEXT = 0.2
NUMBERED_HEADING = re.compile(
    r"^(?:chapter\s+)?\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z][^.!?]{2,70}$", re.I
)
DOTTED_LEADER = re.compile(r"(?:\.\s?){4,}\d*\s*$|…\s*\d+\s*$")
PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD in PDFium's public/fpdfview.h

Bookmark = tuple[int, str]
"""Depth, counted from 0, and title."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text on one page (counted from 1) under one heading."""

    page: int
    heading: str
    text: str


def count_pages(pdf: Path, name: str) -> int:
    """The number of pages. RefusedFile: encrypted, broken, or a scan without text."""
    with opened(pdf, name) as document:
        total = len(document)
        enough = max(1, round(total * PAGES_WITH_TEXT))
        for number in range(total):
            enough -= len(_text(document, number).split()) >= WORDS_OF_A_PAGE
            if enough <= 0:
                return total
    raise RefusedFile(
        name,
        "its pages are pictures without text. Run text recognition (OCR) on the PDF first, then "
        "add it again.",
    )


def read(pdf: Path, name: str) -> list[Section]:
    """Every page's text under its headings, without the table of contents. RefusedFile as above.

    Headings are the PDF's own bookmarks; where it has none, numbered lines such as "2.1 Caching".
    """
    sections: list[Section] = []
    path: list[str] = []
    with opened(pdf, name) as document:
        bookmarks = _bookmarks(document)
        for number in range(len(document)):
            lines = _lines(_text(document, number))
            if not _is_contents(lines):
                marks = bookmarks.get(number, [])
                sections += _sections(number + 1, lines, marks, path, bool(bookmarks))
    return sections


@contextmanager
def opened(pdf: Path, name: str) -> Iterator[PdfDocument]:
    """The open document, PDFium locked. RefusedFile where it can't be opened."""
    import pypdfium2

    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise RefusedFile(name, _why_not(error.err_code)) from error
        try:
            if len(document) == 0:
                raise RefusedFile(name, _why_not(None))
            yield document
        finally:
            document.close()


def _why_not(code: int | None) -> str:
    if code == PASSWORD_NEEDED:
        return "it is encrypted. Save a copy without a password and add that."
    return "it is not a readable PDF. Save it as PDF again and add that."


def _text(document: PdfDocument, number: int) -> str:
    import pypdfium2

    try:
        page = document[number]
        return str(page.get_textpage().get_text_bounded())
    except pypdfium2.PdfiumError:  # one broken page doesn't cost the teacher the book
        return ""


def _lines(text: str) -> list[str]:
    """The lines without page numbers. U+FFFE is PDFium's mark of a hyphen at a line's end."""
    lines = [" ".join(line.split()) for line in text.replace("\ufffe", "-").splitlines()]
    return [line for line in lines if line and not re.fullmatch(r"[\divxlc]{1,6}", line)]


def _is_contents(lines: list[str]) -> bool:
    """Tables of contents name every topic and answer nothing."""
    return sum(bool(DOTTED_LEADER.search(line)) for line in lines) > len(lines) / 3


def _bookmarks(document: PdfDocument) -> dict[int, list[Bookmark]]:
    """The PDF's outline: the bookmarks of each page, counted from 0, in their order."""
    marks: dict[int, list[Bookmark]] = {}
    for mark in document.get_toc():
        target = mark.get_dest()
        if target is not None and target.get_index() is not None:
            title = " ".join(mark.get_title().split())
            marks.setdefault(target.get_index(), []).append((mark.level, title))
    return marks


def _sections(
    page: int, lines: list[str], marks: list[Bookmark], path: list[str], outlined: bool
) -> Iterator[Section]:
    """Cuts a page at its headings; ``path`` is the headings above, brought up to date."""
    waiting = list(marks)
    since = 0
    for number, line in enumerate(lines):
        mark = _heading(line, waiting) if outlined else _numbered(line)
        if mark:
            yield from _section(page, path, lines[since:number])
            since = number
            path[mark[0] :] = [mark[1]]
            waiting = waiting[waiting.index(mark) + 1 :] if outlined else []
    yield from _section(page, path, lines[since:])
    for depth, title in waiting:  # its line was not recognised: it holds from the next page on
        path[depth:] = [title]


def _section(page: int, path: list[str], lines: list[str]) -> Iterator[Section]:
    if lines:
        yield Section(page, ": ".join(path[-2:]), joined(lines))


def _heading(line: str, waiting: list[Bookmark]) -> Bookmark | None:
    """The bookmark that this line is the heading of; a long heading goes on in the next line."""
    said = letters(re.sub(r"^(?:[A-Z]\.)?\d+(?:\.\d+)*\.?\s+", "", line))
    for mark in waiting:
        title = letters(mark[1])
        if said and (said == title or (len(said) > 12 and title.startswith(said))):
            return mark
    return None


def _numbered(line: str) -> Bookmark | None:
    if not NUMBERED_HEADING.match(line):
        return None
    return line.split(maxsplit=1)[0].rstrip(".").count("."), line


def letters(text: str) -> str:
    """Letters and digits alone, in lower case; ligatures and the like taken apart."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def joined(lines: list[str]) -> str:
    """Lines as running text; a word that was hyphenated at a line's end is whole again."""
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", "\n".join(lines)).replace("\n", " ")
