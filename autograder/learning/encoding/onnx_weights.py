"""The weights of a network that was exported and made int8, as float32 again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder.domain.errors import EngineUnavailable

if TYPE_CHECKING:
    from onnx import GraphProto

QUANTIZED, SCALE, ZERO = "_quantized", "_scale", "_zero_point"


def weights_of(file: Path) -> dict[str, np.ndarray]:
    """Each weight by its name in the network that was exported (``bert.encoder...weight``).

    Value = (int8 - zero point) x scale (ONNX operator DequantizeLinear). A matrix of a linear layer
    stands transposed in the graph, named after the node that uses it. EngineUnavailable: the file
    is missing or no network.
    """
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(file)).graph
    except Exception as error:  # the library raises errors of protobuf and of its own
        raise EngineUnavailable(
            f"The network {file} can't be read. Restore it from the AutoGrader download."
        ) from error
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    linear = _linear(graph)
    found: dict[str, np.ndarray] = {}
    for name, values in stored.items():
        if name.endswith(QUANTIZED):
            plain = name.removesuffix(QUANTIZED)
            matrix = _dequantized(values, stored[plain + SCALE], stored[plain + ZERO])
            found[linear.get(name, plain)] = matrix.T if name in linear else matrix
        elif not name.endswith((SCALE, ZERO)):
            found[linear.get(name, name)] = values.T if name in linear else values
    return found


def _dequantized(values: np.ndarray, scale: np.ndarray, zero: np.ndarray) -> np.ndarray:
    return np.asarray((values.astype(np.float32) - zero.astype(np.float32)) * scale, np.float32)


def _linear(graph: GraphProto) -> Mapping[str, str]:
    """The names of the linear layers' matrices: ``/bert/.../query/MatMul_quant`` uses
    ``bert....query.weight``."""
    return {
        node.input[1]: ".".join(node.name.strip("/").split("/")[:-1]) + ".weight"
        for node in graph.node
        if node.op_type in ("MatMulInteger", "MatMul")
    }
