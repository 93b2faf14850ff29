from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.grading.language import adapters
from autograder.learning.language.presets import TeachingSettings
from autograder.learning.language.teaching import Base, Place
from autograder.learning.progress import Progress, Step
from tests.learning.language.conftest import pairs, rows

torch = pytest.importorskip("torch")
dpo = pytest.importorskip("autograder.learning.language.dpo")
sft = pytest.importorskip("autograder.learning.language.sft")


def place(work: Path) -> Place:
    return Place(work, Progress(work))


def losses(work: Path) -> list[float]:
    told = {each.step: each.loss for each in Progress.read(work) if each.loss is not None}
    return [told[step] for step in sorted(told)]


@pytest.fixture
def preferring(teaching: TeachingSettings) -> TeachingSettings:
    return replace(teaching, epochs=1, at_once=2, learning_rate=2e-3)


@pytest.fixture
def parent(tmp_path: Path, teaching: TeachingSettings, base: Base) -> Path:
    work = tmp_path / "taught before"
    return Path(sft.train_sft(rows(8), replace(teaching, epochs=1), base, place(work)))


def gone_on_from(parent: Path, base: Base) -> Base:
    return replace(base, parent=adapters.read(parent, base.name))


def test_the_chosen_reply_is_preferred_from_where_the_adapter_stood(
    parent: Path, tmp_path: Path, preferring: TeachingSettings, base: Base
) -> None:
    here = gone_on_from(parent, base)
    made = dpo.train_dpo(pairs(), preferring, here, place(tmp_path / "work"))
    first, *_, last = losses(tmp_path / "work")
    assert first == pytest.approx(0.6931, abs=1e-3)  # -log(1/2): it begins at the reference itself
    assert last < first
    assert {path.name for path in made.iterdir()} == {adapters.CONFIG, adapters.WEIGHTS}
    before, after = here.parent, adapters.read(made, base.name)
    assert before
    assert before.tensors.keys() == after.tensors.keys()
    moved = [float((after.tensors[name] - before.tensors[name]).norm()) for name in after.tensors]
    assert max(moved) > 0
    whole = torch.cat([tensor.flatten() for tensor in before.tensors.values()]).norm()
    assert sum(moved) < whole  # changed, not begun anew


def test_without_an_adapter_it_begins_at_the_base(
    tmp_path: Path, preferring: TeachingSettings, base: Base
) -> None:
    made = dpo.train_dpo(pairs(16), preferring, base, place(tmp_path))
    assert adapters.read(made, base.name).rank == preferring.rank
    assert losses(tmp_path)[0] == pytest.approx(0.6931, abs=1e-3)


def test_a_killed_training_goes_on_against_the_same_reference(
    parent: Path, tmp_path: Path, preferring: TeachingSettings, base: Base
) -> None:
    class Fatal(Progress):
        def tell(self, step: Step) -> None:
            super().tell(step)
            if step.step == 2:
                os.kill(os.getpid(), signal.SIGKILL)

    here = gone_on_from(parent, base)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    child = os.fork()
    if child == 0:
        dpo.train_dpo(pairs(), preferring, here, Place(broken, Fatal(broken)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    dpo.train_dpo(pairs(), preferring, here, place(broken))
    dpo.train_dpo(pairs(), preferring, here, place(whole))
    assert any("Going on" in each.message for each in Progress.read(broken))
    assert losses(broken) == pytest.approx(losses(whole), abs=1e-4)


def test_an_adapter_whose_weights_fit_another_base_is_refused(
    parent: Path, tmp_path: Path, preferring: TeachingSettings, base: Base
) -> None:
    read = adapters.read(parent, base.name)
    name, tensor = next(iter(read.tensors.items()))
    missing = {key: each for key, each in read.tensors.items() if key != name}
    for wrong in (missing, {**read.tensors, name: tensor[:, :-1]}):
        here = replace(base, parent=replace(read, tensors=wrong))
        with pytest.raises(EngineUnavailable, match="don't fit this base model"):
            dpo.train_dpo(pairs(8), preferring, here, place(tmp_path / str(len(wrong))))


def test_pairs_reach_the_trainer_as_they_are() -> None:
    made: Any = dpo.columns(pairs(1))
    assert made[0] == {
        "prompt_ids": list(pairs(1)[0].prompt),
        "chosen_ids": [36],
        "rejected_ids": [37],
    }
