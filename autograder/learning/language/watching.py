"""Tells how a training goes while it runs: its loss, and how well it would mark by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from autograder.learning.language.mishaps import told_loss
from autograder.learning.progress import Progress, Step

Agreement = Callable[[Any], float | None]
"""The model as it is now to its QWK on held-out answers; None where that can't be told."""
TENSORBOARD = "tensorboard"


class Watch(TrainerCallback):
    """Writes a line a step to the progress and to TensorBoard's log in the work folder."""

    def __init__(
        self, model: Any, progress: Progress, work: Path, looks: int, agreement: Agreement | None
    ) -> None:
        self._model = model
        self._progress = progress
        self._folder = work / TENSORBOARD
        self._looks = looks
        self._agreement = agreement
        self._board: SummaryWriter | None = None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Says where it begins, which is where the curve of agreement starts."""
        self._board = SummaryWriter(str(self._folder), purge_step=state.global_step + 1)
        message = "Going on from where it was." if state.global_step else ""
        qwk = None if state.global_step else self._qwk()
        self._tell(Step(state.global_step, state.max_steps, qwk=qwk, message=message), {})

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """After each step; the summary at the end has no loss of its own."""
        loss = told_loss(logs, state.global_step, "The grader at work is as it was.")
        if logs is None or loss is None:
            return
        due = _due(state.global_step, state.max_steps, self._looks)
        qwk = self._qwk() if due else None
        self._tell(Step(state.global_step, state.max_steps, loss=loss, qwk=qwk), logs)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Closes the log."""
        if self._board:
            self._board.close()

    def _qwk(self) -> float | None:
        if self._agreement is None:
            return None
        training = self._model.training
        self._model.eval()
        try:
            return self._agreement(self._model)
        finally:
            self._model.train(training)

    def _tell(self, step: Step, logs: Mapping[str, Any]) -> None:
        self._progress.tell(step)
        figures = {name: each for name, each in logs.items() if isinstance(each, int | float)}
        if step.qwk is not None:
            figures["held-out QWK"] = step.qwk
        for name, figure in figures.items():
            assert self._board
            self._board.add_scalar(name, figure, step.step)


def _due(step: int, last: int, looks: int) -> bool:
    return step == last or step % max(1, last // max(1, looks)) == 0
