"""The sentence or two that explain a mark; written after it is decided, so unable to change it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

import torch

from autograder.grading.label_scoring import Ids, Prefix, padded


@torch.inference_mode()
def write(model: Any, tokenizer: Any, prefix: Prefix, ends: Sequence[Ids], most: int) -> list[str]:
    """A text of at most ``most`` tokens after ``prefix`` and each end, always the same one."""
    from transformers import GenerationConfig

    past = copy.deepcopy(prefix.cache)
    if past is not None:
        past.batch_repeat_interleave(len(ends))
    ids, own = padded(ends, model.device)
    start = torch.tensor([prefix.ids], dtype=ids.dtype, device=ids.device).repeat(len(ends), 1)
    stops = _stops(model, tokenizer)
    output = model.generate(
        input_ids=torch.cat([start, ids], dim=1),
        attention_mask=torch.cat([torch.ones_like(start), own], dim=1),
        past_key_values=past,
        generation_config=GenerationConfig(
            max_new_tokens=most, do_sample=False, eos_token_id=stops, pad_token_id=stops[0]
        ),
    )
    written = output[:, len(prefix.ids) + ids.shape[1] :]
    return [
        whole_sentences(text) for text in tokenizer.batch_decode(written, skip_special_tokens=True)
    ]


def whole_sentences(text: str) -> str:
    """The text on one line, cut after its last finished sentence where there is one."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)", text)]
    return text[: ends[-1]] if ends else text


def _stops(model: Any, tokenizer: Any) -> list[int]:
    own = model.generation_config.eos_token_id
    stops = own if isinstance(own, list) else [own]
    return [stop for stop in dict.fromkeys([tokenizer.eos_token_id, *stops]) if stop is not None]
