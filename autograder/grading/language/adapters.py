"""A LoRA adapter's folder, read without trusting it.

Only ``adapter_config.json`` and ``adapter_model.safetensors`` are ever opened, each once, and
nothing in the folder is handed to a library that would look for more: no pickles, no code, no
tokenizer or chat template of its own. A ``SHA256SUMS`` beside them is checked where there is one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.domain.errors import EngineUnavailable

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
SUMS = "SHA256SUMS"
UNSAFE = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".py", ".so", ".dll", ".msgpack"}
UNDERSTOOD = {
    "peft_type",
    "task_type",
    "r",
    "lora_alpha",
    "lora_dropout",
    "target_modules",
    "base_model_name_or_path",
    "use_rslora",
}
HARMLESS: Mapping[str, object] = {  # what PEFT writes without being asked; nothing of it is used
    "bias": "none",
    "init_lora_weights": True,
    "inference_mode": True,
    "megatron_core": "megatron.core",
    "qalora_group_size": 16,
}
WORDS = {"embed_tokens", "wte", "wpe", "lm_head", "embed_out"}
"""Layers that hold the vocabulary: labels are read there, so no adapter changes them."""
MATRIX = (".lora_A.weight", ".lora_B.weight")
"""How the name of every weight must end: any other one would be written into the base itself."""
MOST_BYTES = 4_000_000_000
HIGHEST_RANK = 512
LARGEST_NORM = 1e4  # of one matrix; trained adapters stay below 100


@dataclass(frozen=True, slots=True)
class Adapter:
    """What an adapter folder holds, checked. ``tensors`` maps PEFT's names to torch tensors."""

    name: str
    rank: int
    alpha: int
    targets: tuple[str, ...] | str
    rank_stabilised: bool
    tensors: Mapping[str, Any]
    sha: str


def read(folder: Path, base: str) -> Adapter:
    """Reads the adapter in ``folder`` for the base model ``base``.

    EngineUnavailable: it is missing, damaged, unsafe, or made for another base.
    """
    _check_folder(folder)
    config_bytes, weights = (_content(folder, name) for name in (CONFIG, WEIGHTS))
    config = _config(folder, config_bytes, base)
    targets = config["target_modules"]
    return Adapter(
        name=folder.name,
        rank=config["r"],
        alpha=config["lora_alpha"],
        targets=targets if isinstance(targets, str) else tuple(sorted(targets)),
        rank_stabilised=bool(config.get("use_rslora")),
        tensors=_tensors(folder, weights),
        sha=hashlib.sha256(config_bytes + weights).hexdigest(),
    )


def located(named: Path, models: Path) -> Path:
    """The adapter's folder: ``named`` itself, or the one of that name in ``models/adapters``."""
    kept = models / "adapters" / named
    return kept if not named.is_dir() and kept.is_dir() else named


def same_base(one: str, other: str) -> bool:
    """Whether two names mean the same base: owner, folder and quantisation don't matter."""
    return _base_name(one) == _base_name(other)


def _base_name(name: str) -> str:
    cached = next((part for part in Path(name).parts if part.startswith("models--")), name)
    last = cached.replace("--", "/").rstrip("/\\").replace("\\", "/").split("/")[-1].lower()
    return last.removesuffix("-bnb-4bit").removesuffix("-unsloth").removeprefix("meta-")


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise EngineUnavailable(
            f"The adapter folder {folder} is not there. Correct the adapter's path in the "
            "settings, or leave it empty to grade with the base model alone."
        )
    inside = folder.resolve()
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise _refused(folder, f"{path.name} is a link that leads out of the folder")
        if path.suffix.lower() in UNSAFE:
            raise _refused(
                folder, f"it holds {path.name}, a kind of file that can run code: remove it"
            )


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(folder, f"{name} is larger than any adapter")
        content = path.read_bytes()
        sums = folder / SUMS
        listed = sums.read_text("utf-8").split() if sums.exists() else []
    except FileNotFoundError:
        raise _refused(folder, f"{name} is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(folder, f"{name} can't be read ({error})") from error
    if listed and hashlib.sha256(content).hexdigest() not in listed:
        raise _refused(folder, f"{name} is damaged: it differs from its sum in {SUMS}")
    return content


def _config(folder: Path, content: bytes, base: str) -> dict[str, Any]:
    try:
        config = json.loads(content)
    except ValueError as error:
        raise _refused(folder, f"{CONFIG} is damaged") from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise _refused(folder, f"{CONFIG} doesn't describe a LoRA adapter")
    for key, value in config.items():
        if key in UNDERSTOOD or key == "peft_version" or not value or HARMLESS.get(key) == value:
            continue
        raise _refused(folder, f"{CONFIG} asks for {key}, which isn't supported")
    if not _plausible(config):
        raise _refused(folder, f"{CONFIG} has no usable rank, alpha or target modules")
    if words := WORDS & {each.rpartition(".")[2] for each in config["target_modules"]}:
        raise _refused(folder, f"{CONFIG} changes {min(words)}, where the words of the base stand")
    own_base = str(config.get("base_model_name_or_path") or "")
    if not same_base(own_base, base):
        raise _refused(folder, f"it was made for the base model “{own_base}”, not for “{base}”")
    return config


def _plausible(config: Mapping[str, Any]) -> bool:
    rank, alpha, targets = (config.get(key) for key in ("r", "lora_alpha", "target_modules"))
    named = isinstance(targets, list) and targets and all(isinstance(t, str) for t in targets)
    return (
        isinstance(rank, int)
        and 0 < rank <= HIGHEST_RANK
        and isinstance(alpha, int)
        and 0 < alpha <= 100 * HIGHEST_RANK
        and bool(named or targets == "all-linear")  # any other string would run as a pattern
    )


def _tensors(folder: Path, content: bytes) -> Mapping[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(content)
    except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise _refused(folder, f"{WEIGHTS} is damaged") from error
    if not tensors:
        raise _refused(folder, f"{WEIGHTS} holds no weights")
    for name, tensor in tensors.items():
        if not name.endswith(MATRIX):
            raise _refused(folder, f"{WEIGHTS} holds {name}, which is no part of a LoRA adapter")
        if not tensor.is_floating_point() or not tensor.float().norm() < LARGEST_NORM:
            raise _refused(folder, f"{WEIGHTS} is damaged: {name} holds impossible numbers")
    return tensors


def _refused(folder: Path, reason: str) -> EngineUnavailable:
    return EngineUnavailable(f"The adapter “{folder.name}” can't be used: {reason}.")
