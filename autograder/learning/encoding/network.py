"""The network of the embedded grader, taught further by pairs of answers and points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from autograder.learning.encoding import export
from autograder.learning.encoding.cross_encoder import (
    INPUTS,
    CrossEncoder,
    WithState,
    batches,
    loss_of,
    tensors,
    tokenizer_of,
)
from autograder.learning.encoding.pairs import Pair
from autograder.learning.encoding.training import Judged, Pace, Training, name_of
from autograder.learning.progress import Progress
from autograder.metrics import qwk

READ_AT_ONCE = 32
NETWORK = "network.onnx"


@dataclass(frozen=True, slots=True)
class Teaching:
    """``pairs`` to learn from, ``chosen_by``: those that choose the best epoch, and the
    ``held_out`` ones, on which agreement is shown and nothing is chosen."""

    pairs: Sequence[Pair]
    chosen_by: Sequence[Pair]
    held_out: Sequence[Pair]


def train_network(
    teaching: Teaching, start: Path, tokenizer: Path, pace: Pace, work: Path, progress: Progress
) -> Path | None:
    """Teaches the network of the file ``start``; the new one's file, in ``work``.

    None: no epoch read the answers that it didn't learn from better than ``start`` does.
    EngineUnavailable: ``start`` can't be read. EngineFailed: out of memory. StorageFailed: no room.
    """
    network, words = CrossEncoder.shipped(start), tokenizer_of(tokenizer)
    network.freeze()
    training = Training(
        network,
        batches=lambda chance: batches(teaching.pairs, words, chance),
        loss=lambda some: loss_of(network(**tensors(some, words)), some),
        judge=lambda: _judged(network, words, teaching),
        pace=pace,
        work=work,
        progress=progress,
        name=name_of(asdict(pace), [asdict(each) for each in teaching.pairs], str(start)),
    )
    began = _judged(network.eval(), words, teaching)
    if not training.run().loss < began.loss:
        return None
    made = work / NETWORK
    export.exported(WithState(network), INPUTS, ["logits", "state"], made)
    return made


@torch.no_grad()
def _judged(network: CrossEncoder, words: Tokenizer, teaching: Teaching) -> Judged:
    chosen_by = _read(network, words, teaching.chosen_by)
    loss = loss_of(chosen_by, teaching.chosen_by).item()
    if not teaching.held_out:
        return Judged(loss, None)
    made = _read(network, words, teaching.held_out).softmax(-1)[:, 0].numpy()
    return Judged(loss, qwk(np.array([pair.made for pair in teaching.held_out]), made))


def _read(network: CrossEncoder, words: Tokenizer, pairs: Sequence[Pair]) -> torch.Tensor:
    parts = [
        network(**tensors(pairs[start : start + READ_AT_ONCE], words))
        for start in range(0, len(pairs), READ_AT_ONCE)
    ]
    return torch.cat(parts)
