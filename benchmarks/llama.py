"""Answers a minute of the llama engine's scoring: whole prompts, a repeated cache, packed rows.

    python -m benchmarks.llama [--shapes 100m 8b] [--prefix 600] [--answers 32] [--json OUT]

Weights are random, in NF4 as the engine loads them: speed and memory don't depend on what they
say. Each way runs in a process of its own, so that its peak memory is its own, and reads one
criterion of each answer. 100m runs on the CPU, the others on a GPU. Speed-up is in CPU seconds on
a CPU, which other programs don't disturb as they do the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

from autograder.grading.language.base_model import leave_weights_unpacked, precision
from autograder.grading.language.batches import within
from autograder.grading.language.label_scoring import (
    Ids,
    Prefix,
    extend,
    next_logits,
    padded,
    shared,
)
from autograder.grading.language.room import Room

SHAPES: dict[str, dict[str, Any]] = {
    "100m": {"hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12}
    | {"num_attention_heads": 12, "num_key_value_heads": 4, "vocab_size": 32_000},
    "3b": {"hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 28}
    | {"num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 128_256},
    "8b": {"hidden_size": 4096, "intermediate_size": 14_336, "num_hidden_layers": 32}
    | {"num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256},
}
"""100m is nobody's; 3b and 8b are those of Llama 3.2 and 3.1."""
ON_GPU = ("3b", "8b")
ANSWER_TOKENS = (80, 120)
ROWS = 8  # prompts side by side, the best of 4, 8, 16 and 32 for both ways that pad

Read = Callable[[Any, Prefix, Sequence[Ids]], torch.Tensor]


def whole(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """Every prompt from its beginning."""
    rows = [ends[start : start + ROWS] for start in range(0, len(ends), ROWS)]
    return torch.cat([next_logits(model, Prefix(prefix.ids), row) for row in rows])


@torch.inference_mode()
def repeated(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """The beginning computed once, its cache repeated for each row."""
    begun, logits = extend(model, Prefix(), prefix.ids), []
    assert begun.cache is not None
    for start in range(0, len(ends), ROWS):
        row = ends[start : start + ROWS]
        cache = shared(begun.cache)
        cache.batch_repeat_interleave(len(row))
        ids, own = padded(row, model.device)
        output = model(
            input_ids=ids,
            attention_mask=torch.cat([own.new_ones(len(row), len(prefix.ids)), own], dim=1),
            position_ids=len(prefix.ids) + (own.cumsum(-1) - 1).clamp_min(0),
            past_key_values=cache,
            logits_to_keep=1,
        )
        logits.append(output.logits[:, -1].float())
    return torch.cat(logits)


def packed(model: Any, prefix: Prefix, ends: Sequence[Ids]) -> torch.Tensor:
    """The engine's way."""
    begun, logits, done = extend(model, Prefix(), prefix.ids), [], 0
    while done < len(ends):
        most = Room(model).row(len(prefix.ids))
        row = ends[done : done + max(1, within([len(end) for end in ends[done:]], most))]
        logits.append(next_logits(model, begun, row))
        done += len(row)
    return torch.cat(logits)


WAYS: dict[str, Read] = {"whole prompts": whole, "repeated cache": repeated, "packed": packed}


def build(shape: str, device: str) -> Any:
    """A Llama of random NF4 weights, made layer by layer: it is never there in full size."""
    torch.manual_seed(0)
    leave_weights_unpacked()
    sizes, dtype = SHAPES[shape], precision(device)
    config = LlamaConfig(**{**sizes, "num_hidden_layers": 1}, max_position_embeddings=8192)
    config._attn_implementation = "sdpa"
    torch.set_default_dtype(dtype)
    with torch.device(device):
        model = LlamaForCausalLM(config)
        quantise(model.model.layers, device)
        for index in range(1, sizes["num_hidden_layers"]):
            model.model.layers.append(LlamaDecoderLayer(config, index))
            quantise(model.model.layers[index], device)
    torch.set_default_dtype(torch.float32)
    config.num_hidden_layers = sizes["num_hidden_layers"]
    return model.requires_grad_(False).train(False)


def quantise(module: torch.nn.Module, device: str) -> None:
    from bitsandbytes.nn.modules import Linear4bit, Params4bit

    for name, child in module.named_children():
        if not isinstance(child, torch.nn.Linear):
            quantise(child, device)
            continue
        layer = Linear4bit(
            child.in_features, child.out_features, bias=False, compute_dtype=child.weight.dtype
        )
        weight: Any = Params4bit(
            child.weight.data.cpu(),
            requires_grad=False,
            compress_statistics=True,
            quant_type="nf4",
            module=layer,
        )
        layer.weight = weight.to(device)
        setattr(module, name, layer)


def measure(shape: str, way: str, known: int, answers: int, logits: Path) -> dict[str, Any]:
    """One way's figures; the logits are saved for comparison."""
    device = "cuda" if shape in ON_GPU else "cpu"
    model = build(shape, device)
    draw = torch.Generator().manual_seed(1)
    lengths = torch.randint(*ANSWER_TOKENS, (answers,), generator=draw).tolist()
    prefix = Prefix(tuple(torch.randint(1, 30_000, (known,), generator=draw).tolist()))
    ends = [torch.randint(1, 30_000, (length,), generator=draw).tolist() for length in lengths]
    WAYS[way](model, Prefix(prefix.ids[:32]), ends[:2])
    before = resident(device, reset=True)
    started, worked = perf_counter(), process_time()
    found = WAYS[way](model, prefix, ends).cpu()
    seconds, work = perf_counter() - started, process_time() - worked
    torch.save(found, logits)
    peak = resident(device)
    return {"seconds": seconds, "work": work, "loaded": before, "peak": peak}


def resident(device: str, reset: bool = False) -> int:
    """The most bytes taken since the last reset; where the system can't reset, since the start."""
    if device == "cuda":
        torch.cuda.synchronize()
        if reset:
            torch.cuda.reset_peak_memory_stats()
        return torch.cuda.max_memory_allocated()
    forget = Path("/proc/self/clear_refs")
    if reset and forget.exists():
        forget.write_text("5", encoding="ascii")
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text("ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def in_own_process(shape: str, way: str, known: int, answers: int, logits: Path) -> dict[str, Any]:
    given = [shape, "--way", way, "--prefix", f"{known}", "--answers", f"{answers}"]
    command = [sys.executable, "-m", "benchmarks.llama", "--shapes", *given]
    done = subprocess.run(
        [*command, "--logits", str(logits)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{way} on {shape} failed:\n{done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def table(shape: str, known: int, answers: int) -> list[dict[str, Any]]:
    """Measures and prints all ways of one shape."""
    gpu = shape in ON_GPU
    where = torch.cuda.get_device_name() if gpu else f"CPU, {torch.get_num_threads()} threads"
    print(f"\n{shape}, NF4, {where}: {answers} answers of 80-120 tokens behind {known} shared ones")
    head = ("", "s an answer", "answers a minute", "speed-up", "logits differ by", "peak memory")
    print("{:<16}{:>13}{:>18}{:>10}{:>18}{:>13}".format(*head))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "0.pt"
        for number, way in enumerate(WAYS):
            own = Path(folder) / f"{number}.pt"
            row = in_own_process(shape, way, known, answers, own)
            gap = float((torch.load(own) - torch.load(first)).abs().max())
            effort = "seconds" if gpu else "work"
            speed = rows[0][effort] / row[effort] if rows else 1.0
            rows.append({"shape": shape, "where": where, "way": way, "speed_up": speed} | row)
            rows[-1]["gap"] = gap
            each = row["seconds"] / answers
            print(
                f"{way:<16}{each:>13.3f}{60 / each:>18.0f}{speed:>9.1f}x{gap:>18.1e}"
                f"{row['peak'] / 2**30:>9.2f} GiB"
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=["100m", "8b"])
    parser.add_argument("--prefix", type=int, default=600)
    parser.add_argument("--answers", type=int, default=32)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--logits", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        sizes = (given.prefix, given.answers, given.logits)
        print(json.dumps(measure(given.shapes[0], given.way, *sizes)))
        return
    rows: list[dict[str, Any]] = []
    for shape in given.shapes:
        if shape in ON_GPU and not torch.cuda.is_available():
            print(f"\n{shape}: not measured, there is no GPU here. On a machine that has one:")
            print(f"  python -m benchmarks.llama --shapes {shape}")
            continue
        rows += table(shape, given.prefix, given.answers)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
