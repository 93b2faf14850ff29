from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import choice, gpu
from autograder.grading.language import bases
from autograder.settings import LlamaSettings, OpenAIApiSettings, Settings

GIB = 2**30
LLAMA_8B, LLAMA_3B, QWEN = (base.name for base in bases.PROPOSED)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A machine with a GPU of so many GiB and these bases in its Hugging Face cache."""

    def made(gib: float, *names: str) -> None:
        monkeypatch.setattr(gpu, "memory", lambda: int(gib * GIB))
        monkeypatch.setattr(choice, "_torch_is_for_cpu", lambda: False)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        for name in names:
            cached(tmp_path, name)

    return made


def cached(cache: Path, name: str) -> Path:
    repository = cache / f"models--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / ("0123456789" * 4)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(snapshot.name)
    (snapshot / "config.json").write_text("{}")
    (snapshot / "model.safetensors").write_bytes(b"weights")
    return snapshot


def llama(**values: Any) -> Settings:
    return Settings(grader="auto", llama=LlamaSettings(**values))


def test_a_grader_that_the_settings_name_is_taken_as_it_is() -> None:
    assert choice.choose(Settings(grader="llama"))[0] == "llama"
    assert choice.choose(Settings(grader="openai_api"))[0] == "openai_api"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://localhost:8000/v1", "localhost:8000 on this machine"),
        ("https://api.openai.com/v1", "leave this machine, to api.openai.com"),
        ("", "AUTOGRADER_OPENAI_API__BASE_URL"),
        ("http://api.openai.com/v1", "unencrypted"),
    ],
)
def test_where_answers_go_is_said(address: str, words: str) -> None:
    served = OpenAIApiSettings(base_url=address)
    assert words in choice.choose(Settings(grader="openai_api", openai_api=served))[1]
    name, why = choice.choose(Settings(grader="auto", openai_api=served))
    assert name != "openai_api" and "api.openai.com" not in why


@pytest.mark.parametrize(
    ("gib", "here", "expected"),
    [
        (24, (LLAMA_8B, LLAMA_3B, QWEN), LLAMA_8B),
        (11.6, (LLAMA_8B,), LLAMA_8B),
        (11.6, (QWEN,), QWEN),
        (7.6, (LLAMA_8B, LLAMA_3B, QWEN), LLAMA_3B),
        (7.6, (QWEN,), QWEN),
    ],
)
def test_the_best_base_that_fits_and_is_here_is_taken(
    machine: Any, gib: float, here: tuple[str, ...], expected: str
) -> None:
    machine(gib, *here)
    name, why = choice.choose(llama())
    assert name == "llama"
    assert expected in why


@pytest.mark.parametrize(
    ("gib", "here", "settings", "reason"),
    [
        (0, (QWEN,), {}, "no NVIDIA GPU"),
        (6, (QWEN,), {}, "6 GB) is too small"),
        (8, (LLAMA_8B,), {}, "none is on this machine"),
        (24, (), {}, "none is on this machine"),
        (24, (QWEN,), {"device": "cpu"}, "off the GPU"),
        (24, (QWEN,), {"base": "some/other"}, "some/other is not on this machine"),
        (24, (QWEN,), {"adapter": Path("/nowhere")}, "adapter /nowhere is not there"),
    ],
)
def test_otherwise_the_built_in_grader_works_and_the_reason_is_said(
    machine: Any, gib: float, here: tuple[str, ...], settings: dict[str, Any], reason: str
) -> None:
    machine(gib, *here)
    name, why = choice.choose(llama(**settings))
    assert name == "encoder"
    assert reason in why
    assert "built-in grader" in why


def test_missing_packages_and_a_torch_without_cuda_are_noticed(
    machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(24, QWEN)
    monkeypatch.setattr(choice, "_torch_is_for_cpu", lambda: True)
    assert "torch can't use" in choice.choose(llama())[1]
    monkeypatch.setattr(choice, "NEEDED", ("torch", "a_package_that_is_not_there"))
    assert "a_package_that_is_not_there" in choice.choose(llama())[1]


def test_a_download_is_only_proposed_where_it_is_allowed(machine: Any) -> None:
    machine(24)
    assert bases.default(24 * GIB, offline=True) is None
    assert bases.default(24 * GIB, offline=False) == QWEN  # the one that needs nobody's leave
    assert choice.choose(llama(offline=False))[0] == "llama"


def test_a_base_that_was_half_downloaded_is_not_here(machine: Any, tmp_path: Path) -> None:
    machine(24)
    snapshot = cached(tmp_path, QWEN)
    assert bases.on_machine(QWEN) == snapshot
    assert bases.revision(QWEN) == f"{QWEN}@012345678901"
    shards = {"a": "one.safetensors", "b": "two.safetensors"}
    (snapshot / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    (snapshot / "one.safetensors").write_bytes(b"weights")
    assert bases.on_machine(QWEN) is None
    (snapshot / "two.safetensors").write_bytes(b"weights")
    assert bases.on_machine(QWEN) == snapshot


def test_a_folder_counts_as_a_base_when_it_is_one(tmp_path: Path) -> None:
    assert bases.on_machine(str(tmp_path)) is None
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    assert bases.on_machine(str(tmp_path)) == tmp_path
    assert bases.on_machine("not a / name : at all") is None


def test_choosing_loads_no_torch() -> None:
    code = (
        "import sys\n"
        "from autograder.grading import gpu\n"
        "from autograder.grading.choice import choose\n"
        "from autograder.settings import Settings\n"
        "choose(Settings())\n"
        "gpu.memory = lambda: 1 << 40\n"
        "choose(Settings())\n"
        "heavy = {'torch', 'transformers', 'peft', 'bitsandbytes'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or 0)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (asked.returncode, asked.stderr) == (0, "")
