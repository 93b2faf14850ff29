"""From the printer to the gradebook: sheets are printed, scanned badly, and find their students."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from autograder import plugins
from autograder.application import Application
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.job import JobState
from autograder.domain.script import Script, Student, UploadState
from autograder.reading.sheets.printing import SheetOrder
from autograder.reading.stacking import incomplete
from autograder.settings import Settings
from tests.fakes import ScriptedRecognizer

LINES = ["Quiz", "Write your answers below this line.", "Q1 A running program"]
STUDENTS = [Student("", "007", "Ada Byron"), Student("", "0042", "Ben Okoro")]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    scripted = ScriptedRecognizer(defaultdict(lambda: LINES))
    monkeypatch.setattr(plugins, "recognizer", lambda *_: scripted)
    with Application.open(Settings(data=tmp_path / "data")) as opened:
        opened.jobs.start()
        yield opened


def exam_of(application: Application, title: str) -> Exam:
    questions = (Question("", "Q1", "What is a process?", Scale(0, 5)),)
    exam = application.gradebook.exams.save(Exam("", title, questions=questions))
    application.gradebook.rosters.merge(exam.id, STUDENTS)
    return exam


def printed(application: Application, exam: Exam, order: SheetOrder) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(application.marking.answer_sheets(exam.id, order))
    return [pdf[at].render(scale=1.2).to_pil().convert("L") for at in range(len(pdf))]


def scanned(path: Path, pages: Sequence[Image.Image]) -> tuple[str, Path]:
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=86)
    return path.name, path


def hand_in(application: Application, exam: Exam, *files: tuple[str, Path]) -> list[Script]:
    application.marking.add_scans(exam.id, files)
    for job in application.gradebook.jobs.active(exam.id):
        assert application.jobs.wait(job.id, 60).state is JobState.DONE
    refused = application.gradebook.scripts.uploads(exam.id, UploadState.REFUSED)
    assert [upload.problem for upload in refused] == []
    return application.gradebook.scripts.all(exam.id)


def shown(scripts: Sequence[Script]) -> dict[str, list[int]]:
    """The sheets' numbers in each student's script."""
    return {
        script.student.number if script.student else script.title: [
            page.sheet.number for page in script.pages if page.sheet
        ]
        for script in scripts
    }


def test_shuffled_and_turned_sheets_of_two_files_become_their_students_scripts(
    application: Application, tmp_path: Path
) -> None:
    exam = exam_of(application, "Quiz")
    pages = printed(application, exam, SheetOrder(pages=3, cover=True))
    pages = [page.rotate(90 * at, expand=True) for at, page in enumerate(pages)]
    random.Random(5).shuffle(pages)
    files = [scanned(tmp_path / f"pile{at}.pdf", pages[at::2]) for at in range(2)]
    scripts = hand_in(application, exam, *files)
    assert shown(scripts) == {"007": [0, 1, 2, 3], "0042": [0, 1, 2, 3]}
    assert all(page.height > page.width for script in scripts for page in script.pages)
    assert hand_in(application, exam, scanned(tmp_path / "again.pdf", pages[::2])) == scripts


def test_an_answer_holds_none_of_the_sheets_printed_words(
    application: Application, tmp_path: Path
) -> None:
    exam = exam_of(application, "Quiz")
    pages = printed(application, exam, SheetOrder(pages=1))
    hand_in(application, exam, scanned(tmp_path / "pile.pdf", pages))
    marked = application.gradebook.marks.of_exam(exam.id)
    assert [each.answer.current.text for each in marked] == ["A running program"] * 2
    assert application.gradebook.answers.unplaced(exam.id) == []


def test_missing_double_and_foreign_pages_are_named(
    application: Application, tmp_path: Path
) -> None:
    exam, other = exam_of(application, "Quiz"), exam_of(application, "Algebra")
    ada1, ada2, ben1, ben2 = printed(application, exam, SheetOrder(pages=2))
    foreign = printed(application, other, SheetOrder(pages=1))[0]
    pile = scanned(
        tmp_path / "pile.pdf", [ada1, foreign, ben1, ben2, ben1.rotate(1, fillcolor=255)]
    )
    scripts = hand_in(application, exam, pile)
    sheets = {page.id: page.sheet for each in scripts for page in each.pages if page.sheet}
    told = incomplete(scripts, sheets)
    names = {script.id: script.student.number for script in scripts if script.student}
    assert {names[script_id]: words for script_id, words in told.items()} == {
        "007": "Page 2 of 2 is missing",
        "0042": "Page 1 is there twice",
    }
    loose = application.gradebook.scripts.loose(exam.id)
    assert loose is not None
    assert "pile.pdf, page 2: from another exam" in loose.problem
    assert shown(hand_in(application, exam, scanned(tmp_path / "late.pdf", [ada2])))["007"] == [
        1,
        2,
    ]
