"""``learn encoder`` from a file to a model that is kept, checked and can serve."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from autograder import plugins
from autograder.cli.main import main
from autograder.learning.registry import known_answers
from autograder.learning.registry.registry import Registry
from autograder.runs.learning.at_work import with_model
from autograder.runs.learning.descent import line_of
from autograder.settings import PROJECT, Settings

TOPICS = (
    ("What is a page table?", "A page table maps virtual pages to physical frames of memory.",
     "It maps virtual pages to frames.", "Memory frames are found for pages by it.",
     "Something about pages.", "A list of users.", "It prints documents."),
    ("What does a scheduler do?", "A scheduler decides which ready thread runs next on a core.",
     "It chooses the next ready thread for a core.", "Deciding which thread gets the processor.",
     "It has to do with threads.", "It cooks dinner on Sundays.", "A kind of cable."),
    ("What is a router for?", "A router forwards packets between networks by their addresses.",
     "It forwards packets by address from one network to another.", "Packets go on through it.",
     "Networks need it.", "It stores photographs.", "It keeps rooms warm in winter."),
    ("Why are there caches?", "Caches keep recently used data close, since main memory is slow.",
     "Main memory is slow, so recently used data is kept near.", "Data used lately stays close.",
     "To make it fast.", "They are for hiding treasure.", "They count the votes of a city."),
)  # fmt: skip
"""A question, its reference answer, then answers from the best to the worst."""
MARKS = (4, 3, 1, 0, 0)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ships, beside a place of its own for what is learned."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("encoder", "minilm"):
        (folder / name).symlink_to(PROJECT / "models" / name)
    monkeypatch.setenv("AUTOGRADER_MODELS", str(folder))
    return folder


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    lines = []
    for number, (question, reference, *answers) in enumerate(TOPICS):
        asked = {"question": question, "reference_answer": reference, "max_score": 4}
        lines += [
            json.dumps({**asked, "id": f"{number}-{mark}-{text}", "student_answer": text,
                        "score": mark})
            for text, mark in zip(answers, MARKS, strict=True)
        ]  # fmt: skip
    file = tmp_path / "marks.jsonl"
    file.write_text("\n".join(lines))
    return file


def test_marks_in_a_file_become_a_grader_that_is_kept_and_known(
    models: Path,
    marks: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments = ["learn", "encoder", str(marks), "--work", str(tmp_path / "work"), "--heads-only"]
    assert main(arguments) == 0
    registry = Registry(models / "adapters")
    (model,) = registry.all()
    assert model.id in capsys.readouterr().out
    assert model.data == hashlib.sha256(marks.read_bytes()).hexdigest()
    assert {"qwk", "qwk before", "mae", "mae before"} <= model.metrics.keys()
    assert model.settings["network"] is False
    registry.verify(model.id)
    folder = registry.path(model.id)
    grader = plugins.grader("encoder", with_model(Settings(), "encoder", folder))
    known_answers.check(folder, grader.grade)
    assert len(known_answers.read(folder)) > 1

    monkeypatch.setenv("AUTOGRADER_ENCODER__MODEL", str(folder))
    arguments[4] = str(tmp_path / "again")
    assert main(arguments) == 0
    newest = next(each for each in registry.all() if each.id != model.id)
    assert newest.parent == model.id
    assert [each.id for each in line_of(registry, newest)] == [newest.id, model.id]


def test_nothing_to_learn_from_is_one_line_and_keeps_nothing(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = tmp_path / "none.jsonl"
    none.write_text("")
    assert main(["learn", "encoder", str(none), "--work", str(tmp_path / "work")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (models / "adapters").exists()
