from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from autograder.grading import gpu
from autograder.runs.learning import methods
from autograder.runs.learning.methods import GIB, GRADING, METHODS, held_up, method, obstacle
from autograder.settings import LlamaSettings, Settings


def named(name: str) -> methods.Method:
    found = method(name)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "memory", lambda: 0)


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=size))


def test_every_way_to_learn_is_a_subcommand() -> None:
    from autograder.cli.learn import subcommands

    assert {each.name for each in METHODS} <= set(subcommands())


def test_the_language_model_needs_a_gpu_or_a_base_that_was_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(methods, "find_spec", lambda name: object())
    assert "no" not in obstacle(named("encoder"), Settings())
    assert "NVIDIA GPU" in obstacle(named("sft"), Settings())
    tiny = Settings(llama=LlamaSettings(base="nobody/has-this"))
    assert "nobody/has-this is not on this machine" in obstacle(named("sft"), tiny)
    monkeypatch.setattr(gpu, "memory", lambda: 4 * GIB)
    assert "too small" in obstacle(named("dpo"), Settings())


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "find_spec", lambda name: None if name == "trl" else object())
    assert obstacle(named("sft"), Settings()) == "It needs packages that are not installed: trl."


def test_marking_goes_on_where_the_memory_holds_both(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 16 * GIB)
    assert held_up(named("encoder"), "encoder") == ()
    free(monkeypatch, 2 * GIB)
    assert held_up(named("encoder"), "encoder") == GRADING


def test_a_gpu_is_for_the_training_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 64 * GIB)
    monkeypatch.setattr(gpu, "memory", lambda: 24 * GIB)
    assert held_up(named("sft"), "llama") == GRADING
    assert held_up(named("sft"), "encoder") == ()


def test_a_server_elsewhere_is_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, GIB)
    assert held_up(named("encoder"), "openai_api") == ()


def test_beside_a_gpu_the_main_memory_must_hold_both_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "memory", lambda: 16 * GIB)
    free(monkeypatch, 2 * GIB)
    assert held_up(named("sft"), "encoder") == GRADING


def test_a_base_that_is_read_into_the_main_memory_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "bases" / "some"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"1234")
    settings = Settings(models=tmp_path, llama=LlamaSettings(base=str(folder)))
    assert methods.weights(named("generate"), settings, "some") == 4
    assert methods.weights(named("sft"), settings) == 4
    assert methods.weights(named("encoder"), settings) == 0
    free(monkeypatch, 8 * GIB)
    assert held_up(named("sft"), "encoder", 4) == ()
    assert held_up(named("sft"), "encoder", 6 * GIB) == GRADING
    monkeypatch.setattr(gpu, "memory", lambda: 16 * GIB)
    assert methods.weights(named("sft"), settings) == 0
