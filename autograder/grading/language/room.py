"""How much a language model can do at once in the memory that is free."""

from __future__ import annotations

from typing import Any

import psutil
import torch

SHARE = 0.7
"""Of the free memory that is planned with; what was forgotten is met by halving."""
KEPT = 0.1
"""Of the memory that is free after loading: for beginnings of prompts that may come again."""
ROW_TOKENS = {"cpu": 512, "cuda": 4096}
"""Tokens of a row of packed answers. Longer ones gain nothing on a CPU (measured: 4 to 8 answers
are best); on a GPU a few thousand pay for unpacking the 4-bit weights once."""


class Room:
    """The memory's measure for one model; sizes in tokens, and bytes where said."""

    def __init__(self, model: Any) -> None:
        config, size = model.config.get_text_config(), model.dtype.itemsize
        heads = config.num_attention_heads
        width = getattr(config, "head_dim", None) or config.hidden_size // heads
        own_heads = getattr(config, "num_key_value_heads", None) or heads
        self._device: torch.device = model.device
        self.kept_bytes = 2 * config.num_hidden_layers * own_heads * width * size
        """Of a token's keys and values in all layers."""
        self._spread_bytes = 2 * heads * width * size  # keys and values of a layer, for all heads
        self._read_bytes = (6 * config.hidden_size + 3 * config.intermediate_size) * size
        self.kept_tokens = int(KEPT * free(self._device) / self.kept_bytes)
        """How many tokens of prompts' beginnings are kept."""

    def row(self, known: int) -> int:
        """How long a row of packed answers may be behind ``known`` shared tokens."""
        most = ROW_TOKENS.get(self._device.type, ROW_TOKENS["cpu"])
        seen = self.kept_bytes + self._spread_bytes
        mask = 5 * (known + most)  # a sign a pair of tokens, and the number that it is turned into
        spare = SHARE * free(self._device) - known * seen
        return max(1, min(most, int(spare / (seen + self._read_bytes + mask))))

    def rows(self, length: int) -> int:
        """How many texts of ``length`` tokens, their prompts included, can be written at once."""
        each = length * (self.kept_bytes + self._spread_bytes + self._read_bytes)
        return max(1, int(SHARE * free(self._device) / each))


def free(device: torch.device) -> int:
    """Bytes that are free on the device, with those that torch holds but doesn't use."""
    if device.type != "cuda":
        return int(psutil.virtual_memory().available)
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(torch.cuda.mem_get_info(device)[0] + unused)
