import json
from pathlib import Path

import pypdfium2
import pytest

from autograder.cli.main import main
from autograder.reading.sheets.codes import sheet_on
from tests.places import SAMPLE


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))


def exam_file(folder: Path, **more: object) -> str:
    path = folder / "exam.json"
    exam = {"title": "Quiz", "questions": [{"label": "Q1", "text": "Why?"}]}
    path.write_text(json.dumps(exam | more), "utf-8")
    return str(path)


def test_the_samples_class_gets_its_sheets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheets.pdf"
    arguments = ["--pages", "1", "--blank", "1", "--paper", "letter"]
    assert main(["sheets", str(SAMPLE / "exam.json"), "--out", str(out), *arguments]) == 0
    pdf = pypdfium2.PdfDocument(out)
    assert len(pdf) == 13
    sheet = sheet_on(pdf[0].render(scale=1.5).to_pil())
    assert sheet is not None
    assert (sheet.exam, sheet.number, sheet.of) == ("os-quiz", 1, 1)
    said = capsys.readouterr()
    assert "students: 12, blank copies: 1" in said.out
    assert said.err == ""


def test_an_exam_without_an_id_is_told_what_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "sheets.pdf")
    exam = exam_file(tmp_path)
    assert main(["sheets", exam, "--out", out, "--pages", "1", "--blank", "1"]) == 0
    told = capsys.readouterr().err
    assert 'Add "id": "' in told
    named = told.split('"id": "')[1].split('"')[0]
    sheet = sheet_on(pypdfium2.PdfDocument(out)[0].render(scale=1.5).to_pil())
    assert sheet is not None
    assert named.startswith(sheet.exam)


def test_nothing_to_print_is_one_line_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheets.pdf"
    assert main(["sheets", exam_file(tmp_path, id="quiz"), "--out", str(out)]) == 1
    assert "There are no students on the roster" in capsys.readouterr().err
    assert not out.exists()
