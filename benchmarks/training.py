"""QLoRA of the language model: steps and tokens a second and peak memory, for sft and for dpo.

    python -m benchmarks.training [--shapes 8b] [--at-once 1 4 8] [--tokens 700] [--json OUT]

Weights are random, in NF4 as grading loads them, and so are the rows: neither speed nor memory
depends on what they say. Settings are those of the card's preset; a step is 16 rows, of which
``at once`` stand in memory together, and one at a time is the baseline. Each line runs in a
process of its own, through the same code as ``learn``. 3b and 8b need a GPU, 100m a CPU.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from autograder.learning.language.presets import DPO, SFT, card, preset
from autograder.learning.language.rows import Pair, Row
from autograder.learning.language.teaching import Base, Place
from autograder.learning.progress import Progress
from benchmarks.llama import ON_GPU, SHAPES, build

COMMAND = "python -m benchmarks.training --shapes 8b"
STEPS = 8
WARM = 2  # steps that are not counted
LABELS = (36, 37)
GIB = 2**30


def rows(count: int, tokens: int) -> list[Row]:
    """Prompts of 0.8 to 1.2 times ``tokens``, each with one of two labels."""
    chance = random.Random(0)
    lengths = [round(tokens * chance.uniform(0.8, 1.2)) for _ in range(count)]
    return [
        Row(tuple(chance.randrange(100, 30_000) for _ in range(length)), (LABELS[index % 2],))
        for index, length in enumerate(lengths)
    ]


def pairs(count: int, tokens: int) -> list[Pair]:
    return [
        Pair(row.prompt, row.reply, (LABELS[0] + LABELS[1] - row.reply[0],))
        for row in rows(count, tokens)
    ]


def measure(shape: str, method: str, at_once: int, tokens: int, steps: int) -> dict[str, Any]:
    """One line of the table."""
    device = "cuda" if shape in ON_GPU else "cpu"
    here = card(device)
    chosen = preset(here, method)
    settings = replace(
        chosen, at_once=at_once, epochs=1, longest=max(chosen.longest, 2 * tokens), saves=1, looks=1
    )
    base = Base(shape, lambda: (loaded(shape, device), tokenizer()), on_cpu=device == "cpu")
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), Progress(Path(folder)))
        train(method, steps * settings.batch, tokens, settings, base, place)
        told = Progress.read(Path(folder))
    ends = [each.at for each in told if each.loss is not None]
    seconds = median(later - earlier for earlier, later in pairwise(ends[WARM:]))
    replies = 1 if method == SFT else 2
    return {
        "shape": shape,
        "method": method,
        "at once": at_once,
        "went with": smaller(told, at_once),
        "numbers": settings.numbers,
        "seconds a step": seconds,
        "tokens a second": settings.batch * replies * tokens / seconds,
        "memory": peak(device),
        "card": here.name,
    }


def train(method: str, count: int, tokens: int, settings: Any, base: Base, place: Place) -> None:
    if method == SFT:
        from autograder.learning.language.sft import train_sft

        train_sft(rows(count, tokens), settings, base, place)
    else:
        from autograder.learning.language.dpo import train_dpo

        train_dpo(pairs(count, tokens), settings, base, place)


def loaded(shape: str, device: str) -> Any:
    model = build(shape, device)
    model.is_loaded_in_4bit = True  # what transformers says of a base that it loaded itself
    return model


def tokenizer() -> PreTrainedTokenizerFast:
    """Never asked: the rows are tokens already."""
    words = Tokenizer(models.WordLevel({"<end>": 0}, unk_token="<end>"))
    return PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", pad_token="<end>")


def smaller(told: list[Any], at_once: int) -> int:
    """Rows at once in the end: fewer where memory was short."""
    return at_once >> sum("Memory was short" in each.message for each in told)


def peak(device: str) -> float:
    """Bytes at the most: of the card, or of the process on a CPU."""
    if device == "cuda":
        return float(torch.cuda.max_memory_reserved())
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def table(lines: list[dict[str, Any]]) -> str:
    head = (
        "| shape | method | rows at once | numbers | s/step | tokens/s | peak memory | speed-up |"
    )
    found = [head, "|---|---|---|---|---|---|---|---|"]
    for line in lines:
        own = [e for e in lines if (e["shape"], e["method"]) == (line["shape"], line["method"])]
        faster = line["tokens a second"] / own[0]["tokens a second"]
        found.append(
            f"| {line['shape']} | {line['method']} | {line['went with']} | {line['numbers']} "
            f"| {line['seconds a step']:.2f} | {line['tokens a second']:,.0f} "
            f"| {line['memory'] / GIB:.1f} GiB | {faster:.2f} |"
        )
    return "\n".join(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=["8b"])
    parser.add_argument("--methods", nargs="+", choices=[SFT, DPO], default=[SFT, DPO])
    parser.add_argument("--at-once", nargs="+", type=int, default=[1, 4, 8])
    parser.add_argument("--tokens", type=int, default=700)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        shape, method, at_once = given.one.split(",")
        print(json.dumps(measure(shape, method, int(at_once), given.tokens, given.steps)))
        return
    lines = []
    for shape in given.shapes:
        if shape in ON_GPU and not torch.cuda.is_available():
            print(f"{shape}: not measured (no CUDA GPU here). On one: {COMMAND}")
            continue
        for method in given.methods:
            for at_once in given.at_once:
                one = ["--one", f"{shape},{method},{at_once}"]
                sizes = ["--tokens", str(given.tokens), "--steps", str(given.steps)]
                command = [sys.executable, "-m", "benchmarks.training", *one, *sizes]
                ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                lines.append(json.loads(ran.stdout.splitlines()[-1]))
    if lines:
        print(f"{lines[0]['card']}, prompts of about {given.tokens} tokens, 16 rows a step")
        print(table(lines))
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
