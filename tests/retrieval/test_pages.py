"""A textbook page as an image, with a passage marked."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.domain.errors import NotFound
from autograder.retrieval.pages import render
from tests.retrieval.book import MUTEX, PAGING, write_book

SENTENCE = "The page table maps each page of a process to a frame of physical memory."


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("books") / "book.pdf")


def marked_rows(png: bytes) -> list[int]:
    """Rows of the image that hold the marker's yellow."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    yellow = (pixels[..., 0] > 200) & (pixels[..., 2] < 150) & (pixels[..., 1] > 180)
    rows: list[int] = np.flatnonzero(yellow.sum(axis=1) > 20).tolist()
    return rows


def test_the_page_is_as_wide_as_asked(book: Path) -> None:
    image = Image.open(io.BytesIO(render(book, 3, width=900)))
    assert image.format == "PNG"
    assert image.width == pytest.approx(900, abs=1)
    assert image.height == pytest.approx(900 * 297 / 210, abs=3)


def test_without_a_passage_nothing_is_marked(book: Path) -> None:
    assert marked_rows(render(book, 3)) == []


def test_a_passage_is_marked_where_it_stands(book: Path) -> None:
    whole, part = marked_rows(render(book, 3, PAGING)), marked_rows(render(book, 3, SENTENCE))
    assert part
    assert set(part) < set(whole)
    assert min(part) == min(whole)  # it is the first of the paragraph


@pytest.mark.parametrize(
    "said",
    [
        SENTENCE.replace(" process ", " pro-\ncess "),
        SENTENCE.upper(),
        SENTENCE.replace(" ", "  \n"),
        SENTENCE.replace("frame", "franne"),
    ],
)
def test_spaces_hyphens_case_and_a_slip_do_not_matter(book: Path, said: str) -> None:
    assert marked_rows(render(book, 3, said)) == marked_rows(render(book, 3, SENTENCE))


@pytest.mark.parametrize("other", [MUTEX, "page", "", "A frame of mind is what maps a table."])
def test_what_is_not_on_the_page_is_not_marked(book: Path, other: str) -> None:
    assert marked_rows(render(book, 3, other)) == []


@pytest.mark.parametrize("page", [0, -1, 5])
def test_a_page_that_is_not_there_is_named(book: Path, page: int) -> None:
    with pytest.raises(NotFound, match="last page is 4"):
        render(book, page)


def test_many_threads_may_render_at_once(book: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(lambda _: render(book, 3, SENTENCE, width=400), range(8)))
    assert len(set(pages)) == 1
