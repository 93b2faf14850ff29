"""What a teacher does with learned models on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.learning.registry import proofs
from autograder.learning.registry.proofs import Proof
from autograder.learning.registry.registry import Registry
from tests.learning.registry import learned


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("AUTOGRADER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    return Registry(tmp_path / "models" / "adapters")


def test_a_model_is_listed_promoted_rolled_back_and_removed(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", "list"]) == 0
    assert capsys.readouterr().out == "No learned model is kept yet.\n"
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    assert main(["learn", "promote", model.id]) == 1
    assert "Have it tried first." in capsys.readouterr().err
    proofs.keep(registry.path(model.id), Proof("", "worse", ("It is more lenient.",)))
    assert main(["learn", "promote", model.id]) == 1
    assert "It is more lenient." in capsys.readouterr().err
    proofs.keep(registry.path(model.id), Proof("", "no worse"))
    assert main(["learn", "promote", model.id, "--author", "Asha"]) == 0
    told = f"{model.id} serves from now on, in place of what ships (no worse).\n"
    assert capsys.readouterr().out == told
    assert main(["learn", "list", "--json", str(tmp_path / "list.json")]) == 0
    assert capsys.readouterr().out.startswith(f"* {model.id}  sft  on meta-llama/")
    [line] = json.loads((tmp_path / "list.json").read_text())
    assert (line["id"], line["serving"], line["metrics"]["qwk"]) == (model.id, True, 0.71)
    assert main(["learn", "remove", model.id]) == 1
    assert "is at work" in capsys.readouterr().err
    assert main(["learn", "rollback"]) == 0
    assert capsys.readouterr().out == f"What ships serves again, in place of {model.id}.\n"
    assert main(["learn", "rollback"]) == 1
    assert main(["learn", "rollback", "lora"]) == 1
    assert main(["learn", "remove", model.id]) == 0
    assert registry.all() == []


def test_a_model_is_exported_and_imported(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    assert main(["learn", "export", model.id, "--out", str(tmp_path)]) == 0
    file = tmp_path / f"{model.id}.zip"
    assert capsys.readouterr().out.startswith(f"{file}: ")
    registry.remove(model.id)
    assert main(["learn", "import", str(file)]) == 0
    assert f"learn compare {model.id} --reviews" in capsys.readouterr().out
    assert registry.all() == [model]
    file.write_bytes(b"not a ZIP")
    assert main(["learn", "import", str(file)]) == 1
    assert "it is no learned model" in capsys.readouterr().err


def test_a_base_that_is_not_here_is_said_before_a_merge(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    out = str(tmp_path / "merged")
    assert main(["learn", "merge", model.id, "--out", out, "--base", str(tmp_path)]) == 1
    assert "is not on this machine" in capsys.readouterr().err
