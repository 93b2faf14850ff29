"""Turns a trained checkpoint into ``network.onnx``: int8, for ONNX Runtime alone.

    python models/encoder/export.py FOLDER/phase2.pt

Weights are int8 per channel in 7 of the 8 bits: with all 8, CPUs without VNNI overflow in the
product.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from train import CrossEncoder, source_folder, tokenizer_for

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
PAIRS = [
    ("It maps pages to frames.", "A page table maps virtual pages to physical frames."),
    ("It is a kind of file.", "A page table maps virtual pages to physical frames."),
    ("Processes wait for each other in a circle.", "Circular wait"),
]


class WithState(CrossEncoder):
    """Gives the state beside the logits: (n, 3) and (n, 384)."""

    def forward(self, *ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        state = self.state(*ids)
        return self.head(state), state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "network.onnx")
    options = parser.parse_args()
    source = source_folder()
    model = WithState(source)
    model.load_state_dict(torch.load(options.checkpoint, weights_only=True))
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        example = torch.ones((2, 8), dtype=torch.long)
        torch.onnx.export(
            model,
            (example, example, example),
            str(full),
            input_names=INPUTS,
            output_names=["logits", "state"],
            dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in INPUTS},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            full, options.out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
        onnx.checker.check_model(options.out)
        wide, narrow = (logits(path, source) for path in (full, options.out))
    size = options.out.stat().st_size / 1e6
    print(f"{options.out.name}: {size:.1f} MB, logits {wide.round(2)} became {narrow.round(2)}")


def logits(network: Path, source: Path) -> np.ndarray:
    """The logits of PAIRS, (n, 3), one run each."""
    session = onnxruntime.InferenceSession(network)
    found = []
    for encoded in tokenizer_for(source).encode_batch(PAIRS):
        values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
        feed = {name: np.array([row]) for name, row in zip(INPUTS, values, strict=True)}
        found.append(session.run(None, feed)[0][0])
    return np.stack(found)


if __name__ == "__main__":
    main()
