"""Small textbooks as PDF: with headings and contents, scanned, encrypted."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

MUTEX = (
    "A mutex is a lock that only one thread can hold at a time. A thread that finds it taken "
    "sleeps until the holder gives it back, so that no two threads are in the critical section."
)
PAGING = (
    "The page table maps each page of a process to a frame of physical memory. Where a page has "
    "no frame the processor raises a page fault, and the kernel fetches the page from the disk."
)
SIGNALS = (
    "A signal interrupts a process wherever it happens to be. Its handler runs at once, and the "
    "process goes on from where it was when the handler returns."
)


def write_book(path: Path, chapters: dict[str, str] | None = None, outline: bool = True) -> Path:
    """Writes the book: a table of contents, then a page a chapter."""
    chapters = chapters or {"Mutexes": MUTEX, "Paging": PAGING, "Signals": SIGNALS}
    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    pdf.add_page()
    for number, title in enumerate(chapters, 1):
        pdf.multi_cell(0, 7, f"{number}.1 {title} . . . . . . . . . . . {number}", align="L")
        pdf.ln()
    for number, (title, text) in enumerate(chapters.items(), 1):
        pdf.add_page()
        if outline:
            pdf.start_section(title)
        pdf.multi_cell(0, 7, f"{number}.1 {title}\n{text}", align="L")
    pdf.output(str(path))
    return path


def write_scan(path: Path, pages: int = 3) -> Path:
    """Writes a book whose pages are pictures: no text layer."""
    pdf = FPDF()
    for _ in range(pages):
        pdf.add_page()
        pdf.rect(20, 20, 60, 80, style="F")
    pdf.output(str(path))
    return path


def write_encrypted(path: Path) -> Path:
    """Writes a book that opens with a password only."""
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="reader")
    pdf.set_font("helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 7, MUTEX)
    pdf.output(str(path))
    return path
