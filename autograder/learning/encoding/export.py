"""A trained network as ONNX, int8, for ONNX Runtime alone."""

from __future__ import annotations

import io
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from google.protobuf.message import DecodeError
from onnxruntime.quantization import QuantType, quantize_dynamic

from autograder.domain.errors import StorageFailed

OPSET = 17
TORN = "the disk is full"
"""What it means that a file of our own can't be read again: ONNX writes without looking back."""


def as_float(
    network: torch.nn.Module,
    inputs: Sequence[str],
    outputs: Sequence[str],
    out: Path,
    rows: str = "pairs",
) -> None:
    """Writes the network, which takes ``inputs`` of (rows, tokens) int64 each.

    Not by the newer exporter: its files can't be quantised (ShapeInferenceError). Not by torch onto
    the disk either: it keeps silent where that is full. StorageFailed: no room.
    """
    content = io.BytesIO()
    example = tuple(torch.ones((2, 8), dtype=torch.long) for _ in inputs)
    with _room(out), _quiet():
        torch.onnx.export(
            network.eval(),
            example,
            content,  # type: ignore[arg-type]  # takes a file too, though its types forget that
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: {0: rows, 1: "tokens"} for name in inputs},
            opset_version=OPSET,
            dynamo=False,
        )
        out.write_bytes(content.getbuffer())


def as_int8(full: Path, out: Path) -> None:
    """Weights of 8 bits per channel, unsigned as the activations are: signed ones can overflow in
    the product on CPUs without VNNI, and with 7 bits, which can't, much of what little a network
    learned is rounded away (area under ROC .87 instead of .945). StorageFailed: no room."""
    with _room(out), _quiet():
        quantize_dynamic(full, out, weight_type=QuantType.QUInt8, per_channel=True)
        onnx.checker.check_model(str(out))


def exported(
    network: torch.nn.Module,
    inputs: Sequence[str],
    outputs: Sequence[str],
    out: Path,
    rows: str = "pairs",
) -> None:
    """The network as int8 in one go."""
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        full = Path(folder) / "full.onnx"
        as_float(network, inputs, outputs, full, rows)
        as_int8(full, out)


@contextmanager
def _quiet() -> Iterator[None]:
    """The libraries' advice to programmers is nothing for a teacher."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


@contextmanager
def _room(out: Path) -> Iterator[None]:
    """Turns a disk without room into words; the half-written file goes."""
    try:
        yield
    except (OSError, DecodeError, onnx.checker.ValidationError) as error:
        out.unlink(missing_ok=True)
        why = error.strerror if isinstance(error, OSError) else TORN
        raise StorageFailed(
            f"The network can't be written to {out.parent} ({why}). Make room there and start the "
            "training again: it goes on where it was."
        ) from error
