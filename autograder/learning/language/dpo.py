"""``learn dpo``: the language model learns to prefer what the teacher gave (arXiv 2305.18290)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from peft import PeftModel
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from autograder.learning.language.order import in_steps
from autograder.learning.language.presets import DPO, TeachingSettings
from autograder.learning.language.rows import Pair
from autograder.learning.language.teaching import Base, Place, fitting, teach


def train_dpo(pairs: Sequence[Pair], settings: TeachingSettings, base: Base, place: Place) -> Path:
    """Teaches to prefer each pair's chosen reply over the other, not far from where it began.

    That is the parent adapter or, without one, the base. See ``teach`` for the folder and errors.
    """
    kept = fitting(pairs, settings, place.progress)
    ordered = in_steps([kept], settings.batch, settings.epochs, settings.seed)

    def trainer(model: PeftModel, tokenizer: Any, rows: Dataset, shared: dict[str, Any]) -> Any:
        arguments = DPOConfig(**shared, beta=settings.beta, loss_type=["sigmoid"])
        return _Preferences(
            model=model, processing_class=tokenizer, train_dataset=rows, args=arguments
        )

    return teach(DPO, ordered, columns, trainer, base, settings, place)


def columns(pairs: Sequence[Pair]) -> Dataset:
    """Pairs as the trainer's collator reads them."""
    return Dataset.from_dict(
        {
            "prompt_ids": [[*pair.prompt] for pair in pairs],
            "chosen_ids": [[*pair.chosen] for pair in pairs],
            "rejected_ids": [[*pair.rejected] for pair in pairs],
        }
    )


class _Preferences(DPOTrainer):
    """Takes pairs in tokens as they are: encoded anew they would not be what grading asks."""

    def _prepare_dataset(self, dataset: Dataset, *_: Any, **__: Any) -> Dataset:
        return dataset
