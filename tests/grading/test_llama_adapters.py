"""Adapters that a careful machine takes, and those that it refuses by name and reason."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from autograder.domain.errors import EngineUnavailable
from autograder.embedding import TextEmbedding
from autograder.grading.graders.llama import LlamaGrader
from autograder.grading.language import adapters, base_model
from autograder.grading.language.language_model import LanguageModel
from autograder.settings import LlamaSettings, Settings
from tests.grading import tiny_llama

WEIGHTS = "adapter_model.safetensors"


@pytest.fixture(scope="module")
def grader(tiny_base: Path, tiny_adapter: Path) -> LlamaGrader:
    settings = LlamaSettings(base=str(tiny_base), device="cpu")
    loaded = base_model.load(str(tiny_base), settings)
    model = LanguageModel(str(tiny_base), *loaded, 8)
    made = LlamaGrader(model, TextEmbedding(Settings().models / "minilm").embed, 0)
    made.use_adapter(tiny_adapter)
    return made


@pytest.fixture
def folder(tiny_adapter: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_adapter, tmp_path / "mine"))


def truncate(folder: Path) -> None:
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:-100])


def poison(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    first = next(iter(tensors))
    tensors[first] = torch.full_like(tensors[first], float("nan"))
    save_file(tensors, folder / WEIGHTS)


def blow_up(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    save_file({name: tensor * 1e6 for name, tensor in tensors.items()}, folder / WEIGHTS)


def drop_one(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors.popitem()
    save_file(tensors, folder / WEIGHTS)


def reach_into_the_base(folder: Path) -> None:
    """PEFT would write a weight of that name over the base's own, which stays when it is off."""
    tensors = load_file(folder / WEIGHTS)
    tensors["base_model.model.model.embed_tokens.weight"] = torch.zeros(4, 4)
    save_file(tensors, folder / WEIGHTS)


def resize(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    save_file({name: tensor[:, :2].clone() for name, tensor in tensors.items()}, folder / WEIGHTS)


def link_out(folder: Path) -> None:
    (folder / "notes").symlink_to(folder.parent.parent)


def sign_wrongly(folder: Path) -> None:
    sums = [f"{hashlib.sha256(b'').hexdigest()}  {name}" for name in (WEIGHTS, adapters.CONFIG)]
    (folder / adapters.SUMS).write_text("\n".join(sums))


def changed(**values: object) -> Callable[[Path], None]:
    return lambda folder: tiny_llama.change(folder, **values)


Spoil = Callable[[Path], object]
BAD: dict[str, tuple[Spoil, str]] = {
    "no weights": (lambda folder: (folder / WEIGHTS).unlink(), "safetensors is missing"),
    "no config": (lambda folder: (folder / adapters.CONFIG).unlink(), "json is missing"),
    "truncated": (truncate, "safetensors is damaged"),
    "empty weights": (lambda folder: (folder / WEIGHTS).write_bytes(b""), "is damaged"),
    "not JSON": (lambda folder: (folder / adapters.CONFIG).write_bytes(b"{"), "json is damaged"),
    "not LoRA": (changed(peft_type="IA3"), "doesn't describe a LoRA"),
    "foreign": (changed(base_model_name_or_path="else/where-7B"), "made for the base model “else"),
    "nameless base": (changed(base_model_name_or_path=None), "made for the base model “”"),
    "code by name": (changed(auto_mapping={"parent_library": "os"}), "asks for auto_mapping"),
    "whole modules": (changed(modules_to_save=["lm_head"]), "asks for modules_to_save"),
    "DoRA": (changed(use_dora=True), "asks for use_dora"),
    "unknown": (changed(runtime_config={"x": 1}), "asks for runtime_config"),
    "pattern": (changed(target_modules="(a+)+$"), "target modules"),
    "words": (changed(target_modules=["q_proj", "embed_tokens"]), "changes embed_tokens"),
    "words by path": (changed(target_modules=["model.lm_head"]), "changes lm_head"),
    "a weight of the base": (reach_into_the_base, "no part of a LoRA adapter"),
    "huge rank": (changed(r=100_000), "no usable rank"),
    "pickle": (lambda folder: (folder / "training_args.bin").write_bytes(b"x"), "remove it"),
    "code": (lambda folder: (folder / "model.py").write_text("x"), "model.py"),
    "link": (link_out, "leads out"),
    "not a number": (poison, "impossible numbers"),
    "too large": (blow_up, "impossible numbers"),
    "wrong sum": (sign_wrongly, "differs from its sum"),
    "a weight short": (drop_one, "don't fit the base"),
    "wrong shapes": (resize, "don't fit the base"),
    "wrong layers": (changed(target_modules=["w_of_another"]), "don't fit the base"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_adapter_is_refused_and_the_one_before_stays(
    grader: LlamaGrader, folder: Path, name: str
) -> None:
    spoil, reason = BAD[name]
    maker, slots = grader.maker, list(grader._model._model.peft_config)
    weights = {n: p.clone() for n, p in grader._model._model.named_parameters() if "lora" in n}
    spoil(folder)
    with pytest.raises(EngineUnavailable, match=reason):
        grader.use_adapter(folder)
    assert grader.maker == maker
    assert list(grader._model._model.peft_config) == slots
    assert grader._model._model.active_adapters == slots
    for parameter_name, parameter in grader._model._model.named_parameters():
        if "lora" in parameter_name:
            assert torch.equal(parameter, weights[parameter_name])


@pytest.mark.parametrize("name", ["a weight short", "wrong shapes", "wrong layers"])
def test_a_first_adapter_that_does_not_fit_leaves_the_base_alone(
    grader: LlamaGrader, tiny_adapter: Path, folder: Path, name: str
) -> None:
    BAD[name][0](folder)
    grader.use_adapter(None)
    with pytest.raises(EngineUnavailable, match="don't fit the base"):
        grader.use_adapter(folder)
    assert not [n for n, _ in grader._model._model.named_parameters() if "lora" in n]
    grader.use_adapter(tiny_adapter)


def test_a_missing_folder_is_said(grader: LlamaGrader, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="is not there"):
        grader.use_adapter(tmp_path / "nothing")


def test_right_sums_are_accepted_and_any_changed_byte_is_noticed(
    folder: Path, tiny_base: Path
) -> None:
    names = (WEIGHTS, adapters.CONFIG)
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / adapters.SUMS).write_text("\n".join(f"{sums[name]}  {name}" for name in names))
    assert adapters.read(folder, str(tiny_base)).rank == 4
    content = bytearray((folder / WEIGHTS).read_bytes())
    for place in range(0, len(content), len(content) // 50):
        content[place] ^= 1
        (folder / WEIGHTS).write_bytes(content)
        with pytest.raises(EngineUnavailable, match="damaged"):
            adapters.read(folder, str(tiny_base))
        content[place] ^= 1


def test_what_peft_itself_writes_is_accepted(tiny_adapter: Path, tiny_base: Path) -> None:
    config = json.loads((tiny_adapter / adapters.CONFIG).read_text())
    assert len(config) > 30
    adapter = adapters.read(tiny_adapter, str(tiny_base))
    assert (adapter.rank, adapter.alpha, adapter.targets) == (4, 8, ("q_proj", "v_proj"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", "unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit", True),
        ("Qwen/Qwen3-8B", "unsloth/Qwen3-8B-unsloth-bnb-4bit", True),
        ("Qwen/Qwen3-8B", "/c/models--Qwen--Qwen3-8B/snapshots/0123abcd", True),
        ("/models/llama/", "llama", True),
        ("meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B", False),
        ("Qwen/Qwen3-8B", "", False),
    ],
)
def test_names_of_the_same_base(one: str, other: str, same: bool) -> None:
    assert adapters.same_base(one, other) is same
    assert adapters.same_base(other, one) is same
