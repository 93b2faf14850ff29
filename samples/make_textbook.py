"""Sets the sample textbook from its chapters: ``python samples/make_textbook.py``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

ROOT = Path(__file__).parent
CHAPTERS = ROOT / "textbook"
BOOK = ROOT.parent / "textbooks" / "operating-systems-primer.pdf"
TITLE = "A Primer on Operating Systems"
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date, so that the same text is the same file
PAGE = (170, 240)  # millimetres
MARGIN = 22
TEXT, CODE = 10.5, 8.5  # points
LEADING = 5.6  # millimetres from line to line
ACCENT = (36, 74, 116)


class Book(FPDF):
    """Pages with the chapter above the text and the page's number below it."""

    def __init__(self) -> None:
        super().__init__(format=PAGE)
        fonts = {
            ("serif", ""): "noto-serif",
            ("serif", "B"): "noto-serif-semibold",
            ("serif", "I"): "noto-serif-italic",
            ("mono", ""): "noto-sans-mono",
        }
        for (family, style), file in fonts.items():
            self.add_font(family, style, ROOT / "fonts" / f"{file}.ttf")
        self.set_margins(MARGIN, 24, MARGIN)
        self.set_auto_page_break(True, 24)
        self.set_title(TITLE)
        self.set_lang("en")
        self.creation_date = ISSUED
        self.chapter = ""

    def header(self) -> None:
        """The running title, on all pages but a chapter's first."""
        if self.chapter:
            self.set_font("serif", "I", 8.5)
            self.set_y(13)
            self.cell(0, 5, self.chapter, align="R")
            self.set_y(24)

    def footer(self) -> None:
        """The number of the PDF page, so that the printed and the counted one agree."""
        self.set_y(-17)
        self.set_font("serif", "", 8.5)
        self.cell(0, 5, str(self.page_no()), align="C")


def make(path: Path) -> int:
    """Writes the book to ``path`` and returns its number of pages."""
    book = Book()
    chapters = [file.read_text(encoding="utf-8") for file in sorted(CHAPTERS.glob("*.md"))]
    _title_page(book)
    _contents(book, [text.splitlines()[0].removeprefix("# ") for text in chapters])
    for number, text in enumerate(chapters, 1):
        _chapter(book, number, text)
    path.parent.mkdir(exist_ok=True)
    book.output(str(path))
    return book.page_no()


def _title_page(book: Book) -> None:
    book.add_page()
    book.set_y(70)
    book.set_font("serif", "B", 26)
    book.set_text_color(*ACCENT)
    book.multi_cell(0, 12, TITLE, align="L")
    book.set_text_color(0)
    book.ln(6)
    book.set_font("serif", "I", 12)
    book.multi_cell(0, 6, "Processes, threads, memory, files and devices")
    book.set_y(195)
    book.set_font("serif", "", 9)
    book.multi_cell(0, 5, "The textbook of AutoGrader's sample exam.")


def _contents(book: Book, titles: list[str]) -> None:
    book.add_page()
    _heading(book, "Contents", 18)
    book.set_font("serif", "", TEXT)
    for number, title in enumerate(titles, 1):
        book.cell(0, 8, f"{number}   {title}", new_x="LMARGIN", new_y="NEXT")


def _chapter(book: Book, number: int, text: str) -> None:
    title, _, body = text.partition("\n")
    book.chapter = ""
    book.add_page()
    book.chapter = f"{number}  {title.removeprefix('# ')}"
    book.start_section(title.removeprefix("# "))
    _heading(book, book.chapter, 18)
    for kind, block in blocks(body):
        _SETTERS[kind](book, block)


def blocks(body: str) -> Iterator[tuple[str, list[str]]]:
    """The blocks of a chapter in order, each as its kind and its lines; fences are left out."""
    fenced = False
    lines: list[tuple[str, str]] = []
    for line in body.splitlines():
        fence = line.startswith("```")
        kind = "code" if fenced and not fence else "" if fence else _kind(line)
        fenced ^= fence
        lines.append((kind, line))
    for kind, group in groupby(lines, key=lambda pair: pair[0]):
        if kind:
            yield kind, [line for _, line in group]


def _kind(line: str) -> str:
    if line.startswith(("- ", "* ")) or line.split(". ", maxsplit=1)[0].isdigit():
        return "list"
    marks = {"## ": "heading", "|": "table", "> ": "key", "Figure ": "caption", "Table ": "caption"}
    if kind := next((kind for mark, kind in marks.items() if line.startswith(mark)), ""):
        return kind
    return "prose" if line.strip() else ""


def _heading(book: Book, text: str, size: float) -> None:
    if book.will_page_break(30):
        book.add_page()
    book.ln(3)
    book.set_font("serif", "B", size)
    book.set_text_color(*ACCENT)
    book.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    book.set_text_color(0)
    book.ln(2)


def _section(book: Book, lines: list[str]) -> None:
    _heading(book, lines[0].removeprefix("## "), 13)


def _prose(book: Book, lines: list[str]) -> None:
    book.set_font("serif", "", TEXT)
    text = " ".join(lines).replace("`", "")
    book.multi_cell(0, LEADING, text, align="J", new_x="LMARGIN", new_y="NEXT")
    book.ln(2)


def _list(book: Book, lines: list[str]) -> None:
    book.set_font("serif", "", TEXT)
    for line in lines:
        sign, _, text = line.partition(" ")
        book.cell(8, LEADING, "•" if sign in "-*" else sign, align="R")
        book.set_x(MARGIN + 10)
        text = text.replace("`", "")
        book.multi_cell(0, LEADING, text, align="L", new_x="LMARGIN", new_y="NEXT")
        book.ln(0.8)
    book.ln(1.5)


def _code(book: Book, lines: list[str]) -> None:
    height = len(lines) * 4.2
    if book.will_page_break(height + 10):
        book.add_page()
    book.ln(1)
    book.set_font("mono", "", CODE)
    for line in lines:
        book.cell(0, 4.2, line, new_x="LMARGIN", new_y="NEXT")
    book.ln(2)


def _caption(book: Book, lines: list[str]) -> None:
    book.set_font("serif", "I", 9)
    book.multi_cell(0, 5, " ".join(lines), align="L", new_x="LMARGIN", new_y="NEXT")
    book.ln(3)


def _table(book: Book, lines: list[str]) -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if book.will_page_break(len(rows) * 9):  # a table stays with its caption
        book.add_page()
    book.ln(1)
    book.set_font("serif", "", 9)
    with book.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=ACCENT),
        line_height=5.2,
        text_align="LEFT",
        padding=0.8,
    ) as table:
        for row in [rows[0], *rows[2:]]:
            table.row(row)
    book.ln(2)


def _key(book: Book, lines: list[str]) -> None:
    book.ln(1)
    book.set_font("serif", "B", TEXT)
    book.set_fill_color(232, 238, 245)
    text = " ".join(line.removeprefix("> ") for line in lines)
    with book.unbreakable() as whole:
        whole.multi_cell(
            0, LEADING, text, align="L", fill=True, padding=3, new_x="LMARGIN", new_y="NEXT"
        )


_SETTERS = {
    "heading": _section,
    "prose": _prose,
    "list": _list,
    "code": _code,
    "caption": _caption,
    "table": _table,
    "key": _key,
}


if __name__ == "__main__":
    print(f"{BOOK.name}: {make(BOOK)} pages")
