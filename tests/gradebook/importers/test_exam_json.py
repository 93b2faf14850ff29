import json
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Exam, Scale
from autograder.domain.script import Student
from autograder.gradebook.exporters import exam_json as exporter
from autograder.gradebook.importers.exam_json import ImportedExam, read_exam

QUESTION = {"label": "Q1", "text": "What is paging?"}


def _read(tmp_path: Path, content: object) -> ImportedExam:
    path = tmp_path / "exam.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return read_exam(path)


def _exam(**keys: object) -> dict[str, Any]:
    return {"title": "Quiz", "questions": [QUESTION], **keys}


def test_an_exported_exam_is_read_back_as_it_was(tmp_path: Path, exam: Exam) -> None:
    students = (Student("s1", "007", "Zoë Ng", "zoe@example.edu", "A"),)
    content = exporter.export(exam, students).decode()
    imported = _read(tmp_path, content)
    assert exporter.export(imported.exam, imported.students).decode() == content
    assert imported.students[0].number == "007"


def test_a_group_keeps_how_many_of_it_count(tmp_path: Path) -> None:
    criteria = [{"text": "a", "marks": 1, "group": "causes", "best": 2}, {"text": "b", "marks": 1}]
    imported = _read(tmp_path, _exam(questions=[{**QUESTION, "criteria": criteria}])).exam
    assert [each.best for each in imported.questions[0].criteria] == [2, 1]
    again = _read(tmp_path, exporter.export(imported, ()).decode()).exam
    assert again.questions[0].criteria == imported.questions[0].criteria


def test_scales_come_from_the_question_else_from_the_exam(tmp_path: Path) -> None:
    questions = [
        QUESTION,
        {"label": "Q2", "text": "?", "max_score": 10},
        {"label": "Q3", "text": "?", "scale": {"minimum": 0, "maximum": 2, "step": 0.5}},
    ]
    usual = {"minimum": 0, "maximum": 4}
    imported = _read(tmp_path, _exam(questions=questions, scale=usual))
    scales = [question.scale for question in imported.exam.questions]
    assert scales == [Scale(0, 4), Scale(0, 10), Scale(0, 2, 0.5)]
    assert _read(tmp_path, _exam()).exam.questions[0].scale == Scale(1, 5)


def test_one_reference_answer_or_several(tmp_path: Path) -> None:
    for given, expected in (("a", ("a",)), (["a", "b"], ("a", "b")), ("", ())):
        exam = _read(tmp_path, _exam(questions=[{**QUESTION, "reference_answer": given}])).exam
        assert exam.questions[0].reference_answers == expected


def test_the_roster_and_textbooks_are_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("SID,Name\n007,Ann Lee\n")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    imported = _read(tmp_path, _exam(roster="roster.csv", textbooks=["notes.pdf"], other=1))
    assert imported.students == (Student("", "007", "Ann Lee"),)
    assert imported.textbooks == (tmp_path / "notes.pdf",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"questions": []}, "the exam has no “title”"),
        ({"title": "Quiz"}, "the exam has no “questions”"),
        (_exam(questions=[QUESTION, {"text": "?"}]), "question 2 has no “label”"),
        (_exam(questions=[{"label": "Q1"}]), "question 1 has no “text”"),
        (
            _exam(questions=[{**QUESTION, "criteria": [{"text": "a"}]}]),
            "criterion 1 of question 1 has no “marks”",
        ),
        (
            _exam(questions=[{**QUESTION, "criteria": [{"text": "a", "marks": 1, "best": 0}]}]),
            "“best” in criterion 1 of question 1 can't be used",
        ),
        (_exam(scale={"minimum": 1}), "scale has no “maximum”"),
        (_exam(roster=[{"name": "Ann"}]), "student 1 has no “number”"),
        (_exam(questions=["Why?"]), "question 1 can't be used"),
        (_exam(questions=[QUESTION | {"reference_answer": ["a", 2]}]), "reference answer 2 of que"),
        (_exam(questions=[QUESTION | {"scale": {"minimum": 1}}]), "scale of question 1 has no"),
        (_exam(roster=5), "“roster” in the exam can't be used"),
        (_exam(title=7), "“title” in the exam can't be used"),
        (_exam(questions=[{**QUESTION, "max_score": -1}]), "the scale of Q1"),
        (_exam(questions=[QUESTION, {"label": "q 1", "text": "?"}]), "questions 1 and 2 are both"),
        (_exam(roster="nope.csv"), r"roster nope\.csv is not there"),
        (_exam(textbooks=["nope.pdf"]), r"textbook nope\.pdf is not there"),
        ('{"title": "Quiz",}', "not JSON.*line 1, column"),
        ("[]", "not an exam"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_named_with_where_it_stands(
    tmp_path: Path, content: object, reason: str
) -> None:
    with pytest.raises(RefusedFile, match=reason):
        _read(tmp_path, content)


def test_an_exam_that_was_handed_in_reaches_no_other_file_of_the_machine(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.csv", tmp_path / "upload"
    folder.mkdir()
    secret.write_text("id,name\n1,Not for you\n", "utf-8")
    exam = folder / "exam.json"
    for named in (str(secret), "../secret.csv"):
        exam.write_text(json.dumps(_exam(roster=named)), "utf-8")
        with pytest.raises(RefusedFile, match=r"Hand secret\.csv in together with the exam"):
            read_exam(exam, handed_in=True)
    (folder / "secret.csv").write_text("id,name\n2,Handed in\n", "utf-8")
    assert [each.name for each in read_exam(exam, handed_in=True).students] == ["Handed in"]
