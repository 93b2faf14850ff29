"""An adapter merged into its base: one model for servers that know no adapters.

Only ever into a base in 16 bits or more. Merged into 4 bits the weights are rounded again, and what
the adapter learned is partly lost: cosine 0.98 with the logits of base and adapter, by measurement.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from autograder.domain.errors import EngineFailed, EngineUnavailable, InvalidInput, StorageFailed
from autograder.domain.learned import LORA, LearnedModel
from autograder.learning.registry import disk, model_card
from autograder.learning.registry.contents import CARD, MANIFEST
from autograder.learning.registry.registry import Registry

ROOM = 1.1
"""Times the base's size: what writing the merged model takes."""
SHARD = "4GB"


def merge(
    registry: Registry, model_id: str, base: Path, out: Path, tell: Callable[[str], None]
) -> Path:
    """Writes base and adapter as one model into the new folder ``out``, whole or not at all.

    NotFound; InvalidInput: it is no adapter, ``out`` is there already; EngineUnavailable: it is
    damaged, or the base is another one or quantised; EngineFailed: too little memory, or numbers
    that are none; StorageFailed.
    """
    model = registry.get(model_id)
    if model.kind != LORA:
        raise InvalidInput(f"{model_id} is no adapter: it stands by itself already.")
    if out.exists():
        raise InvalidInput(f"{out} is there already. Name a folder that isn't.")
    registry.verify(model_id)
    _check_base(base, model)
    _check_room(base, out)
    beside = out.with_name(f".{out.name}.{uuid4().hex}")
    with disk.told_plainly(out.parent):
        try:
            _write(registry.path(model_id), base, beside, tell)
            (beside / CARD).write_text(_card(model), "utf-8")
            shutil.copyfile(registry.path(model_id) / MANIFEST, beside / "adapter_manifest.json")
            for path in beside.iterdir():
                with path.open("rb+") as file:
                    disk.flush(file)
            beside.rename(out)
            disk.settle(out.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return out


def _check_base(base: Path, model: LearnedModel) -> None:
    try:
        config = json.loads((base / "config.json").read_bytes())
    except (OSError, ValueError) as error:
        raise EngineUnavailable(
            f"The base {model.base} is not in {base}. Fetch it in 16 bits and name its folder."
        ) from error
    if config.get("quantization_config"):
        raise EngineUnavailable(
            f"The base in {base} is quantised, and what the adapter learned would be rounded away. "
            "Name a folder with the same base in 16 bits."
        )


def _check_room(base: Path, out: Path) -> None:
    size = sum(path.stat().st_size for path in base.glob("*.safetensors"))
    if not out.parent.is_dir():
        raise InvalidInput(f"{out.parent} is not there: name a folder in one that is.")
    free = shutil.disk_usage(out.parent).free
    if free < ROOM * size:
        raise StorageFailed(
            f"The merged model needs {ROOM * size / 1e9:.1f} GB and {out.parent} has "
            f"{free / 1e9:.1f} GB free. Make room, or name a folder on another disk."
        )


def _write(adapter: Path, base: Path, target: Path, tell: Callable[[str], None]) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tell("Loading the base in 16 bits")
        model: Any = AutoModelForCausalLM.from_pretrained(
            str(base), dtype=_numbers(base), local_files_only=True, use_safetensors=True
        )
        tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
        tell("Merging")
        merged = _merged(model, adapter)
        tell("Writing")
        merged.save_pretrained(str(target), max_shard_size=SHARD)
        tokenizer.save_pretrained(str(target))
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise EngineFailed(
            "There was not enough memory to merge. Close other programs; the whole base has to "
            "fit into the main memory in 16 bits."
        ) from error


def _numbers(base: Path) -> Any:
    """The base's own 16-bit numbers; fp32 stays what it is."""
    import torch

    config = json.loads((base / "config.json").read_bytes())
    named = str(config.get("dtype") or config.get("torch_dtype") or "float16")
    known = {"bfloat16": torch.bfloat16, "float32": torch.float32}
    return known.get(named.removeprefix("torch."), torch.float16)


def _merged(model: Any, adapter: Path) -> Any:
    """Base and adapter as one. Every weight of the adapter has its place, or it is another base."""
    from peft import PeftConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load_file

    try:
        worn = get_peft_model(model, PeftConfig.from_pretrained(str(adapter)))
        weights = load_file(str(adapter / "adapter_model.safetensors"))
        result: Any = set_peft_model_state_dict(worn, weights)
    except (ValueError, RuntimeError, KeyError) as error:
        raise _unfit(adapter) from error
    if result.unexpected_keys or [key for key in result.missing_keys if "lora_" in key]:
        raise _unfit(adapter)
    try:
        return worn.merge_and_unload(safe_merge=True)
    except ValueError as error:  # what safe_merge says of numbers that are none
        raise EngineFailed(
            f"Merging {adapter.name} gives numbers that are none: it is damaged, or its base is."
        ) from error


def _unfit(adapter: Path) -> EngineUnavailable:
    return EngineUnavailable(f"{adapter.name} doesn't fit this base: it was made for another one.")


def _card(model: LearnedModel) -> str:
    told = (
        f"Merged into its base in full precision from the adapter `{model.id}`, whose card follows."
    )
    return model_card.card(model).replace(f"# {model.id}\n", f"# {model.id}, merged\n\n{told}\n", 1)
