"""What a sequence classifier is trained from: any of Hugging Face's, or the one that ships."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertForSequenceClassification,
)

from autograder.domain.errors import EngineUnavailable
from autograder.learning.encoding.chosen import SHIPPED
from autograder.learning.encoding.cross_encoder import minilm_config
from autograder.learning.encoding.onnx_weights import weights_of
from autograder.sequence_network import IDS, MASK, TYPES
from autograder.windows import LEAST

OFFSET = ("roberta", "xlm-roberta", "camembert", "longformer")
"""Types of network whose positions begin after that of the padding."""


@dataclass(frozen=True)
class Base:
    """A network with one logit, its word pieces as the content of a ``tokenizer.json``, and the
    ``longest`` window that it reads."""

    network: Any
    tokenizer: str
    longest: int

    @property
    def inputs(self) -> tuple[str, ...]:
        """What it takes, in the order of its own arguments."""
        takes = inspect.signature(self.network.forward).parameters
        segments = getattr(self.network.config, "type_vocab_size", 0) or 0
        two = TYPES in takes and segments > 1
        return (IDS, MASK, TYPES) if two else (IDS, MASK)


def load(name: str, models: Path, download: bool = False) -> Base:
    """``name``: ``minilm``, a folder, or a hub name, fetched only where ``download`` allows it.

    EngineUnavailable: it isn't here, or is no model that can be trained so.
    """
    return _shipped(models / SHIPPED) if name == SHIPPED else _hugging_face(name, download)


def _shipped(folder: Path) -> Base:
    stored = {
        name: torch.tensor(each) for name, each in weights_of(folder / "encoder.onnx").items()
    }
    config = minilm_config(stored)
    config.num_labels = 1
    network = BertForSequenceClassification(config)
    network.load_state_dict(stored, strict=False)
    words = (folder / "tokenizer.json").read_text(encoding="utf-8")
    return Base(network, words, config.max_position_embeddings)


def _hugging_face(name: str, download: bool) -> Base:
    where = {"local_files_only": not download, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True, **where)
        network = AutoModelForSequenceClassification.from_pretrained(
            name,
            num_labels=1,
            dtype=torch.float32,
            attn_implementation="eager",  # the only one that every exporter knows
            ignore_mismatched_sizes=True,  # another task's head makes way
            **where,
        )
    except (OSError, ValueError, ImportError) as error:
        raise EngineUnavailable(_why(name, download, error)) from error
    words = getattr(tokenizer, "backend_tokenizer", None)
    if words is None:
        raise EngineUnavailable(
            f"{name} has no fast tokenizer (tokenizer.json), which grading without torch needs. "
            "Choose another model."
        )
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    network.config.pad_token_id = pad or 0  # GPT-2 has none, and finds its last token by it
    return Base(network, words.to_str(), _longest(network.config))


def _longest(config: Any) -> int:
    positions = getattr(config, "max_position_embeddings", None) or 512
    if config.model_type in OFFSET:
        positions -= (config.pad_token_id or 0) + 1
    return max(LEAST, int(positions))


def _why(name: str, download: bool, error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0]
    if Path(name).exists() or download:
        return f"{name} can't be loaded as a sequence classifier: {first}"
    return (
        f"The model {name} is not on this machine. Allow its download (--download), name a folder "
        f"that holds it, or train the one that ships: --base {SHIPPED}."
    )
