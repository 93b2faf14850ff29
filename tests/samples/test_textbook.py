"""The primer: long enough, readable by machines, and about what the quiz asks."""

from pathlib import Path

import pypdfium2
import pytest

from samples.make_textbook import BOOK, blocks, make


def texts(path: Path) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


def test_the_primer_has_at_least_thirty_pages_with_text() -> None:
    assert sum(len(text) > 300 for text in texts(BOOK)) >= 30


def test_the_printed_number_of_a_page_is_its_place_in_the_file() -> None:
    assert all(text.split()[-1] == str(at) for at, text in enumerate(texts(BOOK), 1))


@pytest.mark.parametrize(
    "words",
    [
        "A thread is one flow of execution inside a process",
        "A context switch is called overhead",
        "behaves exactly like first come, first served",
        "an update is lost",
        "Circular wait. There is a ring of processes",
        "internal fragmentation",
        "A page fault is a trap",
        "A hard link is a further directory entry",
    ],
)
def test_every_question_of_the_quiz_has_its_page(words: str) -> None:
    assert any(words in " ".join(text.split()) for text in texts(BOOK))


def test_the_committed_book_is_the_one_that_its_source_makes(tmp_path: Path) -> None:
    made = tmp_path / "primer.pdf"
    make(made)
    assert texts(made) == texts(BOOK)


def test_a_chapter_falls_into_its_blocks() -> None:
    body = "## Inodes\n\nText\ngoes on.\n\n- one\n- two\n\n```\n- code\n```\n> Key idea: it."
    assert [kind for kind, _ in blocks(body)] == ["heading", "prose", "list", "code", "key"]
