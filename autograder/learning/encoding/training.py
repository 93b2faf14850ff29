"""The loop in which a small network learns: checkpoints, progress, the best state kept."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch

from autograder.domain.errors import EngineFailed, StorageFailed
from autograder.learning.progress import Progress, Step

Row = TypeVar("Row")
TOLD_EVERY = 5.0
KEPT_EVERY = 30.0
"""Seconds between two lines of progress, and between two checkpoints."""
TORN = "the disk is full"
"""What torch means by the RuntimeError that it raises while it writes a file."""
WARM = 0.1
"""Share of the steps in which the rate rises to its height."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast to learn: ``rate`` at its highest, falling to nothing at the end."""

    epochs: int
    rate: float
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Judged:
    """How well the network reads answers that it doesn't learn from: the ``loss`` chooses the
    epoch, ``qwk`` is for people to see and chooses nothing."""

    loss: float
    qwk: float | None


@dataclass(frozen=True)
class Training(Generic[Row]):
    """``batches`` gives those of an epoch, always the same; ``loss`` is the mean over a batch.

    ``name`` tells apart trainings of other rows or settings in the same folder ``work``: those
    begin anew.
    """

    network: torch.nn.Module
    batches: Callable[[random.Random], Iterator[Sequence[Row]]]
    loss: Callable[[Sequence[Row]], torch.Tensor]
    judge: Callable[[], Judged]
    pace: Pace
    work: Path
    progress: Progress
    name: str

    def run(self) -> Judged:
        """Trains, or goes on where it was, and leaves the network in its best state.

        The best epoch may be none at all: then the network stays as it was.
        EngineFailed: out of memory. StorageFailed: out of disk.
        """
        with _in_words():
            return self._run()

    def _run(self) -> Judged:
        trained = [each for each in self.network.parameters() if each.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=self.pace.rate, weight_decay=0.01)
        epochs = [list(self.batches(self._chance(epoch))) for epoch in range(self.pace.epochs)]
        steps = [batch for epoch in epochs for batch in epoch]
        ends = {sum(map(len, epochs[: index + 1])) for index in range(len(epochs))}
        torch.manual_seed(self.pace.seed)
        at, best = self._resumed(optimizer)
        if best is None:
            best = self._judged(0, len(steps), None, None)
        told = kept = time.monotonic()
        losses: list[float] = []
        for step in range(at + 1, len(steps) + 1):
            self.network.train()
            _set_rate(optimizer, self.pace.rate * _share_of_rate(step, len(steps)))
            losses.append(self._step(steps[step - 1], optimizer, trained))
            if step in ends:
                best = self._judged(step, len(steps), best, _mean(losses))
            elif time.monotonic() - told > TOLD_EVERY:
                self.progress.tell(Step(step, len(steps), loss=_mean(losses)))
            else:
                continue
            told, losses = time.monotonic(), []
            if step in ends or told - kept > KEPT_EVERY:
                self._keep(step, best, optimizer)
                kept = time.monotonic()
        _load(self.network, self.work / "best.pt")
        return best

    def _chance(self, epoch: int) -> random.Random:
        return random.Random(f"{self.pace.seed}-{epoch}")  # noqa: S311 (an order, no secret)

    def _step(
        self, batch: Sequence[Row], optimizer: torch.optim.Optimizer, trained: list[Any]
    ) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = self._backward(batch, 1.0, optimizer)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        return loss

    def _backward(
        self, batch: Sequence[Row], share: float, optimizer: torch.optim.Optimizer
    ) -> float:
        """Where the memory is too small for a batch, half of it is read at a time."""
        try:
            loss = self.loss(batch)
            torch.autograd.backward(loss * share)
            return loss.item()
        except (RuntimeError, MemoryError) as error:
            if not _is_memory(error) or len(batch) < 2 or share < 1.0:
                raise
        optimizer.zero_grad(set_to_none=True)
        found = 0.0
        for row in batch:
            found += self._backward([row], 1 / len(batch), optimizer) / len(batch)
        return found

    def _judged(self, step: int, of: int, best: Judged | None, loss: float | None) -> Judged:
        self.network.eval()
        with torch.no_grad():
            found = self.judge()
        better = best is None or found.loss < best.loss
        if better:
            _save(self.network.state_dict(), self.work / "best.pt")
        self.progress.tell(Step(step, of, loss=loss, qwk=found.qwk))
        return found if better or best is None else best

    # What a kill leaves to go on from

    def _keep(self, step: int, best: Judged, optimizer: torch.optim.Optimizer) -> None:
        state = {
            "name": self.name,
            "step": step,
            "best": [best.loss, best.qwk],
            "network": self.network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "chance": torch.get_rng_state(),
        }
        _save(state, self.work / "state.pt")

    def _resumed(self, optimizer: torch.optim.Optimizer) -> tuple[int, Judged | None]:
        state = _read(self.work / "state.pt")
        if state is None or state["name"] != self.name or not (self.work / "best.pt").exists():
            return 0, None
        self.network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["chance"])
        return state["step"], Judged(*state["best"])


def name_of(*told: object) -> str:
    """Names a training by all that decides it."""
    return hashlib.sha256(json.dumps(told, default=repr).encode()).hexdigest()


def _share_of_rate(step: int, steps: int) -> float:
    rising = step / max(1.0, WARM * steps)
    return min(1.0, rising) * max(0.02, 1 - (step - 1) / steps)


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _mean(losses: Sequence[float]) -> float | None:
    return math.fsum(losses) / len(losses) if losses else None


def _save(state: Mapping[str, Any], file: Path) -> None:
    """Writes it whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".writing")
    try:
        torch.save(state, temporary)
        temporary.replace(file)
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else TORN
        raise StorageFailed(
            f"The training's state can't be kept in {file.parent}: {why}. Make room there and "
            "start the training again: it goes on where it was last kept."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        return state
    except FileNotFoundError:
        return None


def _load(network: torch.nn.Module, file: Path) -> None:
    network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _is_memory(error):
            raise
        raise EngineFailed(
            "The memory is too small to train this network, even one answer at a time. Close other "
            "programs, choose a smaller model or shorter windows, and start the training again: "
            "it goes on where it was."
        ) from error


def _is_memory(error: BaseException) -> bool:
    told = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in told or "allocate" in told
