"""Labels read off a language model: one forward pass, the probabilities of a few tokens.

Nothing is generated and nothing is parsed. What the prompts share is computed once. The own parts
of several prompts then stand packed in one row behind it, each at its own positions, and a mask
lets none of them see another: the shared part's keys and values are never repeated, and no row is
padded. (The same in batches with a repeated cache was measured: a tenth slower, and the memory
grows with the batch.)
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from autograder.grading.label_marks import LabelScore

Ids = Sequence[int]
LARGEST_ERROR = 0.2
"""Of the distance between two prompts' logits. Rounding to bf16 makes 0.03, a mask that isn't
looked at 0.7 and more (measured on random Llamas)."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of some prompts; ``cache`` is None where the model can't share it."""

    ids: tuple[int, ...] = ()
    cache: DynamicCache | None = None


@torch.inference_mode()
def extend(model: Any, before: Prefix, ids: Ids) -> Prefix:
    """The prefix ``before``, which stays as it is, with ``ids`` after it, computed."""
    cache = shared(before.cache) if before.cache else DynamicCache(config=model.config)
    model(
        input_ids=torch.tensor([list(ids)], device=model.device),
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    )
    return Prefix((*before.ids, *ids), cache)


def shared(cache: DynamicCache) -> DynamicCache:
    """A cache that goes on from the same tensors.

    A ``DynamicLayer`` never writes into its tensors: it puts longer ones in their place. So the
    one that is gone on from stays as it is, and nothing is copied.
    """
    own = copy.copy(cache)
    own.layers = [copy.copy(layer) for layer in cache.layers]
    return own


@torch.inference_mode()
def next_logits(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """Logits of the token after ``prefix`` and each end: (len(ends), vocabulary), float32."""
    logits = _padded(model, prefix, ends) if prefix.cache is None else _packed(model, prefix, ends)
    return logits.float()


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
    """Tries whether a shared prefix gives what whole prompts give.

    Only plain attention is: layers with a sliding window or a running state keep what can't be
    shared, or see other tokens than the mask says.
    """
    start, ends = range(1, 9), [[9, 10], [11], [12, 13, 14]]
    try:
        prefix = extend(model, Prefix(), start)
        if prefix.cache is None or {type(layer) for layer in prefix.cache.layers} != {DynamicLayer}:
            return False
        together = next_logits(model, prefix, ends)
    except (AttributeError, NotImplementedError, TypeError, ValueError, RuntimeError):
        return False
    alone = next_logits(model, Prefix(tuple(start)), ends)
    apart = (alone[0] - alone[1]).norm()  # what it makes of two different prompts
    return bool((together - alone).norm(dim=-1).max() < LARGEST_ERROR * apart)


def _padded(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """Whole prompts, one a row."""
    ids, own = padded([[*prefix.ids, *end] for end in ends], model.device)
    output = model(
        input_ids=ids,
        attention_mask=own,
        position_ids=(own.cumsum(-1) - 1).clamp_min(0),
        use_cache=False,
        logits_to_keep=1,
    )
    logits: torch.Tensor = output.logits[:, -1]
    return logits


def _packed(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """All ends in one row behind the prefix."""
    assert prefix.cache is not None
    lengths = torch.tensor([len(end) for end in ends], device=model.device)
    output = model(
        input_ids=torch.tensor([[id_ for end in ends for id_ in end]], device=model.device),
        attention_mask=_seen(len(prefix.ids), lengths)[None, None],
        position_ids=(len(prefix.ids) + _places(lengths))[None],
        past_key_values=shared(prefix.cache),
        use_cache=True,
        logits_to_keep=lengths.cumsum(0) - 1,
    )
    logits: torch.Tensor = output.logits[0]
    return logits


def _places(lengths: torch.Tensor) -> torch.Tensor:
    """How far each token of a packed row stands in its own end: 0, 1, 2, 0, 1, ..."""
    starts = (lengths.cumsum(0) - lengths).repeat_interleave(lengths)
    return torch.arange(len(starts), device=lengths.device) - starts


def _seen(known: int, lengths: torch.Tensor) -> torch.Tensor:
    """What each token of a packed row sees: the prefix, and its own end up to itself."""
    ends = torch.arange(len(lengths), device=lengths.device).repeat_interleave(lengths)
    own = (ends[:, None] == ends[None]).tril()
    return torch.cat([own.new_ones(len(ends), known), own], dim=1)
