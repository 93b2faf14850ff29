"""The sample lab and the sample essays go all the way from files to a gradebook."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.application import Application
from autograder.cli.main import main
from autograder.domain.exam import Exam
from autograder.formats.lab_json import read_lab
from autograder.gradebook.exporters import exam_json as exported
from autograder.gradebook.importers import exam_json
from autograder.settings import Settings
from tests.places import PROJECT

LAB = PROJECT / "samples" / "labs" / "word-count"
ESSAYS = PROJECT / "samples" / "essays" / "free-buses"


def marked(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AUTOGRADER_GRADER", "encoder")
    out = tmp_path / "gradebook.csv"
    arguments = [str(folder / "rubrics.json"), str(folder / "submissions"), "--out", str(out)]
    assert main(["grade", *arguments, "--engine", "none"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with Application.open(Settings(data=tmp_path / "data")) as opened:
        yield opened


def exam_of(application: Application) -> Exam:
    (exam,) = application.gradebook.exams.all()
    return application.gradebook.exams.get(exam.id)


@pytest.mark.parametrize(
    ("folder", "low", "high", "points"),
    [(LAB, 0, 10, [(0, 3, 5), (0, 2, 3), (0, 2)]), (ESSAYS, 4, 16, [(1, 2, 3, 4)] * 4)],
)
def test_the_rubric_becomes_a_question_with_its_ratings_and_stays_so_in_an_exam_file(
    folder: Path, low: float, high: float, points: list[tuple[float, ...]], tmp_path: Path
) -> None:
    exam = read_lab(folder / "rubrics.json")
    (question,) = exam.questions
    assert (question.scale.minimum, question.scale.maximum) == (low, high)
    assert [criterion.points(1) for criterion in question.criteria] == points
    path = tmp_path / "exam.json"
    path.write_bytes(exported.export(exam, []))
    (again,) = exam_json.read_exam(path).exam.questions
    assert (again.text, again.criteria) == (question.text, question.criteria)


def test_ratings_of_an_exam_file_need_no_marks_beside_them(tmp_path: Path) -> None:
    criterion = {"text": "Ideas", "ratings": [{"marks": 0, "text": "none"}, {"marks": 4}]}
    question = {"label": "Q1", "text": "Why?", "max_score": 4, "criteria": [criterion]}
    path = tmp_path / "exam.json"
    path.write_text(json.dumps({"title": "Essay", "questions": [question]}), "utf-8")
    (read,) = exam_json.read_exam(path).exam.questions
    assert read.criteria[0].marks == 4 and read.criteria[0].points(1) == (0, 4)


def test_the_lab_is_marked_from_the_command_line_and_nobody_is_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = marked(LAB, tmp_path, monkeypatch)
    assert [row["Name"] for row in table][:2] == ["Amara Diallo", "Bruno Keller"]
    assert len(table) == 6 and all(row["Total machine"] for row in table)
    with Application.open(Settings(data=tmp_path / "data")) as application:
        answers = application.gradebook.marks.of_exam(exam_of(application).id)
        texts = {each.answer.current.text for each in answers}
        assert (LAB / "submissions" / "PR101" / "word_count.py").read_text("utf-8")[:-1] in texts
        predicted = [each.predicted for each in answers if each.predicted]
        assert len(predicted) == 6 and max(each.confidence for each in predicted) < 0.5
        kinds = [{flag.kind for flag in each.flags} for each in predicted]
        assert all("unfit" in each for each in kinds)
        assert sum("injection" in each for each in kinds) == 1


def test_the_essays_are_marked_trait_by_trait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = marked(ESSAYS, tmp_path, monkeypatch)
    assert [row["Name"] for row in table][3] == "Jonas Weber"  # a .docx
    with Application.open(Settings(data=tmp_path / "data")) as application:
        exam = exam_of(application)
        (question,) = exam.questions
        assert "make its buses free" in question.text
        for each in application.gradebook.marks.of_exam(exam.id):
            assert each.predicted and each.predicted.mark is not None
            assert 4 <= each.predicted.mark <= 16 and each.predicted.confidence < 0.5
            assert len(each.predicted.judgements) == 4
            assert {judged.marks for judged in each.predicted.judgements} <= {1, 2, 3, 4}


def test_the_teachers_marks_of_half_the_class_are_taken_in(application: Application) -> None:
    for folder, total in ((LAB, 24), (ESSAYS, 29)):
        exam = application.marking.import_exam(folder / "rubrics.json")
        files = sorted(path for path in (folder / "submissions").rglob("*") if path.is_file())
        named = [(path.relative_to(folder).as_posix(), path) for path in files]
        application.marking.add_scans(exam.id, named)
        job = application.marking.import_reviews(exam.id, folder / "teacher.csv")
        application.jobs.start()
        application.jobs.wait(job.id)
        answers = application.gradebook.marks.of_exam(exam.id)
        assert sum(each.review.mark for each in answers if each.review) == total
