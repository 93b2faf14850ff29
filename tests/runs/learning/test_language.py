"""The whole way, from a file of marked answers to an adapter among the learned models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import plugins
from autograder.cli.main import main
from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.domain.exam import Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.grading.language import adapters, bases
from autograder.learning.comparing.held_out import held_out
from autograder.learning.examples import write_examples
from autograder.learning.language.presets import Card, preset
from autograder.learning.progress import Progress, Step
from autograder.learning.registry.registry import Registry
from autograder.runs.learning import language
from autograder.runs.learning.descent import line_of
from autograder.settings import PROJECT, LlamaSettings, Settings
from tests.grading.conftest import tiny_adapter, tiny_base
from tests.grading.tiny_llama import change

torch = pytest.importorskip("torch")
pytest.importorskip("trl")
__all__ = ["tiny_adapter", "tiny_base"]

QUICK = ["--epochs", "1", "--batch", "4", "--attacks", "0", "--rank", "4", "--rate", "0.002"]


def examples(count: int = 4) -> list[MarkedExample]:
    """Three questions; who writes of a process is right."""
    return [
        MarkedExample(
            f"{question}-{number}",
            Question(
                f"q{question}", f"Q{question}", f"Thing {question}?", Scale(0, 2), ("A process.",)
            ),
            f"a process {number}" if number % 2 else f"it may wait {number}",
            2.0 * (number % 2),
            exam="Quiz",
            predicted=1.0,
        )
        for question in range(3)
        for number in range(count)
    ]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The models that ship, with a registry of its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "minilm").symlink_to(PROJECT / "models" / "minilm")
    return folder


@pytest.fixture
def here(
    tmp_path: Path, models: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder with examples; the settings name the tiny base."""
    monkeypatch.setenv("AUTOGRADER_MODELS", str(models))
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AUTOGRADER_LLAMA__BASE", str(tiny_base))
    monkeypatch.setenv("AUTOGRADER_LLAMA__DEVICE", "cpu")
    write_examples(tmp_path / "marks.jsonl", examples(2))
    yield tmp_path


def learn(here: Path, method: str, *more: str, file: str = "marks.jsonl") -> int:
    work = ["--work", str(here / method)]
    return main(["learn", method, str(here / file), *work, *QUICK, *more])


def test_marks_become_an_adapter_and_corrections_go_on_from_it(
    here: Path, models: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert learn(here, "sft") == 0
    registry = Registry(models / "adapters")
    (taught,) = registry.all()
    assert capsys.readouterr().out.startswith(f"{taught.id}: learned from 4 marked answers (qwk")
    assert (taught.kind, taught.method, taught.parent) == ("lora", "sft", "")
    assert taught.base == tiny_base.name
    assert taught.data_count == 4
    assert len({each.question for each in held_out([taught], examples())}) == 1
    assert set(taught.metrics) == {"qwk before", "qwk", "loss"}
    assert registry.known(taught.id)
    registry.verify(taught.id)
    config = json.loads((registry.path(taught.id) / adapters.CONFIG).read_bytes())
    assert config["base_model_name_or_path"] == taught.base  # and not where it lies here
    assert str(tiny_base.parent) not in json.dumps(config)
    told = Progress.read(here / "sft")
    assert [each.qwk is not None for each in told if each.of] == [True] * (told[-1].of + 1)

    assert learn(here, "dpo", "--from", taught.id) == 0
    preferred = next(each for each in registry.all() if each.method == "dpo")
    assert (preferred.parent, preferred.data) == (taught.id, taught.data)

    worn = LlamaSettings(base=str(tiny_base), device="cpu", adapter=Path(preferred.id))
    grader: Any = plugins.grader("llama", Settings(models=models, llama=worn))
    (prediction,) = grader.grade(examples()[0].question, ["a process"])
    assert prediction.mark is not None
    assert prediction.maker.adapter.startswith(preferred.id)


NOTHING: list[MarkedExample] = []
ALIKE = [replace(each, mark=2.0) for each in examples()]
AGAINST_EACH_OTHER = [replace(each, text="a process") for each in examples()]


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        (NOTHING, "no marked answers"),
        (ALIKE, "got the same"),
        (AGAINST_EACH_OTHER, "decide which marks are right"),
    ],
)
def test_marks_that_teach_nothing_are_said_and_nothing_is_kept(
    here: Path,
    models: Path,
    capsys: pytest.CaptureFixture[str],
    marked: list[MarkedExample],
    said: str,
) -> None:
    write_examples(here / "other.jsonl", marked)
    assert learn(here, "sft", file="other.jsonl") == 1
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not Registry(models / "adapters").all()


def test_a_base_that_is_not_here_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn(here, "sft", "--base", "nobody/no-such-llama") == 1
    assert "hf download nobody/no-such-llama" in capsys.readouterr().err


def test_an_adapter_of_another_base_is_no_parent(
    here: Path, tiny_adapter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for path in tiny_adapter.iterdir():
        (foreign / path.name).write_bytes(path.read_bytes())
    change(foreign, base_model_name_or_path="meta-llama/Llama-3.1-8B-Instruct")
    assert learn(here, "dpo", "--from", str(foreign)) == 1
    assert "was made for the base model" in capsys.readouterr().err
    (foreign / "evil.bin").write_bytes(b"pickle")
    assert learn(here, "dpo", "--from", str(foreign)) == 1
    assert "can run code" in capsys.readouterr().err


def test_an_adapter_that_was_not_made_here_is_traced_or_refused(
    here: Path, models: Path, tiny_adapter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = here / "foreign"
    foreign.mkdir()
    for path in tiny_adapter.glob("adapter_*"):
        (foreign / path.name).write_bytes(path.read_bytes())
    assert learn(here, "dpo", "--from", str(foreign)) == 0
    registry = Registry(models / "adapters")
    (model,) = registry.all()
    assert re.fullmatch(r"foreign@[0-9a-f]{12}", model.parent)
    assert line_of(registry, model) == [model]
    (foreign / "manifest.json").write_text("{}")
    assert learn(here, "dpo", "--from", str(foreign)) == 1
    assert "“learn import” here" in capsys.readouterr().err


def test_a_method_that_is_not_there_is_said(tmp_path: Path, tiny_base: Path) -> None:
    settings = Settings(llama=LlamaSettings(base=str(tiny_base), device="cpu"))
    lesson = language.Lesson("guess", examples())
    with pytest.raises(InvalidInput, match="guess"):
        language.teach_adapter(
            lesson, preset(Card(), "sft"), settings, tmp_path, Progress(tmp_path)
        )


def test_without_held_out_answers_nothing_is_measured(tiny_base: Path) -> None:
    assert language.agreement("base", [], lambda texts: texts, 8, None) is None  # type: ignore[arg-type, return-value]


def test_figures_are_the_agreement_at_both_ends_and_the_last_losses() -> None:
    told = [Step(0, 3, qwk=0.1), Step(1, 3, loss=2.0), Step(2, 3, loss=1.0, qwk=0.5)]
    assert language.figures(told) == {"qwk before": 0.1, "qwk": 0.5, "loss": 1.5}
    assert language.figures([]) == {}


def test_no_base_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "default", lambda *_: None)
    with pytest.raises(EngineUnavailable, match="no language model on this machine to teach"):
        language.base_name(LlamaSettings())
