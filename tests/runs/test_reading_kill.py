"""A reading run that is killed before and after each of its writes, and taken up again."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from autograder import plugins
from autograder.domain.errors import AutoGraderError
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Reading, Script, Sheet, Student, UploadState
from autograder.gradebook.database import Database
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.scans import ScanStore
from autograder.reading.sheets.codes import drawing
from autograder.runs.reading import ReadingRun
from autograder.runs.reading.read_ahead import ReadAhead
from autograder.settings import Settings
from tests.fakes import ScriptedRecognizer

EVERY = 2
"""Every second moment at which a run can die is tried. With 1 all of them pass as well."""
ROSTER = [Student("", "007", "Ada Byron"), Student("", "0042", "Alan Turing")]
CODED = {401: Sheet("os", "007", 1, 2), 402: Sheet("os", "007", 2, 2), 403: Sheet("it", "9", 1, 1)}
SORTED = (411, 412, 413)
PAGES: dict[int, Sequence[str] | AutoGraderError] = {
    401: ["Q1 A process is a running program"],
    402: ["Q2 Paging maps pages"],
    403: ["a page of another exam"],
    411: ["Name: Alan Turing  ID: 0042", "Q1 A file"],
    412: ["Q2 A table"],
    413: ["Name: Grace Hopper  ID: 1234", "Q1 A ship"],
}


class Killed(BaseException):
    """The machine loses its power: nothing of ours may catch it."""


class Life:
    """How many steps are left until the run is killed."""

    def __init__(self) -> None:
        self.left = -1

    def step(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> Life:
    life = Life()
    writing, keep, ahead = Database.writing, ScanStore._keep, ReadAhead._keep

    @contextmanager
    def mortal(self: Database) -> Iterator[Session]:
        life.step()
        with writing(self) as session:
            yield session
        life.step()

    def kept(self: ScanStore, blocks: Iterator[bytes]) -> str:
        sha = keep(self, blocks)
        life.step()
        return sha

    def kept_ahead(self: ReadAhead, *page: object) -> None:
        ahead(self, *page)  # type: ignore[arg-type]
        life.step()

    monkeypatch.setattr(Database, "writing", mortal)
    monkeypatch.setattr(ScanStore, "_keep", kept)
    monkeypatch.setattr(ReadAhead, "_keep", kept_ahead)
    return life


@pytest.fixture
def recognizer(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    scripted = ScriptedRecognizer(PAGES)
    monkeypatch.setattr(plugins, "recognizer", lambda *_: scripted)
    return scripted


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A data folder with a coded pile, one page sideways, and one to be split at first pages."""
    folder = tmp_path / "handed-in"
    gradebook = Gradebook(folder)
    questions = (Question("q1", "Q1", "?", Scale(1, 5)), Question("q2", "Q2", "?", Scale(1, 5)))
    gradebook.exams.save(Exam("os", "Quiz", questions=questions))
    gradebook.rosters.merge("os", ROSTER)
    coded = [_page(width, sheet) for width, sheet in CODED.items()]
    coded[1] = coded[1].transpose(Image.Transpose.ROTATE_90)
    for name, pages, way in (
        ("coded", coded, ""),
        ("sorted", [_page(width) for width in SORTED], "first"),
    ):
        path = tmp_path / f"{name}.tiff"
        pages[0].save(path, save_all=True, append_images=pages[1:])
        scan = gradebook.scans.add_file(path)
        gradebook.scripts.add_upload("os", path.name, scan, name, way)
    gradebook.jobs.submit("read", "os")
    gradebook.close()
    return folder


def _page(width: int, sheet: Sheet | None = None) -> Image.Image:
    page = Image.new("RGB", (width, 560), "white")
    if sheet:
        page.paste(drawing(sheet, 4).convert("RGB"), (20, 20))
    return page


def _run(folder: Path) -> None:
    gradebook = Gradebook(folder)
    try:
        job = gradebook.jobs.active("os")[0]
        ReadingRun(Settings(data=folder), gradebook)(job, lambda *_: None)
    finally:
        gradebook.close()


def _told(script: Script, gradebook: Gradebook) -> tuple[object, ...]:
    pages = [(page.number, page.source, page.image, page.scan, page.sheet) for page in script.pages]
    answers = [
        (each.question_id, each.current.text, each.note, len(each.texts))
        for each in gradebook.answers.of_script(script.id)
    ]
    number = script.student.number if script.student else ""
    return script.title, number, script.certainty, script.problem, pages, answers


def _outcome(folder: Path) -> list[tuple[object, ...]]:
    """All that a teacher sees of the run, once it is sure that all of it is there once."""
    gradebook = Gradebook(folder)
    assert examine(gradebook) == []
    assert gradebook.scripts.uploads("os", UploadState.WAITING) == []
    assert gradebook.scripts.unread_pages("os") == []
    assert gradebook.scripts.unsplit("os") == []
    loose = gradebook.scripts.loose("os")
    scripts = [*gradebook.scripts.all("os"), *([loose] if loose else [])]
    pages = [page for script in scripts for page in script.pages]
    assert sorted(page.width for page in pages) == sorted(PAGES)
    readings: list[Reading] = [r for page in pages for r in gradebook.scripts.readings(page.id)]
    assert len(readings) == len(pages)
    told = [_told(script, gradebook) for script in scripts]
    gradebook.close()
    return told


def test_wherever_it_is_killed_a_run_ends_as_if_it_had_not_been(
    handed_in: Path, tmp_path: Path, life: Life, recognizer: ScriptedRecognizer
) -> None:
    _run(shutil.copytree(handed_in, tmp_path / "unkilled"))
    unkilled, read = _outcome(tmp_path / "unkilled"), recognizer.read_pages
    assert [told[:2] for told in unkilled] == [
        ("007", "007"),
        ("sorted 1", "0042"),
        ("sorted 2", ""),
        ("Loose pages", ""),
    ]
    for moment in count(0, EVERY):
        folder = shutil.copytree(handed_in, tmp_path / f"killed-{moment}")
        recognizer.read_pages, life.left = 0, moment
        try:
            _run(folder)
            break
        except Killed:
            life.left = -1
            _run(folder)
        assert _outcome(folder) == unkilled, f"killed after {moment} steps"
        assert recognizer.read_pages <= read + recognizer.batch_size
    assert moment > 30
