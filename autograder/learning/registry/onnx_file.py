"""An ONNX file, looked at without running it.

ONNX can name weights in other files (``external_data``: any path) and operators of other
libraries (domains), see the ONNX spec's IR, sections "External tensor data" and "Operator sets".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOMAINS = {"", "ai.onnx", "com.microsoft"}
"""The standard's operators, and those that ONNX Runtime brings along for int8."""
ENDLESS = {"Loop", "Scan"}
"""How often they run is data: a poisoned file could run for ever. No network here has them."""
MOST_BYTES = 2**31
DEEPEST = 4


def problem(path: Path) -> str:
    """Why the file can't be used, to be read after its name; empty where nothing is wrong."""
    import onnx
    from google.protobuf.message import DecodeError

    if path.stat().st_size > MOST_BYTES:
        return "is too large"
    try:
        model = onnx.load_model(str(path), load_external_data=False)
    except (DecodeError, ValueError):
        return "is damaged: it can't be read as ONNX"
    if not model.graph.node:
        return "is damaged: there is no network in it"
    if model.functions or model.training_info:
        return "brings operators of its own along"
    if {each.domain for each in model.opset_import} - DOMAINS:
        return "needs operators that don't come with ONNX Runtime"
    return next(_of_graph(model.graph), "")


def _of_graph(graph: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        yield "has networks in networks"
        return
    tensors = [*graph.initializer]
    tensors += [part for each in graph.sparse_initializer for part in (each.values, each.indices)]
    for node in graph.node:
        if node.domain not in DOMAINS:
            yield f"needs the operator {node.domain}.{node.op_type}"
        if node.op_type in ENDLESS:
            yield f"has a loop ({node.op_type}), which could run for ever"
        for attribute in node.attribute:
            tensors += [attribute.t, *attribute.tensors]
            for inner in (attribute.g, *attribute.graphs):
                yield from _of_graph(inner, depth + 1)
    if any(each.external_data or each.data_location for each in tensors):
        yield "takes weights from another file: export it with its weights inside"
