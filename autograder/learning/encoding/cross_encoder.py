"""The network that reads an answer beside a point, in torch, to be trained."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer
from transformers import AutoModel, BertConfig, BertModel

from autograder.learning.encoding.onnx_weights import weights_of
from autograder.learning.encoding.pairs import Pair

TOKENS = 120
BATCH_TOKENS = 1100
FROZEN_LAYERS = 2
HEADS = 12
"""Attention heads of all-MiniLM-L6-v2: the one size that its weights don't show."""
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class CrossEncoder(torch.nn.Module):
    """Token ids of a pair, (n, t) int64 three times, to three logits, (n, 3) float32.

    They stand for "makes the point", "is about something else" and "contradicts it".
    """

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.head = torch.nn.Linear(bert.config.hidden_size, 3)

    @classmethod
    def published(cls, folder: Path) -> CrossEncoder:
        """With the weights of a sentence encoder, and a head that knows nothing."""
        return cls(AutoModel.from_pretrained(folder, attn_implementation="eager"))

    @classmethod
    def shipped(cls, network: Path) -> CrossEncoder:
        """With the weights of a ``network.onnx``. EngineUnavailable: it can't be read."""
        stored = {name: torch.tensor(each) for name, each in weights_of(network).items()}
        config = minilm_config(stored)
        config._attn_implementation = "eager"
        made = cls(BertModel(config, add_pooling_layer=False))
        made.load_state_dict(stored, strict=False)
        return made

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """The logits."""
        logits: torch.Tensor = self.head(self.state(input_ids, attention_mask, token_type_ids))
        return logits

    def state(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """The mean over a pair's tokens, (n, 384) float32."""
        return _mean(self.bert, input_ids, attention_mask, token_type_ids)

    def freeze(self) -> None:
        """Keeps the word embeddings and lowest layers as they are: faster, and less forgotten."""
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:FROZEN_LAYERS]):
            part.requires_grad_(False)


class WithState(torch.nn.Module):
    """Gives the state beside the logits, (n, 3) and (n, 384), as grading reads them."""

    def __init__(self, network: CrossEncoder) -> None:
        super().__init__()
        self.bert, self.head = network.bert, network.head  # so weights keep their names

    def forward(self, *ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Both."""
        state = _mean(self.bert, *ids)
        return self.head(state), state


def _mean(bert: Any, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
    states = bert(ids, mask, types).last_hidden_state
    weights = mask.unsqueeze(-1).to(states.dtype)
    mean: torch.Tensor = (states * weights).sum(1) / weights.sum(1)
    return mean


def minilm_config(stored: dict[str, torch.Tensor]) -> BertConfig:
    """The sizes of the network, by its weights."""
    words = stored["bert.embeddings.word_embeddings.weight"]
    layers = {name.split(".")[3] for name in stored if ".encoder.layer." in name}
    inner = stored["bert.encoder.layer.0.intermediate.dense.bias"]
    return BertConfig(
        vocab_size=words.shape[0],
        hidden_size=words.shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=HEADS,
        intermediate_size=inner.shape[0],
        max_position_embeddings=stored["bert.embeddings.position_embeddings.weight"].shape[0],
    )


def tokenizer_of(file: Path) -> Tokenizer:
    """Cuts the longer of the two texts until both fit."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS, strategy="longest_first")
    return tokenizer


def batches(
    pairs: Sequence[Pair], tokenizer: Tokenizer, chance: random.Random
) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, in random order, once through all of them."""
    lengths = [
        len(each.ids) + chance.uniform(-4, 4)
        for each in tokenizer.encode_batch([(pair.answer, pair.point) for pair in pairs])
    ]
    order = sorted(range(len(pairs)), key=lengths.__getitem__)
    groups, start = [], 0
    while start < len(order):
        longest = lengths[order[min(start + 7, len(order) - 1)]]
        end = start + max(6, int(BATCH_TOKENS / max(longest, 1)))
        groups.append([pairs[index] for index in order[start:end]])
        start = end
    chance.shuffle(groups)
    yield from groups


def tensors(pairs: Sequence[Pair], tokenizer: Tokenizer) -> dict[str, torch.Tensor]:
    """INPUTS of a batch, padded to the longest."""
    encoded = tokenizer.encode_batch([(pair.answer, pair.point) for pair in pairs])
    return padded(encoded)


def padded(encoded: Sequence[Encoding]) -> dict[str, torch.Tensor]:
    """INPUTS of encodings of any length."""
    width = max(len(each.ids) for each in encoded)

    def filled(values: list[int]) -> list[int]:
        return values + [0] * (width - len(values))

    rows = [(filled(e.ids), filled(e.attention_mask), filled(e.type_ids)) for e in encoded]
    return {
        name: torch.tensor(part) for name, part in zip(INPUTS, zip(*rows, strict=True), strict=True)
    }


def loss_of(logits: torch.Tensor, pairs: Sequence[Pair]) -> torch.Tensor:
    """Cross-entropy of "makes it" against the rest, and of how it fails where that is known."""
    made = torch.tensor([pair.made for pair in pairs], device=logits.device)
    kind = torch.tensor([pair.kind for pair in pairs], device=logits.device)
    chances = logits.log_softmax(-1)
    failed = torch.logsumexp(chances[:, 1:], -1)
    known = chances.gather(1, kind.clamp_min(1).unsqueeze(1)).squeeze(1)
    return -(made * chances[:, 0] + (1 - made) * torch.where(kind > 0, known, failed)).mean()
