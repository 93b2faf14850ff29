from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import EngineFailed, InvalidInput, StorageFailed
from autograder.grading.language import adapters
from autograder.learning.language import checkpoints
from autograder.learning.language.presets import TeachingSettings
from autograder.learning.language.rows import WORDS, Row
from autograder.learning.language.teaching import Base, Place
from autograder.learning.progress import Progress, Step
from tests.learning.language.conftest import rows

torch = pytest.importorskip("torch")
sft = pytest.importorskip("autograder.learning.language.sft")
LAST = 6


def place(work: Path, **given: Any) -> Place:
    return Place(work, Progress(work), **given)


def losses(work: Path) -> list[float]:
    """Of every step, as told last."""
    told = {each.step: each.loss for each in Progress.read(work) if each.loss is not None}
    return [told[step] for step in sorted(told)]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {}


@pytest.fixture
def whole_run(
    unbroken: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
    teaching: TeachingSettings,
    base: Base,
) -> Path:
    """The work folder of a training that nothing broke."""
    if "work" not in unbroken:
        unbroken["work"] = tmp_path_factory.mktemp("unbroken")
        unbroken["made"] = sft.train_sft(rows(), teaching, base, place(unbroken["work"]))
    work: Path = unbroken["work"]
    return work


def test_the_labels_are_learned_and_the_way_there_is_told(whole_run: Path) -> None:
    told = Progress.read(whole_run)
    assert [each.step for each in told] == list(range(LAST + 1))
    assert {each.of for each in told} == {LAST}
    assert losses(whole_run)[-1] < 0.5 * losses(whole_run)[0]
    assert list((whole_run / "tensorboard").glob("events.*"))


def test_the_folder_is_an_adapter_that_grading_reads_and_nothing_else(
    whole_run: Path, tiny_base: Path
) -> None:
    folder = whole_run / "adapter"
    assert {path.name for path in folder.iterdir()} == {adapters.CONFIG, adapters.WEIGHTS}
    adapter = adapters.read(folder, str(tiny_base))
    assert (adapter.rank, adapter.alpha) == (16, 32)
    assert {name.rpartition("_")[2] for name in adapter.targets} == {"proj"}
    assert any(tensor.abs().max() > 0 for name, tensor in adapter.tensors.items() if "_B" in name)
    assert not (whole_run / checkpoints.FOLDER).exists()


def test_a_finished_training_is_not_run_again(
    whole_run: Path, teaching: TeachingSettings, base: Base
) -> None:
    def never() -> tuple[Any, Any]:
        raise AssertionError("the base was loaded")

    again = sft.train_sft(rows(), teaching, replace(base, load=never), place(whole_run))
    assert again == whole_run / "adapter"


@pytest.mark.parametrize("killed_at", [0, 3, LAST])
def test_a_training_killed_at_any_step_ends_as_if_unbroken(
    killed_at: int, whole_run: Path, tmp_path: Path, teaching: TeachingSettings, base: Base
) -> None:
    class Fatal(Progress):
        def tell(self, step: Step) -> None:
            super().tell(step)
            if step.step == killed_at and step.of:
                os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        sft.train_sft(rows(), teaching, base, Place(tmp_path, Fatal(tmp_path)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    sft.train_sft(rows(), teaching, base, place(tmp_path))
    assert losses(tmp_path) == pytest.approx(losses(whole_run), abs=1e-4)
    ours, theirs = (adapters.read(work / "adapter", base.name) for work in (tmp_path, whole_run))
    for name, tensor in ours.tensors.items():
        torch.testing.assert_close(tensor, theirs.tensors[name], atol=1e-4, rtol=1e-3)
    begun = [each.step for each in Progress.read(tmp_path) if "Going on" in each.message]
    assert begun == ([killed_at - 1] if killed_at > 1 else [])


def test_a_checkpoint_torn_by_a_kill_is_passed_over(
    whole_run: Path, tmp_path: Path, teaching: TeachingSettings, base: Base
) -> None:
    with pytest.raises(KeyboardInterrupt):
        sft.train_sft(rows(), teaching, base, place(tmp_path, agreement=breaking_at(3, tmp_path)))
    found = sorted((tmp_path / checkpoints.FOLDER).glob("checkpoint-*"))
    (found[-1] / "trainer_state.json").write_text('{"epoch": 0.')
    sft.train_sft(rows(), teaching, base, place(tmp_path))
    assert losses(tmp_path) == pytest.approx(losses(whole_run), abs=1e-4)


def breaking_at(step: int, work: Path) -> Callable[[Any], float | None]:
    def look(_: Any) -> float | None:
        if len(Progress.read(work)) > step:
            raise KeyboardInterrupt
        return None

    return look


def test_looking_at_held_out_answers_on_the_way_changes_nothing_that_is_learned(
    whole_run: Path, tmp_path: Path, teaching: TeachingSettings, base: Base
) -> None:
    looks: list[bool] = []

    def look(model: Any) -> float:
        looks.append(model.training)
        with torch.inference_mode():
            model(input_ids=torch.tensor([[60, 70, 71]]), logits_to_keep=1)
        return len(looks) / 10

    settings = replace(teaching, looks=3)
    sft.train_sft(rows(), settings, base, place(tmp_path, agreement=look))
    assert looks == [False] * 4
    told = {each.step: each.qwk for each in Progress.read(tmp_path) if each.qwk is not None}
    assert told == {0: 0.1, 2: 0.2, 4: 0.3, 6: 0.4}
    assert losses(tmp_path) == pytest.approx(losses(whole_run), abs=1e-4)


def test_every_matrix_gets_a_gradient(base: Base, teaching: TeachingSettings) -> None:
    from autograder.learning.language import adapter

    loaded, _ = base.load()
    model = adapter.put_on(loaded, teaching, None)
    model.eval()
    with torch.no_grad():
        model(input_ids=torch.tensor([[60, 70, 71]]))  # where AVX512-BF16 packing would begin
    model.train()
    for _ in range(2):  # the first matrix has none while the second is zero
        ids = torch.tensor([[60, 70, 71, 36]])
        model(input_ids=ids, labels=ids).loss.backward()
        learning = [each for each in model.parameters() if each.requires_grad]
        grads = [each.grad for each in learning if each.grad is not None]
        with torch.no_grad():
            for parameter, grad in zip(learning, grads, strict=True):
                parameter.sub_(0.01 * grad)
    assert len(grads) == 2 * 4 * 7
    assert all(grad.abs().max() > 0 for grad in grads)


def test_only_replies_are_learned() -> None:
    row = Row((60, 70, 71), (36, 3), WORDS)
    (made,) = sft.columns([row])
    assert made == {"input_ids": [60, 70, 71, 36, 3], "labels": [-100, -100, -100, 36, 3]}


def out_of_memory_above(most: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    tried: list[int] = []
    step = sft.SFTTrainer.training_step

    def short(self: Any, model: Any, inputs: Any, *args: Any) -> Any:
        tried.append(len(inputs["input_ids"]))
        if tried[-1] > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return step(self, model, inputs, *args)

    monkeypatch.setattr(sft.SFTTrainer, "training_step", short)
    return tried


def test_short_memory_halves_what_is_read_at_once_and_changes_no_step(
    whole_run: Path,
    tmp_path: Path,
    teaching: TeachingSettings,
    base: Base,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = out_of_memory_above(2, monkeypatch)
    undropped = replace(teaching, dropout=0.0)
    sft.train_sft(rows(), undropped, base, place(tmp_path / "short"))
    assert tried == [4, *[2] * 4 * LAST]
    assert any("Memory was short" in each.message for each in Progress.read(tmp_path / "short"))
    sft.train_sft(rows(), replace(undropped, at_once=2), base, place(tmp_path / "small"))
    assert losses(tmp_path / "short") == pytest.approx(losses(tmp_path / "small"), abs=1e-4)


def test_memory_that_never_does_is_said(
    tmp_path: Path, teaching: TeachingSettings, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = out_of_memory_above(0, monkeypatch)
    with pytest.raises(EngineFailed, match="too small for this training"):
        sft.train_sft(rows(), teaching, base, place(tmp_path))
    assert tried == [4, 2, 1]


def test_a_disk_that_fills_is_said_and_the_training_goes_on_when_there_is_room(
    whole_run: Path,
    tmp_path: Path,
    teaching: TeachingSettings,
    base: Base,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saves: list[int] = []
    save = sft.SFTTrainer._save_optimizer_and_scheduler

    def full(self: Any, folder: str) -> None:
        saves.append(self.state.global_step)
        if len(saves) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(self, folder)

    with monkeypatch.context() as filled:
        filled.setattr(sft.SFTTrainer, "_save_optimizer_and_scheduler", full)
        with pytest.raises(StorageFailed, match="goes on where it was saved last"):
            sft.train_sft(rows(), teaching, base, place(tmp_path))
    sft.train_sft(rows(), teaching, base, place(tmp_path))
    assert [e.step for e in Progress.read(tmp_path) if "Going on" in e.message] == [2]
    assert losses(tmp_path) == pytest.approx(losses(whole_run), abs=1e-4)


def test_a_folder_of_another_training_is_refused(
    whole_run: Path, teaching: TeachingSettings, base: Base
) -> None:
    with pytest.raises(InvalidInput, match="holds another training"):
        sft.train_sft(rows(16), teaching, base, place(whole_run))
    with pytest.raises(InvalidInput, match="holds another training"):
        sft.train_sft(rows(), replace(teaching, rank=8), base, place(whole_run))


def test_one_label_for_all_teaches_nothing(
    tmp_path: Path, teaching: TeachingSettings, base: Base
) -> None:
    same = [replace(row, reply=(36,)) for row in rows()]
    words = replace(same[0], reply=(40, 41, 3), kind=WORDS)
    with pytest.raises(InvalidInput, match="the same mark"):
        sft.train_sft([*same, words], teaching, base, place(tmp_path))


def test_what_is_too_long_is_named_and_never_cut(
    tmp_path: Path, teaching: TeachingSettings, base: Base
) -> None:
    long = replace(rows()[0], prompt=tuple(range(60, 60 + 70)), where="Quiz 2, Asha Rao, Q1")
    settings = replace(teaching, longest=64, epochs=1)
    sft.train_sft([*rows(8), long], settings, base, place(tmp_path))
    messages = [each.message for each in Progress.read(tmp_path)]
    assert "Left out, being longer than 64 tokens: Quiz 2, Asha Rao, Q1" in messages
    with pytest.raises(InvalidInput, match="nothing to learn from"):
        sft.train_sft([long], settings, base, place(tmp_path / "other"))


def test_a_loss_that_is_no_number_ends_the_training(
    tmp_path: Path, teaching: TeachingSettings, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    def astray(self: Any, *_: Any, **__: Any) -> Any:
        return torch.tensor(float("nan"), requires_grad=True)

    monkeypatch.setattr(sft.SFTTrainer, "compute_loss", astray)
    with pytest.raises(EngineFailed, match="lower learning rate"):
        sft.train_sft(rows(), teaching, base, place(tmp_path))


@pytest.mark.gpu
def test_a_gpu_learns_the_labels_too(
    tmp_path: Path, tiny_base: Path, teaching: TeachingSettings
) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA GPU")
    from autograder.grading.language import base_model
    from autograder.learning.language.presets import SFT, card, preset
    from autograder.settings import LlamaSettings

    name, settings = str(tiny_base), LlamaSettings(base=str(tiny_base), device="cuda")
    here = Base(name, lambda: base_model.load(name, settings), on_cpu=False)
    numbers = preset(card(), SFT).numbers
    sft.train_sft(rows(), replace(teaching, numbers=numbers), here, place(tmp_path))
    assert losses(tmp_path)[-1] < 0.5 * losses(tmp_path)[0]
    assert adapters.read(tmp_path / "adapter", name).rank == teaching.rank
