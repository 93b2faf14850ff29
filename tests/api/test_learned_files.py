"""Learned graders and their reports, as the teacher's browser gets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from autograder.api.server import build_server
from autograder.application import Application
from autograder.runs.learning.training import REPORT
from autograder.settings import Settings
from tests.learning.registry import learned


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(data=tmp_path / "data", models=tmp_path / "models")
    with Application.open(settings) as opened:
        yield opened


@pytest.fixture
def browser(application: Application) -> TestClient:
    return TestClient(build_server(application), base_url="http://127.0.0.1")


def test_a_learned_grader_comes_as_a_file_that_can_be_taken_in_again(
    application: Application, browser: TestClient, tmp_path: Path
) -> None:
    graders = application.marking.learned
    model = graders.registry.add(learned.lora(tmp_path / "run"), learned.described())
    answer = browser.get(f"/files/learned/{model.id}.zip")
    assert answer.status_code == 200
    assert model.id in answer.headers["content-disposition"]
    graders.remove(model.id)
    (tmp_path / "handed.zip").write_bytes(answer.content)
    assert graders.take_in(tmp_path / "handed.zip") == model


def test_a_report_runs_nothing_and_stays_nowhere(
    application: Application, browser: TestClient, tmp_path: Path
) -> None:
    registry = application.marking.learned.registry
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    assert browser.get(f"/files/learned/{model.id}.html").status_code == 404
    folder = application.settings.data / "trials" / model.id
    folder.mkdir(parents=True)
    (folder / REPORT).write_text("<p>As told.</p>")
    answer = browser.get(f"/files/learned/{model.id}.html")
    assert "As told." in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["..%2F..%2Fgradebook", "lora-20260101-00000000"])
def test_what_is_no_learned_grader_is_not_handed_out(browser: TestClient, name: str) -> None:
    for kind in ("zip", "html"):
        assert browser.get(f"/files/learned/{name}.{kind}").status_code == 404
