"""The index of the course's textbooks."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.domain.errors import RefusedFile, StorageFailed
from autograder.domain.textbook import Book
from autograder.retrieval.index import TextbookIndex
from autograder.settings import RetrievalSettings, Settings
from tests.retrieval.book import PAGING, write_book, write_encrypted, write_scan

PRIMER = Book(id="primer", title="A Primer", pdf="0" * 64, pages=4)
COOKBOOK = Book(id="cookbook", title="Soups", pdf="1" * 64, pages=3)
SOUPS = {
    "Stock": "Stock is made of bones and roots that simmer in a pot of water for half a day.",
    "Lentils": "Lentils are washed and cooked with an onion until they are soft.",
}


def open_index(folder: Path) -> TextbookIndex:
    return TextbookIndex(folder / "index", RetrievalSettings(), Settings().models)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    index = open_index(folder)
    index.add(PRIMER, write_book(folder / "primer.pdf"))
    index.add(COOKBOOK, write_book(folder / "soups.pdf", SOUPS))
    return folder


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("What is a mutex?", 2),
        ("How do you keep two workers from being in the same place at once?", 2),
        ("What does the page table map?", 3),
        ("Where is data brought from that is not in RAM?", 3),
        ("What happens when a signal arrives?", 4),
    ],
)
def test_a_question_finds_its_page(folder: Path, question: str, page: int) -> None:
    found = open_index(folder).search(question)
    assert (found[0].book_id, found[0].book, found[0].page) == ("primer", "A Primer", page)


def test_the_passage_is_the_page_s_own_text(folder: Path) -> None:
    passage = open_index(folder).search("page fault", limit=1)[0]
    assert "raises a page fault, and the kernel fetches" in passage.text


def test_pages_come_best_first_and_once_each(folder: Path) -> None:
    found = open_index(folder).search("What does the kernel fetch from the disk?", limit=10)
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)
    places = [(passage.book_id, passage.page) for passage in found]
    assert len(set(places)) == len(places) == 5


def test_the_table_of_contents_is_no_answer(folder: Path) -> None:
    found = open_index(folder).search("Mutexes Paging Signals", limit=10)
    assert all(passage.page > 1 for passage in found)


def test_only_the_named_books_are_searched(folder: Path) -> None:
    index = open_index(folder)
    assert {p.book_id for p in index.search("mutex", books=["cookbook"])} == {"cookbook"}
    assert index.search("mutex", books=["unknown"]) == []
    assert index.search("mutex", books=[]) == []


@pytest.mark.parametrize("question", ["", "   \n", "???", "日本語", "x" * 5000])
def test_any_question_is_answered_with_pages_or_none(folder: Path, question: str) -> None:
    assert len(open_index(folder).search(question)) in {0, 3}


def test_a_second_start_reads_what_the_first_wrote(folder: Path) -> None:
    first, second = open_index(folder), open_index(folder)
    assert second.holds("primer")
    assert first.search("mutex") == second.search("mutex")


def test_a_removed_book_is_not_found_any_more(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.add(PRIMER, write_book(tmp_path / "primer.pdf"))
    assert index.search("mutex")
    open_index(tmp_path).remove("primer")  # as another process would
    assert not index.holds("primer")
    assert index.search("mutex") == []
    index.remove("primer")
    assert list((tmp_path / "index").iterdir()) == []


def test_a_book_added_again_replaces_what_was_indexed(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.add(PRIMER, write_book(tmp_path / "a.pdf"))
    assert index.search("Lentils", limit=1)[0].page in {2, 3, 4}
    index.add(PRIMER, write_book(tmp_path / "b.pdf", SOUPS))
    assert "onion" in index.search("Lentils", limit=1)[0].text
    assert len(list((tmp_path / "index").iterdir())) == 1


def test_progress_is_reported_up_to_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    open_index(tmp_path).add(
        PRIMER, write_book(tmp_path / "a.pdf"), lambda *step: seen.append(step)
    )
    assert seen
    assert seen[-1][0] == seen[-1][1] > 3


@pytest.mark.parametrize("write", [write_scan, write_encrypted])
def test_a_refused_book_leaves_nothing_behind(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    index = open_index(tmp_path)
    with pytest.raises(RefusedFile, match="A Primer"):
        index.add(PRIMER, write(tmp_path / "book.pdf"))
    assert not index.holds("primer")
    assert index.search("mutex") == []


def test_a_damaged_index_says_what_to_do(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.add(PRIMER, write_book(tmp_path / "a.pdf"))
    file = next((tmp_path / "index").iterdir())
    file.write_bytes(file.read_bytes()[:-400])
    with pytest.raises(StorageFailed, match="add it again"):
        index.search("mutex")


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed, match="index"):
        open_index(tmp_path).add(PRIMER, write_book(tmp_path / "a.pdf"))


def test_another_embedding_needs_its_own_index(folder: Path) -> None:
    other = RetrievalSettings(embedding="intfloat/e5-small")
    assert not TextbookIndex(folder / "index", other, Settings().models).holds("primer")


def test_a_book_indexed_in_an_older_format_is_indexed_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.retrieval.index.FORMAT", 99)
    later = open_index(folder)
    assert not later.holds("primer")
    assert later.search("mutex") == []


def test_two_writers_and_readers_never_see_half_a_book(tmp_path: Path) -> None:
    pdf = write_book(tmp_path / "a.pdf")
    index, other = open_index(tmp_path), open_index(tmp_path)
    index.add(PRIMER, pdf)
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(each.add, PRIMER, pdf) for each in (index, other)]
        readers = [threads.submit(other.search, PAGING, None, 1) for _ in range(8)]
        assert all(reader.result()[0].page == 3 for reader in readers)
        assert all(writer.result() is None for writer in writers)
    assert len(list((tmp_path / "index").iterdir())) == 1


def test_a_search_loads_neither_torch_nor_llama_index(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.retrieval.test_index import open_index;"
        f"assert open_index(Path({str(folder)!r})).search('mutex');"
        "heavy = {'torch', 'transformers', 'llama_index', 'pypdfium2'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
