"""A model that was taught from a teacher's marks, and which of them serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LORA: Final = "lora"
"""A LoRA adapter on the language model that grades."""
ENCODER: Final = "encoder"
"""A network or heads of the embedded grader."""
CLASSIFIER: Final = "classifier"
"""A sequence classifier, exported to ONNX, that grades."""
GENERATOR: Final = "generator"
"""A model that drafts reference answers; it never grades."""
KINDS: Final = (LORA, ENCODER, CLASSIFIER, GENERATOR)

SHIPPED: Final = ""
"""In place of a learned model's id: the one that ships with AutoGrader."""


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A learned model as its manifest tells it; its files stand in ``models/adapters/ID``."""

    id: str
    """Its folder's name: ``lora-20261121-0a1b2c3d``, the last part from its content."""
    kind: str
    method: str
    """What taught it: ``sft``, ``dpo``, ``encoder``, ``classifier`` or ``generate``."""
    base: str
    base_revision: str
    parent: str
    """The learned model that it goes on from; of one that AutoGrader didn't make the name with a
    sum, ``strict@0a1b2c3d4e5f``; "" where it began at the base."""
    data: str
    """The sha256 of the examples."""
    data_count: int
    code: str
    """AutoGrader's version."""
    settings: Mapping[str, object]
    metrics: Mapping[str, float]
    licence: str
    created: datetime
    files: Mapping[str, str]
    """Every file's path in the folder with its sha256; the manifest itself is not among them."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """Who had which model of a kind serve from when on. The newest one of a kind holds."""

    id: str
    kind: str
    model: str
    """The learned model's id, or ``SHIPPED``."""
    author: str
    at: datetime
    reason: str
    previous: str
    """What served before it."""
