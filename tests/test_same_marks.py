"""The command line and the browser's way are one: same scans, same marks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from autograder.application import Application
from autograder.cli.main import main
from autograder.domain.job import JobState
from autograder.settings import Settings
from tests.places import SAMPLE

SCANS = [SAMPLE / "scans" / name for name in ("1OS21CS030.png", "0042_p1.jpg", "0042_p2.jpg")]


def _rows(content: str) -> list[dict[str, str]]:
    return [row for row in csv.DictReader(io.StringIO(content)) if row["Script"]]


def test_the_sample_gets_the_same_marks_on_the_command_line_as_in_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_GRADER", "encoder")
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "line"))
    out = tmp_path / "gradebook.csv"
    assert main(["grade", str(SAMPLE / "exam.json"), *map(str, SCANS), "--out", str(out)]) == 0
    settings = Settings(data=tmp_path / "app")
    with Application.open(settings) as application:
        application.jobs.start()
        exam = application.marking.import_exam(SAMPLE / "exam.json")
        application.marking.add_scans(exam.id, [(scan.name, scan) for scan in SCANS])
        job = application.marking.grade(exam.id)
        assert application.jobs.wait(job.id, 300).state is JobState.DONE
        in_the_app = application.marking.export(exam.id).decode()
    on_the_line = _rows(out.read_text("utf-8"))
    assert on_the_line == _rows(in_the_app)
    assert [row["Student ID"] for row in on_the_line] == ["0042", "1OS21CS030"]
    assert sum(bool(row["Q1 machine"]) for row in on_the_line) == 2
