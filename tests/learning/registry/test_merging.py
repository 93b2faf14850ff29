from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
from peft import PeftModel  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

from autograder.domain.errors import (  # noqa: E402
    EngineFailed,
    EngineUnavailable,
    InvalidInput,
    StorageFailed,
)
from autograder.domain.learned import LearnedModel  # noqa: E402
from autograder.grading.language import adapters  # noqa: E402
from autograder.learning.registry import merging  # noqa: E402
from autograder.learning.registry.merging import merge  # noqa: E402
from autograder.learning.registry.registry import Registry  # noqa: E402
from tests.grading import tiny_llama  # noqa: E402
from tests.learning.registry import learned  # noqa: E402


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny_llama.build(tmp_path_factory.mktemp("bases") / "tiny-llama")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, base: Path) -> tuple[Registry, LearnedModel]:
    folder = tmp_path_factory.mktemp("models")
    run = tiny_llama.build_adapter(folder / "run", base)
    registry = Registry(folder / "adapters", {"lora": adapters.read})
    return registry, registry.add(run, learned.described(base=str(base)))


@pytest.fixture
def said() -> Iterator[list[str]]:
    yield []


def test_the_merged_model_answers_as_base_and_adapter_do(
    kept: tuple[Registry, LearnedModel], base: Path, tmp_path: Path, said: list[str]
) -> None:
    registry, model = kept
    out = merge(registry, model.id, base, tmp_path / "merged", said.append)
    assert said == ["Loading the base in 16 bits", "Merging", "Writing"]
    ids = torch.arange(5, 45)[None]
    plain = AutoModelForCausalLM.from_pretrained(base)
    before = plain(ids).logits.detach()
    worn = PeftModel.from_pretrained(plain, str(registry.path(model.id)))
    merged = AutoModelForCausalLM.from_pretrained(out)
    assert (before - worn(ids).logits).abs().max() > 0.5
    assert (merged(ids).logits - worn(ids).logits).abs().max() < 1e-3
    assert f"# {model.id}, merged" in (out / "README.md").read_text()
    names = {path.suffix for path in out.iterdir()}
    assert names <= {".safetensors", ".json", ".md", ".jinja"}


def test_a_quantised_base_is_refused(
    kept: tuple[Registry, LearnedModel], base: Path, tmp_path: Path, said: list[str]
) -> None:
    registry, model = kept
    quantised = Path(shutil.copytree(base, tmp_path / "tiny-llama"))
    config = json.loads((quantised / "config.json").read_text())
    config["quantization_config"] = {"load_in_4bit": True}
    (quantised / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineUnavailable, match="same base in 16 bits"):
        merge(registry, model.id, quantised, tmp_path / "merged", said.append)
    assert said == []


def test_another_base_is_refused_and_leaves_nothing(
    kept: tuple[Registry, LearnedModel], base: Path, tmp_path: Path, said: list[str]
) -> None:
    registry, model = kept
    from transformers import LlamaConfig, LlamaForCausalLM

    narrow = Path(shutil.copytree(base, tmp_path / "narrow"))
    config = LlamaConfig.from_pretrained(narrow)
    config.num_hidden_layers = 2
    LlamaForCausalLM(config).save_pretrained(narrow)
    with pytest.raises(EngineUnavailable, match="made for another one"):
        merge(registry, model.id, narrow, tmp_path / "merged", said.append)
    assert [path.name for path in tmp_path.iterdir()] == ["narrow"]


def test_what_cannot_be_done_is_said_before_minutes_of_work(
    kept: tuple[Registry, LearnedModel],
    base: Path,
    tmp_path: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry, model = kept
    for out, told in ((tmp_path, "already"), (tmp_path / "no" / "where", "is not there")):
        with pytest.raises(InvalidInput, match=told):
            merge(registry, model.id, base, out, said.append)
    with pytest.raises(EngineUnavailable, match="is not in"):
        merge(registry, model.id, tmp_path, tmp_path / "merged", said.append)
    run = learned.network(tmp_path / "run" / "network.onnx").parent
    network = registry.add(run, learned.described("encoder", method="encoder"))
    with pytest.raises(InvalidInput, match="is no adapter"):
        merge(registry, network.id, base, tmp_path / "merged", said.append)
    monkeypatch.setattr(merging, "ROOM", 1e12)
    with pytest.raises(StorageFailed, match="GB free"):
        merge(registry, model.id, base, tmp_path / "merged", said.append)
    assert said == []


def test_too_little_memory_and_a_full_disk_leave_nothing_behind(
    kept: tuple[Registry, LearnedModel],
    base: Path,
    tmp_path: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry, model = kept

    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for failure, error in ((no_memory, EngineFailed), (full, StorageFailed)):
        monkeypatch.setattr(merging, "_merged", failure)
        with pytest.raises(error):
            merge(registry, model.id, base, tmp_path / "merged", said.append)
        assert list(tmp_path.iterdir()) == []
