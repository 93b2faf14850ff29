"""What a drafting model has learned: LoRA matrices in a folder, with what they were taught with."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from autograder.domain.errors import EngineUnavailable
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.prompt import VERSION
from autograder.learning.drafting.settings import SEQ2SEQ, DraftingSettings

WEIGHTS = "adapter_model.safetensors"
MADE = "drafting.json"


@dataclass(frozen=True, slots=True)
class Made:
    """``drafting.json``: all that is needed to write with the weights beside it."""

    kind: str
    prompt: str
    passages: bool
    """Whether the textbook's passages were in the prompts."""
    answer_tokens: int
    rank: int
    targets: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> Made:
        """EngineUnavailable: missing or damaged, or taught with another prompt."""
        try:
            told = json.loads((folder / MADE).read_bytes())
            made = cls(**{**told, "targets": tuple(map(str, told["targets"]))})
            sound = 0 < int(made.rank) <= 512 and 0 < int(made.answer_tokens) <= 4096
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(folder) from error
        if not sound:
            raise _damaged(folder)
        if made.prompt != VERSION:
            raise EngineUnavailable(
                f"The drafting model {folder.name} was taught for another version of AutoGrader. "
                "Teach it again with “learn generate”."
            )
        return made


def new(base: Base, settings: DraftingSettings) -> Any:
    """The base with matrices on all its linear layers that can learn and change nothing yet."""
    from peft import prepare_model_for_kbit_training
    from transformers import set_seed

    set_seed(settings.seed)
    prepare: Any = prepare_model_for_kbit_training
    model = prepare(base.model) if base.four_bit else base.model
    return _with_matrices(model, base.kind, settings.rank, "all-linear", settings.dropout)


def write(model: Any, kind: str, settings: DraftingSettings, passages: bool, folder: Path) -> Path:
    """Writes the weights and ``drafting.json`` to ``folder`` in one piece."""
    half = folder.with_name(f".{folder.name}")
    shutil.rmtree(half, ignore_errors=True)
    model.save_pretrained(str(half))
    for path in half.iterdir():
        if path.name != WEIGHTS:  # PEFT's config names this machine's folders, its card is empty
            path.unlink()
    targets = tuple(sorted(model.peft_config["default"].target_modules))
    made = Made(kind, VERSION, passages, settings.answer_tokens, settings.rank, targets)
    (half / MADE).write_text(json.dumps(asdict(made), indent=1) + "\n", "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    return half.rename(folder)


def put_on(base: Base, folder: Path, made: Made) -> Any:
    """The base with the matrices in ``folder``. EngineUnavailable: damaged, or of another base."""
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    try:
        tensors = load_file(str(folder / WEIGHTS), device="cpu")
        model = _with_matrices(base.model, base.kind, made.rank, list(made.targets), 0.0)
        loaded: Any = set_peft_model_state_dict(model, tensors)
    except torch.OutOfMemoryError as error:
        raise EngineUnavailable(
            "The GPU's memory is too small for the drafting model beside what is loaded."
        ) from error
    except Exception as error:  # files and another base's shapes raise anything
        raise _unfit(folder, base) from error
    missing = [key for key in loaded.missing_keys if "lora_" in key]
    if missing or loaded.unexpected_keys or made.kind != base.kind:
        raise _unfit(folder, base)
    return model.train(False)


def _with_matrices(
    model: Any, kind: str, rank: int, targets: list[str] | str, dropout: float
) -> Any:
    from peft import LoraConfig, get_peft_model

    return get_peft_model(
        model,
        LoraConfig(
            r=rank,
            lora_alpha=2 * rank,
            lora_dropout=dropout,
            target_modules=targets,
            task_type="SEQ_2_SEQ_LM" if kind == SEQ2SEQ else "CAUSAL_LM",
            fan_in_fan_out=model.config.model_type == "gpt2",  # its layers are stored sideways
        ),
    )


def _damaged(folder: Path) -> EngineUnavailable:
    return EngineUnavailable(f"The drafting model {folder.name} is damaged: {MADE} can't be used.")


def _unfit(folder: Path, base: Base) -> EngineUnavailable:
    name = Path(base.tokenizer.name_or_path).name
    return EngineUnavailable(
        f"The drafting model {folder.name} is damaged, or was made for another base than {name}."
    )
