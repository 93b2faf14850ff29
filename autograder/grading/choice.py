"""Which grader is at work on this machine, and why. Loads no torch."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from autograder.domain.errors import EngineUnavailable
from autograder.grading import gpu
from autograder.grading.language import adapters, bases
from autograder.grading.openai import address as openai_address
from autograder.settings import LlamaSettings, Settings

NEEDED = ("torch", "transformers", "peft", "bitsandbytes", "accelerate", "xgrammar")
INSTEAD = "so the built-in grader, which needs no GPU, is at work"


def choose(settings: Settings) -> tuple[str, str]:
    """The grader's name, and the reason in a teacher's words.

    A grader that the settings name is taken as it is. ``auto`` takes the language model where it
    can run: its packages, a GPU with enough memory, a base on this machine, its adapter.
    """
    if settings.grader == "openai_api":
        return settings.grader, _where(settings.openai_api.base_url)
    if settings.grader != "auto":
        return settings.grader, "It is the grader that the settings name."
    obstacle = _obstacle(settings.llama, settings.models)
    if obstacle:
        return "encoder", f"{obstacle}, {INSTEAD}."
    base = settings.llama.base or bases.default(gpu.memory(), settings.llama.offline)
    return "llama", f"This machine's GPU ({_gigabytes(gpu.memory())}) runs {base}."


def _where(base_url: str) -> str:
    """Where answers go: the teacher must see that they leave this machine."""
    try:
        address = openai_address.read(base_url)
    except EngineUnavailable as problem:
        return f"The settings name a language model server. {problem}"
    if address.here:
        return f"Answers go to the language model server {address.host} on this machine."
    return f"The settings say so: questions and answers leave this machine, to {address.host}."


def _obstacle(settings: LlamaSettings, models: Path) -> str:
    """What keeps the language model from running here; empty where nothing does."""
    if settings.device == "cpu":
        return "The settings keep the language model off the GPU"
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        return f"The language model needs packages that are not installed ({', '.join(missing)})"
    memory = gpu.memory()
    if not memory:
        return "This machine has no NVIDIA GPU for the language model"
    if _torch_is_for_cpu():
        return "The installed torch can't use this machine's GPU"
    if settings.adapter and not adapters.located(settings.adapter, models).is_dir():
        return f"The language model's adapter {settings.adapter} is not there"
    return _no_model(settings, memory)


def _no_model(settings: LlamaSettings, memory: int) -> str:
    if not settings.base and memory < bases.LEAST_MEMORY:
        return f"The GPU's memory ({_gigabytes(memory)}) is too small for the language model"
    if not settings.base and bases.default(memory, settings.offline) is None:
        return "The GPU could run a language model, but none is on this machine"
    if settings.base and settings.offline and bases.on_machine(settings.base) is None:
        return f"The language model {settings.base} is not on this machine"
    return ""


def _torch_is_for_cpu() -> bool:
    try:
        return version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return True


def _gigabytes(memory: int) -> str:
    return f"{memory / bases.GIB:.0f} GB"
