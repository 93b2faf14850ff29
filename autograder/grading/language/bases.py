"""Base language models: which one fits a GPU, and which are on this machine. Loads no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from autograder.settings import LlamaSettings

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Base:
    """A base that AutoGrader proposes. ``memory`` is the GPU memory it needs, in bytes."""

    name: str
    memory: int
    licence: str
    gated: bool


# Weights in NF4 are 5.7, 2.2 and 2.7 GB; the rest is room for the cache and for CUDA itself.
# A “12 GB” card reports 11.6 GiB, an “8 GB” card 7.6.
PROPOSED = (
    Base("meta-llama/Llama-3.1-8B-Instruct", 11 * GIB, "Llama 3.1 Community License", True),
    Base("meta-llama/Llama-3.2-3B-Instruct", 7 * GIB, "Llama 3.2 Community License", True),
    Base("Qwen/Qwen3-4B-Instruct-2507", 7 * GIB, "Apache-2.0", False),
)
LEAST_MEMORY = min(base.memory for base in PROPOSED)


def fitting(memory: int) -> tuple[Base, ...]:
    """The proposed bases that a GPU of ``memory`` bytes holds, best first: Llama before others."""
    return tuple(base for base in PROPOSED if base.memory <= memory)


def default(memory: int, offline: bool) -> str | None:
    """The base to use where the settings name none.

    The best one that is on this machine; where none is and a download is allowed, the best one
    that needs nobody's leave; else None.
    """
    fits = fitting(memory)
    here = [base for base in fits if on_machine(base.name)]
    free = [] if offline else [base for base in fits if not base.gated]
    return next((base.name for base in [*here, *free]), None)


def on_machine(name: str) -> Path | None:
    """The complete folder of a base: ``name`` itself or in the Hugging Face cache; else None."""
    if Path(name).is_dir():
        return Path(name) if _complete(Path(name)) else None
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return None
    folder = Path(config).parent if isinstance(config, str) else None
    return folder if folder and _complete(folder) else None


def revision(name: str) -> str:
    """The base's name with the commit of the hub's repository that it is at, where known."""
    folder = on_machine(name)
    cached = folder is not None and folder.parent.name == "snapshots"
    return f"{name}@{folder.name[:12]}" if folder and cached else name


def how_to_get(settings: LlamaSettings, name: str = "") -> str:
    """What to do where no base, or not the one named ``name``, is on this machine."""
    proposed = " or ".join(f"{base.name} ({base.licence})" for base in PROPOSED)
    ways = [
        f"Fetch one with “hf download {name or PROPOSED[0].name}”"
        + ("" if name else f" (proposed: {proposed})"),
        "or name a folder in AUTOGRADER_LLAMA__BASE",
    ]
    if settings.offline:
        ways.append("or set AUTOGRADER_LLAMA__OFFLINE=false to allow a download")
    return f"{', '.join(ways)}."


def _complete(folder: Path) -> bool:
    index = folder / "model.safetensors.index.json"
    if not (folder / "config.json").is_file():
        return False
    if not index.is_file():
        return any(folder.glob("*.safetensors"))
    try:
        shards = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
    except (ValueError, KeyError, AttributeError):
        return False
    return all((folder / shard).is_file() for shard in shards)
