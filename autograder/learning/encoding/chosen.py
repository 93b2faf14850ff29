"""What can be chosen about a sequence classifier. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

SHIPPED = "minilm"
"""The text encoder in ``models/minilm``: there on every machine."""


@dataclass(frozen=True, slots=True)
class ClassifierTraining:
    """``base``: ``minilm``, a folder or a hub name, fetched only where ``download`` allows it.

    ``window``: tokens, fewer where the base reads fewer. ``batch``: tokens that are read at once.
    """

    base: str = SHIPPED
    window: int = 512
    epochs: int = 4
    rate: float = 1e-4
    batch: int = 1024
    seed: int = 7
    download: bool = False
