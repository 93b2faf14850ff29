from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.domain.errors import EngineUnavailable, InvalidInput, NotFound, StorageFailed
from autograder.grading.language import adapters
from autograder.learning.registry.registry import Registry
from tests.learning.registry import learned


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "adapters", {"lora": adapters.read})


def test_a_kept_model_tells_what_it_is_and_passes_its_own_checks(
    registry: Registry, tmp_path: Path
) -> None:
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    assert registry.all() == [model] == [registry.get(model.id)]
    assert model.id.startswith(f"lora-{model.created:%Y%m%d}-")
    assert set(model.files) == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "known_answers.json",
    }
    assert registry.known(model.id) == learned.KNOWN
    assert model.settings["targets"] == ["q_proj"]
    registry.verify(model.id)
    sums = (registry.path(model.id) / "SHA256SUMS").read_text()
    assert all(f"{sha}  {name}" in sums for name, sha in model.files.items())
    assert "Built with Llama" in (registry.path(model.id) / "README.md").read_text()
    adapters.read(registry.path(model.id), model.base)


def test_the_same_model_twice_is_one_and_other_figures_are_another(
    registry: Registry, tmp_path: Path
) -> None:
    run = learned.lora(tmp_path / "run")
    first = registry.add(run, learned.described())
    assert registry.add(run, learned.described()) == first
    other = registry.add(run, learned.described(metrics={"qwk": 0.5}))
    assert {each.id for each in registry.all()} == {first.id, other.id}


def test_a_base_in_somebodys_folder_is_kept_by_its_name_alone(
    registry: Registry, tmp_path: Path
) -> None:
    home = tmp_path / "home" / "asha" / "tiny"
    run = learned.lora(tmp_path / "run", base=str(home))
    model = registry.add(run, learned.described(base=str(home)))
    assert model.base == "tiny"
    for path in registry.path(model.id).iterdir():
        assert b"asha" not in path.read_bytes()
    adapters.read(registry.path(model.id), str(home))


Spoil = Callable[[Path], object]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "a flipped bit": (lambda path: _flip(path / "adapter_model.safetensors"), "its sum is not"),
    "a cut file": (lambda path: _cut(path / "adapter_model.safetensors"), "its sum is not"),
    "other known answers": (lambda path: _lengthen(path / "known_answers.json"), "its sum is not"),
    "better figures": (lambda path: _claim(path, metrics={"qwk": 1.0}), "changed by hand"),
    "another licence": (lambda path: _claim(path, licence="MIT"), "changed by hand"),
    "a newer format": (lambda path: _claim(path, format=2), "newer AutoGrader"),
    "no manifest": (lambda path: (path / "manifest.json").unlink(), "json is missing"),
    "not JSON": (lambda path: (path / "manifest.json").write_text("["), "is damaged"),
    "no weights": (lambda path: (path / "adapter_model.safetensors").unlink(), "is missing"),
    "a pickle": (lambda path: (path / "extra.pkl").write_bytes(b"x"), "can run code"),
    "a stranger": (lambda path: (path / "tokenizer.json").write_text("{}"), "doesn't name"),
    "a link": (lambda path: (path / "a.json").symlink_to("/etc/passwd"), "is a link"),
}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _lengthen(path: Path) -> None:
    """JSON still, so that nothing but the sum can tell."""
    path.write_bytes(path.read_bytes() + b"\n")


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _claim(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("name", SPOILT)
def test_a_model_that_was_changed_is_refused_with_the_reason(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    spoil, reason = SPOILT[name]
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    spoil(registry.path(model.id))
    with pytest.raises(EngineUnavailable, match=reason):
        registry.verify(model.id)


def test_a_damaged_model_is_told_beside_the_others_and_put_right_by_adding_it_again(
    registry: Registry, tmp_path: Path
) -> None:
    run = learned.lora(tmp_path / "run")
    model = registry.add(run, learned.described())
    _claim(registry.path(model.id), licence="MIT")
    assert registry.all() == []
    assert "changed by hand" in registry.damaged()[model.id]
    assert registry.add(run, learned.described()).id == model.id
    assert registry.damaged() == {}


def _deep(run: Path) -> None:
    (run / "checkpoint-1").mkdir()
    (run / "checkpoint-1" / "model.py").write_text("x")


POISON: dict[str, tuple[Spoil, str]] = {
    "a pickle": (lambda run: (run / "training_args.bin").write_bytes(b"x"), "remove it"),
    "code in a subfolder": (_deep, "model.py"),
    "code by name": (lambda run: _ask(run, auto_mapping={"parent_library": "os"}), "auto_mapping"),
    "DoRA": (lambda run: _ask(run, use_dora=True), "asks for use_dora"),
    "another base": (lambda run: _ask(run, base_model_name_or_path="x/y"), "made for the base"),
    "no config": (lambda run: (run / "adapter_config.json").unlink(), "json is missing"),
    "broken weights": (lambda run: _cut(run / "adapter_model.safetensors"), "damaged"),
    "nothing": (lambda run: list(map(Path.unlink, run.iterdir())), "holds no file"),
    "no folder": (shutil.rmtree, "is not there"),
}


def _ask(run: Path, **changes: object) -> None:
    path = run / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("name", POISON)
def test_a_poisoned_folder_is_refused_by_its_own_name_and_nothing_is_kept(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    spoil, reason = POISON[name]
    run = learned.lora(tmp_path / "my run")
    spoil(run)
    with pytest.raises(EngineUnavailable, match=f"my run.*{reason}"):
        registry.add(run, learned.described())
    assert registry.all() == []
    assert [path.name for path in tmp_path.glob("adapters/*") if path.name != ".lock"] == []


def test_a_kind_that_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no kind of model"):
        learned.described(kind="oracle")


def test_what_a_training_leaves_beside_its_model_is_not_kept(
    registry: Registry, tmp_path: Path
) -> None:
    run = learned.lora(tmp_path / "run")
    for name in ("README.md", "tokenizer.json", "chat_template.jinja"):
        (run / name).write_text("{}")
    model = registry.add(run, learned.described())
    assert not {"tokenizer.json", "chat_template.jinja"} & model.files.keys()


@pytest.mark.parametrize("name", ["../other", "lora-20261121-0a1b2c3d", "", "/etc"])
def test_only_what_is_there_can_be_asked_for(registry: Registry, name: str) -> None:
    for ask in (registry.get, registry.verify, registry.remove):
        with pytest.raises(NotFound, match="no learned model"):
            ask(name)


def test_a_removed_model_is_gone(registry: Registry, tmp_path: Path) -> None:
    model = registry.add(learned.lora(tmp_path / "run"), learned.described())
    registry.remove(model.id)
    assert registry.all() == []
    with pytest.raises(NotFound):
        registry.path(model.id)


@pytest.mark.parametrize("step", range(1, 13))
def test_a_full_disk_at_any_file_leaves_the_registry_as_it_was(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    kept = registry.add(learned.lora(tmp_path / "first"), learned.described())
    run = learned.lora(tmp_path / "second", size=2.0)
    calls = iter(range(1, 100))

    def full(handle: object) -> None:
        if next(calls) == step:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    try:
        added = [registry.add(run, learned.described())]
    except StorageFailed as error:
        assert "full" in str(error)
        added = [each for each in registry.all() if each != kept]
    monkeypatch.undo()
    assert registry.damaged() == {}
    for model in registry.all():
        registry.verify(model.id)
    assert {each.id for each in registry.all()} == {kept.id, *(each.id for each in added)}
    assert not list(registry.folder.glob(".new-*"))


@pytest.mark.parametrize("step", range(1, 10))
def test_a_kill_at_any_file_leaves_the_registry_whole(
    registry: Registry, tmp_path: Path, step: int
) -> None:
    kept = registry.add(learned.lora(tmp_path / "first"), learned.described())
    run = learned.lora(tmp_path / "second", size=2.0)
    child = os.fork()
    if child == 0:
        _die_at(step)
        registry.add(run, learned.described())
        os._exit(0)
    os.waitpid(child, 0)
    assert registry.damaged() == {}
    for model in registry.all():
        registry.verify(model.id)
    assert kept in registry.all()
    added = registry.add(run, learned.described())
    assert {each.id for each in registry.all()} == {kept.id, added.id}
    assert not list(registry.folder.glob(".new-*"))


def _die_at(step: int) -> None:
    calls = iter(range(1, 100))

    def die(handle: object) -> None:
        if next(calls) == step:
            os.kill(os.getpid(), 9)

    vars(os)["fsync"] = die
