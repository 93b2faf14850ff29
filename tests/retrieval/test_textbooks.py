"""A textbook's PDF as text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.errors import RefusedFile
from autograder.retrieval.textbooks import count_pages, joined, letters, read
from tests.places import SHARED_DATA
from tests.retrieval.book import MUTEX, write_book, write_encrypted, write_scan

COURSEBOOK = SHARED_DATA / "textbook" / "cs241-coursebook.pdf"


def test_pages_are_counted(tmp_path: Path) -> None:
    assert count_pages(write_book(tmp_path / "book.pdf"), "book.pdf") == 4


@pytest.mark.parametrize("outline", [True, False])
def test_every_section_has_its_page_and_heading(tmp_path: Path, outline: bool) -> None:
    sections = read(write_book(tmp_path / "book.pdf", outline=outline), "book.pdf")
    assert [section.page for section in sections] == [2, 3, 4]
    assert "Mutexes" in sections[0].heading
    assert sections[0].text.endswith(MUTEX)


def test_a_section_that_goes_on_keeps_its_heading(tmp_path: Path) -> None:
    long = {"Mutexes": " ".join([MUTEX] * 30), "Paging": "The last page."}
    sections = read(write_book(tmp_path / "book.pdf", long), "book.pdf")
    assert [section.heading for section in sections] == ["Mutexes", "Mutexes", "Paging"]
    assert [section.page for section in sections] == [2, 3, 4]


def test_a_scan_without_text_asks_for_ocr(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match=r"scan\.pdf.*\(OCR\) on the PDF first"):
        count_pages(write_scan(tmp_path / "x.pdf"), "scan.pdf")


def test_an_encrypted_book_asks_for_one_without_password(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="without a password"):
        count_pages(write_encrypted(tmp_path / "x.pdf"), "locked.pdf")


@pytest.mark.parametrize("content", [b"", b"MZ\x90 not a PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=r"notes\.pdf: it is not a readable PDF"):
        count_pages(path, "notes.pdf")


def test_a_truncated_book_is_refused_or_read(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.pdf")
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(RefusedFile):
        count_pages(path, "book.pdf")


def test_a_word_hyphenated_at_a_line_s_end_is_whole_again() -> None:
    assert joined(["a synchro-", "nisation primi-", "tive"]) == "a synchronisation primitive"
    assert joined(["IPv4-", "Only"]) == "IPv4- Only"


@given(st.text())
def test_letters_are_letters_and_digits_only(text: str) -> None:
    found = letters(text)
    assert letters(found) == found
    assert not any(char.isspace() for char in found)


def test_ligatures_are_their_letters() -> None:
    assert letters("ﬁle oﬀset") == "fileoffset"


@pytest.mark.skipif(not COURSEBOOK.exists(), reason="needs the shared data's coursebook")
def test_a_real_book_is_read_without_its_contents() -> None:
    pdf = COURSEBOOK
    sections = read(pdf, pdf.name)
    assert count_pages(pdf, pdf.name) == 390
    assert not {section.page for section in sections} & set(range(2, 13))
    coffman = next(section for section in sections if section.page == 198)
    assert coffman.heading == "Deadlock: Coffman Conditions"
