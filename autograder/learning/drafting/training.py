"""``learn generate``: a pretrained model learns to answer the course's questions."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from transformers import (
    DataCollatorForSeq2Seq,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from autograder.domain.errors import EngineFailed, InvalidInput
from autograder.learning.drafting import adapter
from autograder.learning.drafting.base import Base, device, precision
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.prompt import Prompt
from autograder.learning.drafting.rows import IGNORED, Rows, tokenised
from autograder.learning.drafting.settings import DraftingSettings
from autograder.learning.language import checkpoints
from autograder.learning.language.adapter import keep_exact
from autograder.learning.language.mishaps import full_disk_told, out_of_memory, told_loss
from autograder.learning.language.rows import fingerprint
from autograder.learning.progress import Progress, Step

FINISHED = "drafter"


def train_drafts(
    questions: Sequence[CourseQuestion],
    settings: DraftingSettings,
    folder: Path,
    work: Path,
    progress: Progress,
) -> Path:
    """Teaches the base in ``folder`` and gives the finished folder, see ``adapter``.

    Called again with the same ``work`` after a kill, it goes on from the last whole checkpoint.
    InvalidInput: nothing to learn from, or ``work`` holds another training; EngineFailed: out of
    memory even with one row; StorageFailed: the disk is full.
    """
    taught = [asdict(each) for each in questions]
    with full_disk_told(work):
        checkpoints.claim(work, fingerprint((), taught, asdict(settings), folder.name))
        finished = work / FINISHED
        if finished.is_dir():
            return finished
        passages = any(each.passage for each in questions)
        at_once = settings.batch
        while not _attempt(questions, settings, at_once, folder, work, progress, passages):
            at_once = _fewer(at_once, progress)
        checkpoints.forget(work)
        return finished


def _attempt(
    questions: Sequence[CourseQuestion],
    settings: DraftingSettings,
    at_once: int,
    folder: Path,
    work: Path,
    progress: Progress,
    passages: bool,
) -> bool:
    """Whether it was taught to its end; not where memory didn't do."""
    try:
        base = Base.load(folder, settings.kind)
        rows = _kept(tokenised(questions, Prompt(base.tokenizer, base.kind), settings), progress)
        model = adapter.new(base, settings)
        keep_exact(model)
        base.tokenizer.padding_side = "right"
        trainer = Trainer(
            model=model,
            args=_arguments(settings, at_once, work),
            train_dataset=rows,
            data_collator=DataCollatorForSeq2Seq(base.tokenizer, label_pad_token_id=IGNORED),
            callbacks=[_Telling(progress)],
        )
        trainer.remove_callback(PrinterCallback)
        begun = checkpoints.newest(work)
        trainer.train(resume_from_checkpoint=str(begun) if begun else None)
        adapter.write(model, base.kind, settings, passages, work / FINISHED)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        return False
    return True


def _kept(rows: Rows, progress: Progress) -> list[dict[str, list[int]]]:
    for reason in rows.too_long:
        progress.tell(Step(0, 0, message=reason))
    if not rows.rows:
        raise InvalidInput(
            "There is nothing to learn from: no question has an answer that fits. Give questions "
            "with their answers, or reference answers, or answers with full marks."
        )
    return rows.rows


def _fewer(at_once: int, progress: Progress) -> int:
    """Half as many rows at once. What failed is let go of first: its frames hold the memory."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if at_once == 1:
        raise EngineFailed(
            "The memory is too small for this training, even with one answer at a time. Close "
            "other programs, or choose a smaller base model."
        )
    progress.tell(Step(0, 0, message=f"Memory was short: going on with {at_once // 2} at once."))
    return at_once // 2


def _arguments(settings: DraftingSettings, at_once: int, work: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(work / checkpoints.FOLDER),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=settings.batch // at_once,
        learning_rate=settings.rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.05,  # below 1: a share of all steps
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=checkpoints.KEPT,
        seed=settings.seed,
        use_cpu=device() == "cpu",
        bf16=precision() == torch.bfloat16,
        fp16=precision() == torch.float16,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=device() != "cpu",
        remove_unused_columns=False,
    )


class _Telling(TrainerCallback):
    """Tells each step and its loss."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """After each step; the summary at the end has no loss of its own."""
        loss = told_loss(logs, state.global_step)
        if loss is not None:
            self._progress.tell(Step(state.global_step, state.max_steps, loss))
