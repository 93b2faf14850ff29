from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.registry.registry import Registry
from autograder.runs.drafting import DraftingRun
from autograder.runs.learning.graders import LearnedGraders
from autograder.runs.learning.learned_drafter import LearnedDrafter, drafter_at_work
from autograder.settings import PROJECT, Settings
from tests.fakes import CountingGrader
from tests.learning.drafting import tiny_models
from tests.learning.drafting.tiny_models import DEEDS, course

QUICK = ("--epochs", "8", "--rate", "0.01", "--answer-tokens", "48")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped embedding, and a tiny base among the bases."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "minilm").symlink_to(PROJECT / "models" / "minilm")
    tiny_models.bart(folder / "bases" / "tiny-bart")
    return folder


@pytest.fixture
def settings(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AUTOGRADER_MODELS", str(models))
    (tmp_path / "data").mkdir()
    return Settings()


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """The course as questions with answers, no marks."""
    path = tmp_path / "course.jsonl"
    lines = [
        {"id": str(number), "question": each.text, "answer": each.answers[0]}
        for number, each in enumerate(course())
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def learn(examples: Path, work: Path, *more: str, base: str = "tiny-bart") -> int:
    told = ["learn", "generate", str(examples), "--base", base, "--work", str(work)]
    return main([*told, *QUICK, *more])


def test_a_course_is_learned_judged_put_to_work_and_taken_back(
    settings: Settings, answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert learn(answers, tmp_path / "work") == 0
    printed = capsys.readouterr().out
    assert "| the learned model | 1.0" in printed or "| the learned model | 0.9" in printed
    assert "Better than the most alike question's answer: ROUGE-L +" in printed
    [model] = Registry(settings.models / "adapters").all()
    assert model.id in printed
    assert (model.kind, model.method, model.base) == ("generator", "generate", "tiny-bart")
    assert model.metrics["ROUGE-L"] > 0.9
    gradebook = Gradebook(settings.data)
    try:
        _serves_and_is_taken_back(settings, gradebook, model.id)
    finally:
        gradebook.close()
    assert learn(answers, tmp_path / "work") == 0  # finished: only judged again
    assert [each.id for each in Registry(settings.models / "adapters").all()] == [model.id]


def _serves_and_is_taken_back(settings: Settings, gradebook: Gradebook, model: str) -> None:
    graders = LearnedGraders(settings, gradebook)
    graders.promote(model, "Asha")
    asked = course()[1]
    question = Question("q1", "Q1", asked.text, Scale(0, 2))
    gradebook.exams.save(Exam("os", "Quiz", questions=(question,)))
    job = gradebook.jobs.submit("draft", "os", {"question": "q1"})
    learned = lambda: drafter_at_work(settings, gradebook)  # noqa: E731
    DraftingRun(gradebook, CountingGrader, lambda *_: [], learned)(job, lambda *_: None)
    draft = gradebook.drafts.newest("q1")
    assert draft is not None
    assert any(deed in draft.text for deed in DEEDS.values())
    assert (draft.maker.grader, draft.maker.adapter) == ("generator", model)
    _is_not_used_when_damaged(settings, gradebook, model)
    graders.roll_back("generator", "Asha")
    assert drafter_at_work(settings, gradebook) is None


def _is_not_used_when_damaged(settings: Settings, gradebook: Gradebook, model: str) -> None:
    weights = Registry(settings.models / "adapters").path(model) / "adapter_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(EngineUnavailable, match="damaged"):
        drafter_at_work(settings, gradebook)
    weights.write_bytes(whole)
    assert isinstance(drafter_at_work(settings, gradebook), LearnedDrafter)


def test_a_model_that_has_learned_nothing_cannot_be_put_to_work(
    settings: Settings, answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(settings.models / "adapters", ignore_errors=True)
    assert learn(answers, tmp_path / "work", "--rate", "1e-6", "--epochs", "0.2") == 0
    assert "Don't use it." in capsys.readouterr().out
    gradebook = Gradebook(settings.data)
    [model] = Registry(settings.models / "adapters").all()
    with pytest.raises(InvalidInput, match="Worse than"):
        LearnedGraders(settings, gradebook).promote(model.id, "Asha")
    gradebook.close()


@pytest.mark.parametrize(
    ("base", "lines", "more", "said"),
    [
        ("no/such-base", 48, (), "The base no/such-base is not on this machine"),
        ("tiny-bart", 1, (), "too few to learn from some and be tested on others"),
        ("tiny-bart", 48, ("--kind", "causal"), "is a seq2seq model, not causal"),
        ("tiny-bart", 48, ("--rate", "3"), "learning rate must be above 0 and below 0.1"),
        ("tiny-bart", 48, ("--batch", "0"), "Batch must be 1 or more"),
    ],
)
def test_what_cannot_be_learned_is_said_in_a_line(
    settings: Settings,
    answers: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    base: str,
    lines: int,
    more: tuple[str, ...],
    said: str,
) -> None:
    some = tmp_path / "some.jsonl"
    some.write_text(os.linesep.join(answers.read_text().splitlines()[:lines]))
    assert learn(some, tmp_path / "work", *more, base=base) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("autograder learn: ")
    assert said in last
