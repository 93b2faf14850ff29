import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from autograder import plugins
from autograder.application import Application
from autograder.domain.errors import AutoGraderError, EngineFailed
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.grade import MarkedAnswer
from autograder.domain.job import JobState
from autograder.domain.script import Student, UploadState
from autograder.reading import straighten
from autograder.reading.straighten import Upright
from autograder.settings import Settings
from tests.fakes import CountingGrader, ScriptedRecognizer
from tests.retrieval.book import write_book

PATIENCE = 60.0
PAGES: dict[int, list[str] | AutoGraderError] = {
    301: ["Name: Ada Byron  ID: 007", "Q1 A process is a running program", "Q2 Paging maps pages"],
    302: ["Q1 A file", "Q2 Virtual memory on a disk"],
    303: EngineFailed("The engine was out of memory."),
}


@pytest.fixture
def recognizer(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    scripted = ScriptedRecognizer(dict(PAGES))
    monkeypatch.setattr(plugins, "recognizer", lambda *_: scripted)
    return scripted


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> CountingGrader:
    counting = CountingGrader()
    monkeypatch.setattr(plugins, "grader", lambda *_: counting)
    return counting


@pytest.fixture
def application(
    tmp_path: Path, recognizer: ScriptedRecognizer, grader: CountingGrader
) -> Iterator[Application]:
    with Application.open(Settings(data=tmp_path / "data", grader="encoder")) as opened:
        opened.jobs.start()
        yield opened


@pytest.fixture
def exam(application: Application) -> Exam:
    scale = Scale(1, 5)
    questions = (
        Question("", "Q1", "What is a process?", scale, ("A running program.",)),
        Question("", "Q2", "What is paging?", scale, ("Pages mapped to frames.",)),
    )
    exam = application.gradebook.exams.save(Exam("", "Quiz", questions=questions))
    application.gradebook.rosters.merge(exam.id, [Student("", "007", "Ada Byron")])
    return exam


def _scan(folder: Path, name: str, width: int) -> tuple[str, Path]:
    path = folder / name
    Image.new("RGB", (width, 400), "white").save(path)
    return name, path


def _finish(application: Application, exam: Exam) -> list[JobState]:
    jobs = application.gradebook.jobs.active(exam.id)
    return [application.jobs.wait(job.id, PATIENCE).state for job in jobs]


def _texts(application: Application, exam: Exam) -> dict[str, str]:
    return {
        marked.question.label: marked.answer.current.text
        for marked in application.gradebook.marks.of_exam(exam.id)
        if marked.question
    }


def test_a_scan_becomes_a_students_answers(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    assert _finish(application, exam) == [JobState.DONE]
    [script] = application.gradebook.scripts.all(exam.id)
    assert script.student is not None
    assert script.student.name == "Ada Byron"
    assert _texts(application, exam) == {
        "Q1": "A process is a running program",
        "Q2": "Paging maps pages",
    }


def test_grading_again_grades_only_what_changed(
    application: Application, exam: Exam, grader: CountingGrader, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    application.marking.grade(exam.id)
    _finish(application, exam)
    assert len(grader.graded) == 2
    [first, *_] = application.gradebook.marks.of_exam(exam.id)
    application.gradebook.answers.edit(first.answer.id, "A file", "Teacher", 1)
    application.marking.grade(exam.id)
    _finish(application, exam)
    assert grader.graded[2:] == ["A file"]


def test_a_teachers_mark_outlives_every_new_prediction(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    application.marking.grade(exam.id)
    _finish(application, exam)
    [first, *_] = application.gradebook.marks.of_exam(exam.id)
    application.gradebook.marks.review(first.answer.id, 2, "Teacher")
    application.gradebook.answers.edit(first.answer.id, "one two three four five", "Teacher", 1)
    application.marking.grade(exam.id)
    _finish(application, exam)
    marked = application.gradebook.marks.get(first.answer.id)
    assert marked.predicted is not None
    assert (marked.mark, marked.predicted.mark) == (2, 5)


def test_the_same_scan_again_changes_nothing(
    application: Application, exam: Exam, recognizer: ScriptedRecognizer, tmp_path: Path
) -> None:
    scan = _scan(tmp_path, "scan1.png", 301)
    for _ in range(2):
        application.marking.add_scans(exam.id, [scan])
        _finish(application, exam)
    assert recognizer.read_pages == 1
    assert len(application.gradebook.scripts.all(exam.id)) == 1


def test_a_bad_file_is_named_with_its_reason_and_the_others_go_on(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    program = tmp_path / "scan.pdf"
    program.write_bytes(b"MZ\x90\x00" + b"\0" * 500)
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    files = [("scan.pdf", program), ("empty.png", empty), _scan(tmp_path, "good.png", 302)]
    application.marking.add_scans(exam.id, files)
    _finish(application, exam)
    refused = application.gradebook.scripts.uploads(exam.id, UploadState.REFUSED)
    assert [upload.name for upload in refused] == ["empty.png", "scan.pdf"]
    assert all(upload.problem for upload in refused)
    assert [script.title for script in application.gradebook.scripts.all(exam.id)] == ["good"]


def test_a_zips_members_are_scans_of_their_own(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    _, page = _scan(tmp_path, "page.png", 301)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(page, "ada.png")
        archive.writestr("../../evil.png", page.read_bytes())
        archive.writestr("notes.txt", "buy milk")
    path = tmp_path / "pile.zip"
    path.write_bytes(packed.getvalue())
    uploads = application.marking.add_scans(exam.id, [("pile.zip", path)])
    states = {upload.name.replace("../", ""): upload.state for upload in uploads}
    assert states == {
        "ada.png": UploadState.WAITING,
        "pile.zip/evil.png": UploadState.REFUSED,
        "pile.zip/notes.txt": UploadState.REFUSED,
    }


def test_a_page_scanned_on_its_side_is_kept_upright(
    application: Application,
    exam: Exam,
    recognizer: ScriptedRecognizer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def turned(pages: list[Image.Image], _: object) -> list[Upright]:
        return [Upright(1, recognizer._reading(["Q1 A process"])) for _ in pages]

    monkeypatch.setattr(straighten, "read_upright", turned)
    application.marking.add_scans(exam.id, [_scan(tmp_path, "side.png", 301)])
    _finish(application, exam)
    [script] = application.gradebook.scripts.all(exam.id)
    [page] = script.pages
    kept = Image.open(io.BytesIO(application.marking.page_image(page.id)))
    assert (page.width, page.height) == kept.size == (400, 301)


def test_splitting_again_follows_the_new_labels_and_keeps_what_a_person_did(
    application: Application, exam: Exam, grader: CountingGrader, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan2.png", 302)])
    application.marking.grade(exam.id)
    _finish(application, exam)
    application.marking.split_again(exam.id)
    application.marking.grade(exam.id)
    _finish(application, exam)
    assert len(grader.graded) == 2  # the same text needs no new mark
    [first, _] = application.gradebook.marks.of_exam(exam.id)
    application.gradebook.marks.review(first.answer.id, 2, "Teacher")
    third = Question("", "Q3", "What is a disk?", Scale(1, 5))
    application.gradebook.exams.save_question(exam.id, third)
    application.marking.split_again(exam.id)
    _finish(application, exam)
    assert application.gradebook.marks.get(first.answer.id).mark == 2
    assert _texts(application, exam)["Q1"] == "A file"


def test_files_of_one_student_can_be_taken_together(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    files = [_scan(tmp_path, "IMG_1.png", 301), _scan(tmp_path, "IMG_2.png", 302)]
    application.marking.add_scans(exam.id, files, together="Ada")
    _finish(application, exam)
    [script] = application.gradebook.scripts.all(exam.id)
    assert (script.title, len(script.pages)) == ("Ada", 2)


def test_a_page_that_cannot_be_read_is_told_and_read_at_the_next_try(
    application: Application, exam: Exam, recognizer: ScriptedRecognizer, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "torn.png", 303)])
    _finish(application, exam)
    [script] = application.gradebook.scripts.all(exam.id)
    assert "Page 1 could not be read" in script.problem
    recognizer._pages[303] = ["Q1 A program"]
    application.marking.read_again(exam.id)
    _finish(application, exam)
    [script] = application.gradebook.scripts.all(exam.id)
    assert script.problem == ""
    assert _texts(application, exam)["Q1"] == "A program"


def test_marks_from_a_file_become_reviews_once_and_never_over_a_newer_one(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    marks = tmp_path / "teacher.csv"
    marks.write_text("student_id,question,mark,comment\n007,Q1,4,well put\n", "utf-8")
    application.marking.import_reviews(exam.id, marks)
    assert set(_finish(application, exam)) == {JobState.DONE}
    [first, second] = application.gradebook.marks.of_exam(exam.id)
    assert first.review is not None
    assert (first.mark, first.review.comment, second.mark) == (4, "well put", None)
    application.gradebook.marks.review(first.answer.id, 5, "Second marker")
    application.marking.import_reviews(exam.id, marks)
    _finish(application, exam)
    assert application.gradebook.marks.get(first.answer.id).mark == 5


def test_the_gradebook_goes_out_with_the_machines_mark_beside_the_final_one(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    application.marking.grade(exam.id)
    _finish(application, exam)
    [first, *_] = application.gradebook.marks.of_exam(exam.id)
    application.gradebook.marks.review(first.answer.id, 2, "Teacher", "too short")
    [cells] = csv.DictReader(io.StringIO(application.marking.export(exam.id).decode()))
    assert (cells["Student ID"], cells["Q1 machine"], cells["Q1 final"]) == ("007", "5", "2")
    assert (cells["Q1 reviewer"], cells["Q1 comment"], cells["Q2 final"]) == (
        "Teacher",
        "too short",
        "3",
    )


def test_scripts_find_their_students_when_the_roster_comes_after_them(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    [ada] = application.gradebook.rosters.students(exam.id)
    application.gradebook.rosters.remove(exam.id, ada.id)
    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    _finish(application, exam)
    application.gradebook.rosters.merge(exam.id, [Student("", "007", "Ada Byron")])
    assert application.marking.find_students(exam.id) is not None
    _finish(application, exam)
    [script] = application.gradebook.scripts.all(exam.id)
    assert script.student is not None and script.student.name == "Ada Byron"
    application.gradebook.scripts.confirm(script.id, "Teacher")
    assert application.marking.find_students(exam.id) is None


def test_the_same_scan_under_another_name_is_named_and_not_added_twice(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    first, second = (_scan(tmp_path, name, 301) for name in ("ada.png", "copy.png"))
    [kept, twin] = application.marking.add_scans(exam.id, [first, second])
    assert (kept.state, twin.state) == (UploadState.WAITING, UploadState.REFUSED)
    assert twin.name == "copy.png" and "same file as ada.png" in twin.problem
    _finish(application, exam)
    assert len(application.gradebook.scripts.all(exam.id)) == 1


def test_a_textbook_whose_index_is_of_another_kind_is_indexed_again(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    pdf = write_book(tmp_path / "book.pdf")
    book = application.marking.add_textbook(exam.id, "book.pdf", pdf)
    assert _finish(application, exam) == [JobState.DONE]
    application.marking.index_textbooks()
    assert application.gradebook.jobs.active(exam.id) == []
    application.textbooks.remove(book.id)  # as when another model names its files otherwise
    application.marking.index_textbooks()
    assert _finish(application, exam) == [JobState.DONE]
    assert application.textbooks.holds(book.id)


def test_what_was_kept_when_all_stopped_is_read_at_the_next_start(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    gradebook = application.gradebook
    _, path = _scan(tmp_path, "scan1.png", 301)
    gradebook.scripts.add_upload(exam.id, "scan1.png", gradebook.scans.add_file(path), "scan1")
    application.marking.read_what_waits()
    assert _finish(application, exam) == [JobState.DONE]
    [script] = gradebook.scripts.all(exam.id)
    gradebook.fixes.reorder(script.id, [page.id for page in script.pages], "Teacher")
    application.marking.read_what_waits()
    assert gradebook.jobs.active(exam.id) == []
    [page] = script.pages
    gradebook.fixes.turn(page.id, page.image, page.width, page.height, page.transform, "Teacher")
    assert not gradebook.scripts.has_waiting(exam.id), "it looks as it did"
    gradebook.fixes.move(page.id, None, "Teacher")
    application.marking.read_what_waits()
    assert _finish(application, exam) == [JobState.DONE]


def test_a_page_that_could_not_be_read_is_not_tried_at_every_start(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, [_scan(tmp_path, "bad.png", 303)])
    _finish(application, exam)
    application.marking.read_what_waits()
    assert application.gradebook.jobs.active(exam.id) == []


def test_a_new_textbook_grades_again_only_what_stands_on_other_pages_now(
    application: Application, exam: Exam, grader: CountingGrader, tmp_path: Path
) -> None:
    def answers() -> dict[str, MarkedAnswer]:
        marked = application.gradebook.marks.of_exam(exam.id)
        return {each.question.label: each for each in marked if each.question}

    application.marking.add_scans(exam.id, [_scan(tmp_path, "scan1.png", 301)])
    application.marking.grade(exam.id)
    _finish(application, exam)
    application.gradebook.marks.review(answers()["Q1"].answer.id, 4, "Teacher")
    application.marking.add_textbook(exam.id, "book.pdf", write_book(tmp_path / "book.pdf"))
    application.marking.grade_again(exam.id)
    _finish(application, exam)
    assert grader.graded[2:] == ["Paging maps pages"]
    again = answers()["Q2"].predicted
    assert again is not None and again.passages[0].page == 3
    assert answers()["Q1"].mark == 4
    application.marking.grade_again(exam.id)
    _finish(application, exam)
    assert len(grader.graded) == 3
