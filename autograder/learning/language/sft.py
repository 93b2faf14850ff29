"""``learn sft``: the language model learns the labels that the teacher would give, and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from peft import PeftModel
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from autograder.domain.errors import InvalidInput
from autograder.learning.language.order import by_kind, in_steps
from autograder.learning.language.presets import SFT, TeachingSettings
from autograder.learning.language.rows import LABEL, Row
from autograder.learning.language.teaching import Base, Place, fitting, teach

IGNORED = -100  # no loss: torch's cross-entropy leaves these places out


def train_sft(rows: Sequence[Row], settings: TeachingSettings, base: Base, place: Place) -> Path:
    """Teaches the rows' replies, and their replies only; see ``teach`` for the folder and errors.

    InvalidInput: no rows, or all labels the same.
    """
    kept = fitting(rows, settings, place.progress)
    if len({row.reply for row in kept if row.kind == LABEL}) < 2:
        raise InvalidInput(
            "All examples have the same mark: nothing can be learned from them. Mark answers of "
            "different worth first."
        )
    ordered = in_steps(by_kind(kept), settings.batch, settings.epochs, settings.seed)
    return teach(SFT, ordered, columns, _trainer, base, settings, place)


def columns(rows: Sequence[Row]) -> Dataset:
    """Rows as the trainer reads them: whole sequences, of which only the reply counts."""
    return Dataset.from_dict(
        {
            "input_ids": [[*row.prompt, *row.reply] for row in rows],
            "labels": [[IGNORED] * len(row.prompt) + [*row.reply] for row in rows],
        }
    )


def _trainer(model: PeftModel, tokenizer: Any, rows: Dataset, shared: dict[str, Any]) -> SFTTrainer:
    # Prepared here: the trainer would encode the prompt in one piece, which gives other tokens
    # than grading's pieces.
    arguments = SFTConfig(**shared, packing=False, dataset_kwargs={"skip_prepare_dataset": True})
    return SFTTrainer(model=model, processing_class=tokenizer, train_dataset=rows, args=arguments)
