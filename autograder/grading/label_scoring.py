"""Marks read off a language model: one forward pass, the probabilities of a few labels.

Nothing is generated and nothing is parsed. What the prompts share is computed once and its
key-value cache repeated for each batch; the own part of each prompt is padded on the left, with
its positions given, so that a prompt's logits don't depend on its neighbours' length.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache

Ids = Sequence[int]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Probabilities of the labels (they add up to 1), and the share of all probability on them."""

    probabilities: tuple[float, ...]
    mass: float


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of some prompts; ``cache`` is None where the model can't share it."""

    ids: tuple[int, ...] = ()
    cache: DynamicCache | None = None


@torch.inference_mode()
def extend(model: Any, before: Prefix, ids: Ids) -> Prefix:
    """The prefix ``before``, which stays as it is, with ``ids`` after it, computed."""
    cache = copy.deepcopy(before.cache) or DynamicCache(config=model.config)
    model(
        input_ids=torch.tensor([list(ids)], device=model.device),
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    )
    return Prefix((*before.ids, *ids), cache)


@torch.inference_mode()
def next_logits(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """Logits of the token after ``prefix`` and each end: (len(ends), vocabulary), float32."""
    if prefix.cache is None:
        ends, past, known = [[*prefix.ids, *end] for end in ends], None, 0
    else:
        past, known = copy.deepcopy(prefix.cache), len(prefix.ids)
        past.batch_repeat_interleave(len(ends))
    ids, own = padded(ends, model.device)
    seen = own.new_ones(len(ends), known)
    output = model(
        input_ids=ids,
        attention_mask=torch.cat([seen, own], dim=1),
        position_ids=known + (own.cumsum(-1) - 1).clamp_min(0),
        past_key_values=past,
        use_cache=past is not None,
        logits_to_keep=1,
    )
    logits: torch.Tensor = output.logits[:, -1].float()
    return logits


def read(logits: torch.Tensor, labels: Ids) -> list[LabelScore]:
    """Label probabilities from logits of shape (batch, vocabulary)."""
    chosen = logits[:, list(labels)]
    probabilities = chosen.softmax(-1).tolist()
    mass = (chosen.logsumexp(-1) - logits.logsumexp(-1)).exp().tolist()
    return [LabelScore(tuple(p), m) for p, m in zip(probabilities, mass, strict=True)]


def padded(rows: Sequence[Ids], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of ids padded on the left, and the mask of what is theirs: both (rows, longest)."""
    longest = max(len(row) for row in rows)
    ids = [[0] * (longest - len(row)) + list(row) for row in rows]
    own = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
    return torch.tensor(ids, device=device), torch.tensor(own, device=device)


def can_share(model: Any) -> bool:
    """Tries whether a shared prefix gives what the whole prompt gives; hybrid models can't."""
    start, ends = range(1, 9), [[9, 10], [11]]
    try:
        shared = next_logits(model, extend(model, Prefix(), start), ends).softmax(-1)
    except (AttributeError, NotImplementedError, TypeError, ValueError, RuntimeError):
        return False
    plain = next_logits(model, Prefix(tuple(start)), ends).softmax(-1)
    return bool((shared - plain).abs().max() < 0.02)
