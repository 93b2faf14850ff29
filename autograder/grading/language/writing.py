"""Texts that a language model writes, held to a JSON schema token by token (xgrammar)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import torch
import xgrammar
from transformers import GenerationConfig
from xgrammar.contrib.hf import LogitsProcessor

from autograder.grading.language.json_reply import Schema
from autograder.grading.language.label_scoring import Ids, Prefix, padded, shared


class Grammars:
    """Schemas in terms of one model's tokens; the vocabulary is gone through on first use."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._vocabulary: int = model.config.get_text_config().vocab_size
        self.stops = _stops(model, tokenizer)
        self._compiler: xgrammar.GrammarCompiler | None = None

    def of(self, schema: Schema) -> xgrammar.CompiledGrammar:
        """The grammar of compact JSON that fits the schema, kept for the next time."""
        if self._compiler is None:
            info = xgrammar.TokenizerInfo.from_huggingface(
                self._tokenizer, vocab_size=self._vocabulary, stop_token_ids=self.stops
            )
            self._compiler = xgrammar.GrammarCompiler(info)
        # Free blanks would let an unsure model write nothing but blanks.
        return self._compiler.compile_json_schema(json.dumps(schema), any_whitespace=False)


@torch.inference_mode()
def write(
    model: Any,
    tokenizer: Any,
    grammars: Grammars,
    prefix: Prefix,
    asked: Sequence[tuple[Ids, Schema]],
    most: int,
) -> list[str]:
    """A reply of at most ``most`` tokens after ``prefix`` and each end, always the same one."""
    past = shared(prefix.cache) if prefix.cache else None
    if past is not None:
        past.batch_repeat_interleave(len(asked))
    ids, own = padded([ends for ends, _ in asked], model.device)
    start = torch.tensor([prefix.ids], dtype=ids.dtype, device=ids.device).repeat(len(asked), 1)
    output = model.generate(
        input_ids=torch.cat([start, ids], dim=1),
        attention_mask=torch.cat([torch.ones_like(start), own], dim=1),
        past_key_values=past,
        logits_processor=[LogitsProcessor([grammars.of(schema) for _, schema in asked])],
        generation_config=GenerationConfig(
            max_new_tokens=most,
            do_sample=False,
            eos_token_id=grammars.stops,
            pad_token_id=grammars.stops[0],
        ),
    )
    written = output[:, len(prefix.ids) + ids.shape[1] :]
    replies: list[str] = tokenizer.batch_decode(written, skip_special_tokens=True)
    return replies


def _stops(model: Any, tokenizer: Any) -> list[int]:
    own = model.generation_config.eos_token_id
    stops = own if isinstance(own, list) else [own]
    return [stop for stop in dict.fromkeys([tokenizer.eos_token_id, *stops]) if stop is not None]
