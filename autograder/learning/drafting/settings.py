"""How a drafting model is taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from autograder.domain.errors import InvalidInput

SEQ2SEQ: Final = "seq2seq"
"""An encoder reads the question, a decoder writes the answer: BART, T5."""
CAUSAL: Final = "causal"
"""The answer goes on where the question ends: GPT-2, Llama, Qwen."""

Kind = Literal["auto", "seq2seq", "causal"]


@dataclass(frozen=True, slots=True)
class DraftingSettings:
    """What may be chosen; the defaults suit some hundred questions."""

    kind: Kind = "auto"
    epochs: float = 4.0
    rate: float = 2e-4
    """The learning rate at its highest, after the warm-up."""
    batch: int = 8
    """Rows a step."""
    rank: int = 16
    """Of the LoRA matrices (Hu et al. 2021), on all linear layers, with alpha twice that."""
    dropout: float = 0.05
    prompt_tokens: int = 768
    answer_tokens: int = 256
    """A pair that is longer is named and left out, never cut; a draft ends here at the latest."""
    save_every: int = 50
    """Steps after which a killed training goes on."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("batch", "rank", "prompt_tokens", "answer_tokens", "save_every"):
            if getattr(self, name) < 1:
                raise InvalidInput(f"{name.replace('_', ' ').capitalize()} must be 1 or more.")
        if not self.epochs > 0:
            raise InvalidInput("Epochs must be above 0.")
        if not 0 < self.rate < 0.1:
            raise InvalidInput("The learning rate must be above 0 and below 0.1, such as 0.0002.")
