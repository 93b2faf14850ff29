"""A training from its first step, or from where a kill left it, to the finished folder."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import PeftModel
from transformers import PrinterCallback

from autograder.domain.errors import EngineFailed, InvalidInput
from autograder.learning.language import adapter, checkpoints
from autograder.learning.language.adapter import Parent
from autograder.learning.language.mishaps import full_disk_told, out_of_memory
from autograder.learning.language.presets import TeachingSettings
from autograder.learning.language.rows import Taught, fingerprint, within
from autograder.learning.language.watching import Agreement, Watch
from autograder.learning.progress import Progress, Step

FINISHED = "adapter"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Base:
    """The model to teach. ``load`` gives it in 4 bits with its tokenizer, anew at each call."""

    name: str
    load: Callable[[], tuple[Any, Any]]
    on_cpu: bool
    parent: Parent | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a training works, and who hears of it."""

    work: Path
    progress: Progress
    agreement: Agreement | None = None


MakeTrainer = Callable[[PeftModel, Any, Dataset, dict[str, Any]], Any]
"""A trainer from model, tokenizer, rows and the arguments that all trainings share."""


def teach(
    method: str,
    taught: Sequence[Taught],
    columns: Callable[[Sequence[Taught]], Dataset],
    make: MakeTrainer,
    base: Base,
    settings: TeachingSettings,
    place: Place,
) -> Path:
    """Teaches rows that stand in their order, ``settings.batch`` a step.

    Gives a folder of ``adapter_config.json`` and ``adapter_model.safetensors``. Called again with
    the same ``place.work`` it goes on from the last checkpoint. EngineFailed: out of memory even
    with one row; StorageFailed: the disk is full; InvalidInput: the folder holds another training.
    """
    sha = base.parent.sha if base.parent else ""
    named = fingerprint(taught, method, base.name, sha, replace(settings, at_once=1))
    with full_disk_told(place.work), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # transformers' own calls of its old names
        checkpoints.claim(place.work, named)
        finished = place.work / FINISHED
        if finished.is_dir():
            return finished
        rows = columns(taught)
        while not (done := _attempt(rows, make, base, settings, place, finished)):
            settings = _smaller(settings, place)
        checkpoints.forget(place.work)
        return done


def fitting(
    taught: Sequence[Taught], settings: TeachingSettings, progress: Progress
) -> list[Taught]:
    """The rows that are not too long; the others are named. InvalidInput: none is left."""
    kept, left_out = within(taught, settings.longest)
    if left_out:
        some = "; ".join(left_out[:MOST_NAMED]) + (" …" if len(left_out) > MOST_NAMED else "")
        progress.tell(
            Step(0, 0, message=f"Left out, being longer than {settings.longest} tokens: {some}")
        )
    if not kept:
        raise InvalidInput(
            "There is nothing to learn from: no marked answer is left that fits. Mark some "
            "answers first, or allow longer ones."
        )
    return kept


def shared_arguments(settings: TeachingSettings, base: Base, work: Path) -> dict[str, Any]:
    """What both trainers are told; the rows come in their order, so no sampler draws any."""
    divisors = range(1, min(settings.at_once, settings.batch) + 1)
    at_once = max(each for each in divisors if settings.batch % each == 0)
    return {
        "output_dir": str(work / checkpoints.FOLDER),
        "per_device_train_batch_size": at_once,
        "gradient_accumulation_steps": settings.batch // at_once,
        "num_train_epochs": 1,
        "train_sampling_strategy": "sequential",
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.03,
        "max_grad_norm": 0.3,
        "optim": "adamw_torch",
        "seed": settings.seed,
        "bf16": settings.numbers == "bf16",
        "fp16": settings.numbers == "fp16",
        "use_cpu": base.on_cpu,
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        "max_length": None,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "steps",
        "save_total_limit": checkpoints.KEPT,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": not base.on_cpu,
    }


def _attempt(
    rows: Dataset,
    make: MakeTrainer,
    base: Base,
    settings: TeachingSettings,
    place: Place,
    finished: Path,
) -> Path | None:
    """The finished folder; None where memory didn't do."""
    arguments = shared_arguments(settings, base, place.work)
    arguments["save_steps"] = max(1, len(rows) // settings.batch // settings.saves)
    try:
        loaded, tokenizer = base.load()
        model = adapter.put_on(loaded, settings, base.parent)
        trainer = make(model, tokenizer, rows, arguments)
        adapter.keep_exact(trainer.model)
        watch = Watch(model, place.progress, place.work, settings.looks, place.agreement)
        trainer.add_callback(watch)
        trainer.remove_callback(PrinterCallback)  # the watch tells all
        begun = checkpoints.newest(place.work)
        trainer.train(resume_from_checkpoint=str(begun) if begun else None)
        return adapter.write(model, finished, base.name)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
    return None


def _smaller(settings: TeachingSettings, place: Place) -> TeachingSettings:
    """Half as many rows at once. What failed is let go of first: its frames hold the memory."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if settings.at_once == 1:
        raise EngineFailed(
            "The memory is too small for this training, even with one answer at a time. Close "
            "other programs, choose a smaller base model, or allow fewer tokens (--longest)."
        )
    half = settings.at_once // 2
    place.progress.tell(Step(0, 0, message=f"Memory was short: going on with {half} at once."))
    return replace(settings, at_once=half)
