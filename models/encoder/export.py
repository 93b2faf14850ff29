"""Turns a trained checkpoint into ``network.onnx``: int8, for ONNX Runtime alone.

    python models/encoder/export.py FOLDER/phase2.pt

How, autograder/learning/encoding/export.py says: what a teacher trains is made the same way.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from train import source_folder

from autograder.learning.encoding import export
from autograder.learning.encoding.cross_encoder import (
    INPUTS,
    CrossEncoder,
    WithState,
    tokenizer_of,
)

PAIRS = [
    ("It maps pages to frames.", "A page table maps virtual pages to physical frames."),
    ("It is a kind of file.", "A page table maps virtual pages to physical frames."),
    ("Processes wait for each other in a circle.", "Circular wait"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "network.onnx")
    options = parser.parse_args()
    source = source_folder()
    model = CrossEncoder.published(source)
    model.load_state_dict(torch.load(options.checkpoint, weights_only=True))
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        export.as_float(WithState(model), INPUTS, ["logits", "state"], full)
        export.as_int8(full, options.out)
        wide, narrow = (logits(path, source) for path in (full, options.out))
    size = options.out.stat().st_size / 1e6
    print(f"{options.out.name}: {size:.1f} MB, logits {wide.round(2)} became {narrow.round(2)}")


def logits(network: Path, source: Path) -> np.ndarray:
    """The logits of PAIRS, (n, 3), one run each."""
    session = onnxruntime.InferenceSession(network)
    found = []
    for encoded in tokenizer_of(source / "tokenizer.json").encode_batch(PAIRS):
        values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
        feed = {name: np.array([row]) for name, row in zip(INPUTS, values, strict=True)}
        found.append(session.run(None, feed)[0][0])
    return np.stack(found)


if __name__ == "__main__":
    main()
