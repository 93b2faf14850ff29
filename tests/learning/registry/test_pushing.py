from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.learned import LearnedModel
from autograder.grading.language import adapters
from autograder.learning.registry import proofs
from autograder.learning.registry.pushing import push
from autograder.learning.registry.registry import Registry
from tests.learning.registry import fake_hub, learned


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models" / "adapters", {"lora": adapters.read})


@pytest.fixture
def model(registry: Registry, tmp_path: Path) -> LearnedModel:
    return registry.add(learned.lora(tmp_path / "run"), learned.described())


def learn_push(tmp_path: Path, hub: str, *words: str) -> subprocess.CompletedProcess[str]:
    """``learn push`` as a teacher runs it, with a hub on this machine."""
    told = {
        "AUTOGRADER_MODELS": str(tmp_path / "models"),
        "HF_ENDPOINT": hub,
        "HF_HUB_OFFLINE": "0",
        "HF_TOKEN": "hf_mine",
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_DISABLE_XET": "1",
    }
    command = [sys.executable, "-m", "autograder", "learn", "push", *words]
    return subprocess.run(
        command, env=os.environ | told, capture_output=True, text=True, timeout=300, check=False
    )


def test_a_model_is_uploaded_whole_and_privately_and_without_what_was_compared(
    registry: Registry, model: LearnedModel, tmp_path: Path
) -> None:
    proofs.keep(registry.path(model.id), proofs.Proof("", "better", ("Asha Rao's marks",)))
    with fake_hub.running() as hub:
        done = learn_push(tmp_path, hub.address, model.id, "asha/Llama-os-quiz")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{hub.address}/asha/Llama-os-quiz/commit/1\n"
    assert hub.private == {"asha/Llama-os-quiz": True}
    assert hub.tokens == {"Bearer hf_mine"}
    assert set(hub.files) == {*model.files, "manifest.json", "README.md", "SHA256SUMS"}
    for name, content in hub.files.items():
        assert content == (registry.path(model.id) / name).read_bytes()


def test_a_hub_that_refuses_or_is_away_is_said_in_a_line(
    model: LearnedModel, tmp_path: Path
) -> None:
    with fake_hub.running() as hub:
        hub.status = 403
        refused = learn_push(tmp_path, hub.address, model.id, "asha/Llama-os-quiz")
    assert refused.returncode == 1
    assert "The hub didn't let you in." in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert hub.files == {}


def test_nothing_is_uploaded_to_a_public_repository_unless_that_is_said(
    model: LearnedModel, tmp_path: Path
) -> None:
    with fake_hub.running() as hub:
        hub.private["asha/Llama-os-quiz"] = False
        refused = learn_push(tmp_path, hub.address, model.id, "asha/Llama-os-quiz")
        assert "everybody can see it" in refused.stderr
        assert hub.files == {}
        done = learn_push(tmp_path, hub.address, model.id, "asha/Llama-os-quiz", "--public")
    assert done.returncode == 0, done.stderr
    assert set(model.files) < set(hub.files)


def test_only_a_name_that_the_licence_allows_is_taken(
    registry: Registry, model: LearnedModel
) -> None:
    with pytest.raises(InvalidInput, match="asha/Llama-os-quiz"):
        push(registry, model.id, "asha/os-quiz")
    with pytest.raises(InvalidInput, match="OWNER/NAME"):
        push(registry, model.id, "os-quiz")
