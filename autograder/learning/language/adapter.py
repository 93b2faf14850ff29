"""The LoRA matrices that learn: put on a base model, and written to a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict
from transformers import set_seed

from autograder.domain.errors import EngineUnavailable
from autograder.learning.language.presets import TeachingSettings

LEARNING = "default"
"""The name of the adapter that learns; TRL's DPO expects this one."""
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


class Parent(Protocol):
    """An adapter that was read and checked, to go on from."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def rank(self) -> int: ...  # noqa: D102
    @property
    def alpha(self) -> int: ...  # noqa: D102
    @property
    def targets(self) -> tuple[str, ...] | str: ...  # noqa: D102
    @property
    def rank_stabilised(self) -> bool: ...  # noqa: D102
    @property
    def tensors(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def sha(self) -> str: ...  # noqa: D102


def put_on(base: Any, settings: TeachingSettings, parent: Parent | None) -> PeftModel:
    """The base with matrices that can learn: the parent's, or new ones that change nothing yet.

    EngineUnavailable: the parent doesn't fit this base.
    """
    set_seed(settings.seed)
    if parent is None:
        lora = _lora(settings, settings.rank, settings.alpha, "all-linear", False)
        return _trainable(get_peft_model(base, lora, adapter_name=LEARNING))
    targets = parent.targets if isinstance(parent.targets, str) else list(parent.targets)
    lora = _lora(settings, parent.rank, parent.alpha, targets, parent.rank_stabilised)
    try:
        model = get_peft_model(base, lora, adapter_name=LEARNING)
        loaded: Any = set_peft_model_state_dict(model, dict(parent.tensors), adapter_name=LEARNING)
    except (ValueError, RuntimeError, KeyError) as error:
        raise _unfit(parent) from error
    missing = [key for key in loaded.missing_keys if f".{LEARNING}." in key]
    if missing or loaded.unexpected_keys:
        raise _unfit(parent)
    return _trainable(model)


def keep_exact(model: torch.nn.Module) -> None:
    """Learns in 32 bits.

    TRL turns what learns into bf16 on a quantised base: steps smaller than bf16 can tell are lost
    then, and fp16's loss scaling (T4) can't work on it at all.
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def write(model: PeftModel, folder: Path, base: str) -> Path:
    """Writes the adapter's two files, and nothing else, to ``folder`` in one piece."""
    half = folder.with_name(f".{folder.name}")
    shutil.rmtree(half, ignore_errors=True)
    model.save_pretrained(str(half), selected_adapters=[LEARNING])
    for path in half.iterdir():
        if path.name not in (CONFIG, WEIGHTS):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    config = json.loads((half / CONFIG).read_bytes())
    config["base_model_name_or_path"] = base  # not where this machine keeps it
    if not isinstance(config["target_modules"], str):
        config["target_modules"].sort()  # a set to PEFT: the same training gives the same file
    (half / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    return half.rename(folder)


def _trainable(model: Any) -> PeftModel:
    model.set_adapter(LEARNING)
    return model  # type: ignore[no-any-return]


def _lora(
    settings: TeachingSettings, rank: int, alpha: int, targets: list[str] | str, stabilised: bool
) -> LoraConfig:
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=rank,
        lora_alpha=alpha,
        lora_dropout=settings.dropout,
        target_modules=targets,
        use_rslora=stabilised,
    )


def _unfit(parent: Parent) -> EngineUnavailable:
    return EngineUnavailable(
        f"The adapter “{parent.name}” can't be gone on from: its weights don't fit this base "
        "model. Choose the base that it was made for, or begin without it."
    )
