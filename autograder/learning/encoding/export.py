"""A trained network as ONNX, int8, for ONNX Runtime alone."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from autograder.domain.errors import StorageFailed

OPSET = 17


def as_float(
    network: torch.nn.Module,
    inputs: Sequence[str],
    outputs: Sequence[str],
    out: Path,
    rows: str = "pairs",
) -> None:
    """Writes the network, which takes ``inputs`` of (rows, tokens) int64 each.

    Not by the newer exporter: its files can't be quantised (ShapeInferenceError).
    StorageFailed: no room.
    """
    example = tuple(torch.ones((2, 8), dtype=torch.long) for _ in inputs)
    with _room(out), _quiet():
        torch.onnx.export(
            network.eval(),
            example,
            str(out),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: {0: rows, 1: "tokens"} for name in inputs},
            opset_version=OPSET,
            dynamo=False,
        )


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
    except OSError as error:
        out.unlink(missing_ok=True)
        raise StorageFailed(
            f"The network can't be written to {out.parent} ({error.strerror}). Make room there and "
            "start the training again: it goes on where it was."
        ) from error
