from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Reading, Sheet, Stack, TakenPage, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.runs.piles import split_pile
from tests.gradebook.samples import line

PAGES = (
    ("Name: Ada Byron", "Q1 A process runs."),
    ("Q2 Pages map to frames.",),
    ("Name: Alan Turing", "Q1 A program."),
    ("Q2 A table.",),
)


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    opened = Gradebook(tmp_path / "data")
    questions = (Question("q1", "Q1", "?", Scale(1, 5)), Question("q2", "Q2", "?", Scale(1, 5)))
    opened.exams.save(Exam("os", "Quiz", questions=questions))
    yield opened
    opened.close()


def pile(gradebook: Gradebook, way: str, *sheets: Sheet) -> Upload:
    """Two scripts of two pages each in one file, taken as one script and read."""
    scans, scripts = gradebook.scans, gradebook.scripts
    upload = scripts.add_upload("os", "pile.pdf", scans.add(b"pile"), "pile", way)
    codes = sheets or (None,) * len(PAGES)
    pages = [
        TakenPage(scans.add(f"{at}".encode()), 60, 80, f"pile.pdf, page {at}", sheet=sheet)
        for at, sheet in enumerate(codes, 1)
    ]
    [script] = scripts.take_upload(upload.id, [Stack("pile", tuple(pages))])
    for page, lines in zip(script.pages, PAGES, strict=True):
        scripts.record_reading(page.id, Reading("fake", "1", tuple(map(line, lines)), 0.1))
    return scripts.uploads("os")[0]


def lengths(gradebook: Gradebook) -> dict[str, int]:
    return {script.title: len(script.pages) for script in gradebook.scripts.all("os")}


def test_a_pile_is_split_by_count_by_first_pages_and_back(gradebook: Gradebook) -> None:
    upload = pile(gradebook, "")
    split_pile(gradebook, upload, "pages:3", "Ada")
    assert lengths(gradebook) == {"pile 1": 3, "pile 2": 1}
    split_pile(gradebook, upload, "first", "Ada")
    assert lengths(gradebook) == {"pile 1": 2, "pile 2": 2}
    split_pile(gradebook, upload, "", "Ada")
    assert lengths(gradebook) == {"pile": 4}
    assert [fix.undone for fix in gradebook.fixes.history("os")] == [False] * 3


def test_codes_part_what_a_count_had_put_together(gradebook: Gradebook) -> None:
    sheets = [Sheet("os", student, number, 2) for student in ("007", "0042") for number in (1, 2)]
    upload = pile(gradebook, "pages:4", *sheets)
    split_pile(gradebook, upload, "", "Ada")
    assert lengths(gradebook) == {"0042": 2, "007": 2}


def test_a_file_whose_pages_were_all_taken_out_says_so(gradebook: Gradebook) -> None:
    upload = pile(gradebook, "")
    for page in gradebook.piles.pages(upload.id):
        gradebook.fixes.discard(page.id, "Ada")
    with pytest.raises(InvalidInput, match="Restore its pages"):
        split_pile(gradebook, upload, "first", "Ada")
