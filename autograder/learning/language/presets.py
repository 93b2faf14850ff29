"""How the language model is taught on the machine at hand, from a T4 to an H100. Loads no torch
until it is asked which card is here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from autograder.domain.errors import InvalidInput

GIB = 2**30
Numbers = Literal["fp32", "fp16", "bf16"]
SFT: Final = "sft"
DPO: Final = "dpo"


@dataclass(frozen=True, slots=True)
class Card:
    """What trains; ``capability`` and ``memory`` (bytes) are 0 on a CPU."""

    name: str = "CPU"
    capability: float = 0.0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class TeachingSettings:
    """Everything that the result depends on, and ``at_once``, which is only a matter of memory.

    Rank, scaling, all linear layers and the learning rate of SFT are QLoRA's (arXiv 2305.14314,
    appendix B); ``beta`` is that of DPO (Rafailov et al. 2023, arXiv 2305.18290).
    """

    epochs: int = 3
    learning_rate: float = 2e-4
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    batch: int = 16
    """Rows a step."""
    at_once: int = 4
    """Rows in memory at the same time; halved where it doesn't do, with the same steps."""
    longest: int = 2048
    """Tokens of a prompt with its reply; a longer one is named and left out."""
    numbers: Numbers = "fp32"
    beta: float = 0.1
    looks: int = 10
    """How often the held-out answers are marked on the way."""
    saves: int = 20
    """How often the state is saved on the way; a kill costs at most what came after."""
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"epochs": 1, "rank": 1, "batch": 1, "at_once": 1, "longest": 64}
        for name, lowest in least.items():
            if getattr(self, name) < lowest:
                raise InvalidInput(
                    f"{name.replace('_', ' ').capitalize()} must be {lowest} or more."
                )
        if not 0 < self.learning_rate < 0.1:
            raise InvalidInput("The learning rate must be above 0 and below 0.1, such as 0.0002.")


def preset(card: Card, method: str) -> TeachingSettings:
    """The settings for a card: what its numbers and its memory allow at 8 billion weights.

    A card below compute capability 8 (T4, RTX 20) only emulates bf16, so it gets fp16.
    """
    numbers: Numbers = "fp32" if not card.memory else "bf16" if card.capability >= 8 else "fp16"
    at_once, longest = _fitting(card)
    settings = TeachingSettings(numbers=numbers, at_once=at_once, longest=longest)
    if method == DPO:  # two replies a row, and small steps: what SFT taught is to stay
        return replace(settings, at_once=max(1, at_once // 2), epochs=1, learning_rate=1e-5)
    return settings


def _fitting(card: Card) -> tuple[int, int]:
    if not card.memory:
        return 4, 2048
    if card.memory < 20 * GIB:
        return 1, 1536
    return (4, 2048) if card.memory < 36 * GIB else (8, 4096)


def card(device: str = "auto") -> Card:
    """The GPU that torch finds, or the CPU where there is none or ``device`` is "cpu"."""
    import torch

    if device == "cpu" or not torch.cuda.is_available():
        return Card()
    found = torch.cuda.get_device_properties(0)
    return Card(found.name, found.major + found.minor / 10, found.total_memory)
