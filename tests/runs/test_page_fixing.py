import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.domain.errors import NotFound
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Script, Stack, TakenPage, Transform
from autograder.gradebook.gradebook import Gradebook
from autograder.runs.page_fixing import PageFixing, turned


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path / "data")
    opened.exams.save(Exam("os", "Quiz", questions=(Question("q1", "Q1", "?", Scale(1, 5)),)))
    yield opened
    opened.close()


@pytest.fixture
def pile(gradebook: Gradebook) -> PageFixing:
    return PageFixing(gradebook)


@pytest.fixture
def script(gradebook: Gradebook) -> Script:
    """Two pages of 4 x 3 pixels, each of other greys."""
    upload = gradebook.scripts.add_upload("os", "a.pdf", gradebook.scans.add(b"a"), "a", "")
    pages = [
        TakenPage(gradebook.scans.add(png(start)), 4, 3, f"a.pdf, page {start}") for start in (1, 2)
    ]
    return gradebook.scripts.take_upload(upload.id, [Stack("a", tuple(pages))])[0]


def png(start: int) -> bytes:
    stream = io.BytesIO()
    greys = np.arange(start, start + 12, dtype=np.uint8).reshape(3, 4)
    Image.fromarray(greys).save(stream, "PNG")
    return stream.getvalue()


def pixels(gradebook: Gradebook, sha: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(gradebook.scans.read(sha))))


def kinds(gradebook: Gradebook) -> list[str]:
    return [job.kind for job in gradebook.jobs.active("os")]


def on_scan(transform: Transform, x: float, y: float) -> tuple[float, float]:
    right, down, depth = np.reshape(transform, (3, 3)) @ (x, y, 1)
    return right / depth, down / depth


@pytest.mark.parametrize("turns", [1, 2, 3, -1])
def test_a_turned_page_is_read_anew_and_every_pixel_is_still_found_on_its_scan(
    gradebook: Gradebook, pile: PageFixing, script: Script, turns: int
) -> None:
    before = script.pages[0]
    pile.turn("os", before.id, turns, "Ada")
    page = gradebook.scripts.page(before.id)
    scan, image = pixels(gradebook, page.scan), pixels(gradebook, page.image)
    assert page.scan == before.image and image.shape == (page.height, page.width)
    for row, column in np.ndindex(*image.shape):
        x, y = on_scan(page.transform, column + 0.5, row + 0.5)
        assert scan[int(y), int(x)] == image[row, column]
    assert page.id in {each.id for each in gradebook.scripts.unread_pages("os")}
    assert kinds(gradebook) == ["read"]


@given(st.lists(st.integers(-4, 4), max_size=6))
def test_turning_a_page_all_the_way_round_leaves_it_where_it_was(turns: list[int]) -> None:
    transform: Transform = (1.0, 0.25, 3.0, 0.0, 2.0, 1.0, 0.001, 0.0, 1.0)
    size = 40, 30
    now, sides = transform, size
    for each in [*turns, -sum(turns)]:
        now = turned(now, each, *sides)
        sides = sides if each % 2 == 0 else sides[::-1]
    assert np.allclose(now, transform) and sides == size


def test_pages_are_put_in_order_moved_taken_out_and_each_can_be_undone(
    gradebook: Gradebook, pile: PageFixing, script: Script
) -> None:
    def pages(script_id: str = script.id) -> list[str]:
        return [page.id for page in gradebook.scripts.get(script_id).pages]

    one, two = pages()
    pile.order("os", script.id, [two, one], "Ada")
    assert pages() == [two, one]
    moved_to = pile.move("os", one, None, "Ada")
    assert (pages(), pages(moved_to)) == ([two], [one])
    pile.discard("os", two, "Ada")
    pile.restore("os", two, "Ada")
    assert pages() == [two]
    for said in ("Put a.pdf, page 2 back", "Took a.pdf, page 2", "Moved a.pdf, page 1", "Put the"):
        assert pile.undo("os", "Ada").startswith(said)
    assert pages() == [one, two]
    assert pile.undo("os", "Ada") == ""


def test_a_file_is_split_again_and_what_is_of_another_exam_is_not(
    gradebook: Gradebook, pile: PageFixing, script: Script
) -> None:
    [upload] = gradebook.scripts.uploads("os")
    pile.split_again("os", upload.id, "pages:1", "Ada")
    assert [len(each.pages) for each in gradebook.scripts.all("os")] == [1, 1]
    with pytest.raises(NotFound):
        pile.split_again("os", "none", "first", "Ada")
