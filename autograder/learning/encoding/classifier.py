"""``learn classifier``: any sequence classifier learns the share of full marks, on any scale.

One logit an answer; trained as a fractional logit (Papke & Wooldridge 1996), so that marks of any
scale teach, and read as a cumulative logit whose slope is fitted on answers that it didn't learn.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from autograder.domain.errors import InvalidInput, StorageFailed
from autograder.domain.marked_example import MarkedExample
from autograder.learning.encoding import bases, export, readings, served
from autograder.learning.encoding.bases import Base
from autograder.learning.encoding.chosen import ClassifierTraining
from autograder.learning.encoding.keeping import kept
from autograder.learning.encoding.last_step import ended
from autograder.learning.encoding.readings import Reading, batches
from autograder.learning.encoding.training import Judged, Pace, Training, name_of
from autograder.learning.progress import Progress, Step
from autograder.metrics import qwk
from autograder.sequence_network import IDS, LOGIT, MASK, TYPES, SequenceNetwork, weights
from autograder.windows import Windows

LEAST = 24
"""Marked answers below which a network can't learn to tell marks apart."""
MOST_SHOWN = 200
"""Held-out answers that are read after each epoch, for agreement to be seen."""
NETWORK, WORDS, SETTINGS = "model.onnx", "tokenizer.json", "classifier.json"


def train_classifier(
    examples: Sequence[MarkedExample],
    held_out: Sequence[MarkedExample],
    settings: ClassifierTraining,
    models: Path,
    work: Path,
    progress: Progress,
) -> Path:
    """Trains a grader of one's own; the finished folder, in ``work``.

    A part of ``examples`` chooses the epoch and fits the chances of marks; ``held_out`` ones are
    only looked at. Called again after a kill it goes on where it was. InvalidInput: too few
    answers, or one mark for all. EngineUnavailable: the base. EngineFailed: out of memory.
    StorageFailed: out of disk.
    """
    _check(examples)
    torch.manual_seed(settings.seed)  # a new head is drawn
    base = bases.load(settings.base, models, settings.download)
    base.network.to("cuda" if torch.cuda.is_available() else "cpu")
    size = min(settings.window, base.longest)
    words = _write(work / WORDS, base.tokenizer)
    windows = Windows(words, size)
    _tell_of_cuts(examples, windows, progress)
    back = kept(examples)
    own = _rows([each for each in examples if each.id not in back], windows, settings.seed)
    chosen_by = _rows([each for each in examples if each.id in back], windows)
    shown = [row for row in _rows(held_out, windows) if not row.point][:MOST_SHOWN]
    training = Training(
        base.network,
        batches=lambda chance: batches(own, settings.batch, chance),
        loss=lambda some: _loss(base, some),
        judge=lambda: _judged(base, chosen_by, shown),
        pace=Pace(settings.epochs, settings.rate, settings.seed),
        work=work,
        progress=progress,
        name=name_of(asdict(settings), [(each.id, each.mark) for each in examples]),
    )
    base.network.get_input_embeddings().requires_grad_(False)  # words it won't see again stay
    training.run()
    progress.tell(ended(work, "Making the network ready for grading"))
    folder = _folder(work, words)
    precision = _export(base, folder, chosen_by)
    told = served.described(folder / NETWORK, chosen_by) | {
        "base": settings.base,
        "window": size,
        "precision": precision,
        "prompts": served.prompts(examples),
    }
    _write(folder / SETTINGS, json.dumps(told, indent=1) + "\n")
    return _placed(folder, work / "model")


def _check(examples: Sequence[MarkedExample]) -> None:
    if len(examples) < LEAST:
        raise InvalidInput(
            f"There are {len(examples)} marked answers; a classifier takes {LEAST} to learn "
            "anything, and hundreds to be good. Mark more, or teach the built-in grader "
            "(“learn encoder”), which needs fewer."
        )
    if len({round(each.question.scale.share(each.mark), 3) for each in examples}) < 2:
        raise InvalidInput(
            "All marked answers got the same mark: there is nothing to tell apart. Mark some "
            "better or weaker ones too."
        )


def _tell_of_cuts(examples: Sequence[MarkedExample], windows: Windows, progress: Progress) -> None:
    """Answers are never cut; what they are read beside may be too long, and then it is said."""
    asked = {each.question.id: each.question for each in examples}.values()
    long = [
        question.label
        for question in asked
        if any(
            windows.asked(question.text, text).cut for text in question.reference_answers or [""]
        )
    ]
    if long:
        progress.tell(
            Step(
                0,
                0,
                message=f"Too long to be read whole beside an answer: the question or reference "
                f"answer of {', '.join(long[:5])}. Their beginnings are read; longer windows "
                "(--window) read more.",
            )
        )


def _rows(
    examples: Sequence[MarkedExample], windows: Windows, seed: int | None = None
) -> list[Reading]:
    chance = None if seed is None else random.Random(seed)  # noqa: S311 (an order, no secret)
    return [row for each in examples for row in readings.readings(each, windows, chance)]


# Reading in torch


def _loss(base: Base, rows: Sequence[Reading]) -> torch.Tensor:
    logits = logits_of(base, rows)
    shares = torch.tensor([row.share for row in rows], device=logits.device)
    counts = torch.tensor([row.weight for row in rows], device=logits.device)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, shares, reduction="none")
    return (losses * counts).sum() / counts.sum()


def logits_of(base: Base, rows: Sequence[Reading]) -> torch.Tensor:
    """One an answer, (n,): its windows' logits pooled as grading pools them."""
    windows = [window for row in rows for window in row.windows]
    width = max(len(each.ids) for each in windows)
    pad = base.network.config.pad_token_id or 0

    def filled(values: Sequence[int], filler: int) -> list[int]:
        return [*values, *[filler] * (width - len(values))]

    given = {
        IDS: [filled(each.ids, pad) for each in windows],
        MASK: [filled([1] * len(each.ids), 0) for each in windows],
        TYPES: [filled(each.types, 0) for each in windows],
    }
    where = base.network.device
    tensors = {name: torch.tensor(given[name], device=where) for name in base.inputs}
    logits = base.network(**tensors).logits[:, 0]
    owner = torch.tensor([n for n, row in enumerate(rows) for _ in row.windows], device=where)
    counts = torch.tensor([w for row in rows for w in weights(row.windows)], device=where)
    return torch.zeros(len(rows), device=where).index_add(0, owner, logits * counts)


def _judged(base: Base, chosen_by: Sequence[Reading], shown: Sequence[Reading]) -> Judged:
    logits = _read(base, chosen_by)
    shares = torch.tensor([row.share for row in chosen_by])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, shares).item()
    if not shown:
        return Judged(loss, None)
    made = _read(base, shown).sigmoid().numpy()
    return Judged(loss, qwk(np.array([row.share for row in shown]), made))


@torch.no_grad()
def _read(base: Base, rows: Sequence[Reading]) -> torch.Tensor:
    return torch.cat([logits_of(base, [row]).cpu() for row in rows])


# The finished folder


class OneLogit(torch.nn.Module):
    """The network with its logits flat, (n,), as grading reads them."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.network, self._inputs = base.network, base.inputs

    def forward(self, *given: torch.Tensor) -> torch.Tensor:
        """Of the base's inputs, in their order."""
        logits: torch.Tensor = self.network(**dict(zip(self._inputs, given, strict=True))).logits
        return logits[:, 0]


def _export(base: Base, folder: Path, rows: Sequence[Reading]) -> str:
    """int8 where that reads as the full network does (some, such as DeBERTa, can suffer by it)."""
    base.network.cpu()
    full, narrow = folder / "full.onnx", folder / NETWORK
    export.as_float(OneLogit(base), base.inputs, [LOGIT], full, "windows")
    export.as_int8(full, narrow)
    if served.as_good(SequenceNetwork(full), SequenceNetwork(narrow), rows):
        full.unlink()
        return "int8"
    full.replace(narrow)
    return "float32"


def _folder(work: Path, words: Path) -> Path:
    folder = work / "model.writing"
    shutil.rmtree(folder, ignore_errors=True)
    _write(folder / WORDS, words.read_text(encoding="utf-8"))
    return folder


def _write(file: Path, text: str) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageFailed(
            f"{file.name} can't be written to {file.parent} ({error.strerror}). Make room there "
            "and start the training again: it goes on where it was."
        ) from error
    return file


def _placed(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return folder.rename(target)
