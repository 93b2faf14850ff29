"""A course with a rule in it, and models small enough to learn it in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import processors
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
)

from autograder.learning.drafting.course import CourseQuestion
from tests.tiny_words import byte_pairs

THINGS = ("Lever", "Valve", "Pump", "Spring", "Gear", "Pipe", "Bolt", "Motor")
DEEDS = {
    "heat": "grows longer and softer",
    "cool": "shrinks a little, and stiffens",
    "oil": "moves without a sound",
    "drop": "breaks into two pieces",
    "paint": "shines like new",
    "weigh": "shows how heavy it is",
}


def question(deed: str, thing: str) -> CourseQuestion:
    text = f"What happens if we {deed} the {thing}?"
    return CourseQuestion(text, (f"If we {deed} it, the {thing} {DEEDS[deed]}.",), where=thing)


def course() -> list[CourseQuestion]:
    """Every deed with every thing: what is held out can be put together from what is seen."""
    return [question(deed, thing) for thing in THINGS for deed in DEEDS]


def embed(texts: Sequence[str]) -> np.ndarray:
    """Bags of hashed words of unit length: alike only where the words are."""
    vectors = np.zeros((len(texts), 512), np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            vectors[row, sum(map(ord, word)) * 31 % 512] += 1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))


def _tokenizer(special: dict[str, str], framed: bool) -> PreTrainedTokenizerFast:
    texts = [text for each in course() for text in (each.text, *each.answers)]
    texts.append("Question: \nAnswer: From the textbook:")
    bpe = byte_pairs(texts, list(special.values()), 420)
    if framed:
        bpe.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>",
            special_tokens=[(each, bpe.token_to_id(each)) for each in ("<s>", "</s>")],
        )
    return PreTrainedTokenizerFast(tokenizer_object=bpe, **special)


def bart(folder: Path) -> Path:
    """A seq2seq model that has learned to say again what it reads, and nothing else."""
    words = _tokenizer({"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}, True)
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(words),
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=128,
        dropout=0.0,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        decoder_start_token_id=words.eos_token_id,
        forced_eos_token_id=None,
    )
    return _saved(BartForConditionalGeneration(config), words, folder)


def gpt2(folder: Path) -> Path:
    """A causal model of the course's language, without a padding token or a chat template."""
    words = _tokenizer({"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}, False)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(words),
        n_embd=64,
        n_layer=2,
        n_head=4,
        n_positions=128,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        attn_pdrop=0.0,
        embd_pdrop=0.0,
        resid_pdrop=0.0,
    )
    return _saved(GPT2LMHeadModel(config), words, folder)


def _saved(model: Any, words: PreTrainedTokenizerFast, folder: Path) -> Path:
    _pretrain(model, words)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def _pretrain(model: Any, words: PreTrainedTokenizerFast, steps: int = 200) -> None:
    """Each sentence of the course, twice; no question ever stands beside its answer."""
    words.padding_side = "right"
    if words.pad_token is None:
        words.pad_token = words.eos_token
    texts = [text for each in course() for text in (each.text, *each.answers)]
    if not model.config.is_encoder_decoder:
        texts = [f"{text}\n{text}{words.eos_token}" for text in texts]
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    chance = np.random.default_rng(0)
    for _ in range(steps):
        some = [texts[int(each)] for each in chance.integers(0, len(texts), 16)]
        batch = words(some, return_tensors="pt", padding=True, return_token_type_ids=False)
        labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        loss = model(**batch, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
