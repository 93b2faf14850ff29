"""Small learned models in the real formats."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from autograder.domain.exam import Question, Scale
from autograder.learning.registry.known_answers import KnownAnswer
from autograder.learning.registry.manifest import Described

QUESTION = Question("q1", "Q1", "What is paging?", Scale(0, 2), ("Memory in fixed-size blocks.",))
KNOWN = (KnownAnswer(QUESTION, "Blocks.", ((0.0, 0.1), (1.0, 0.2), (2.0, 0.7))),)
BASE = "meta-llama/Llama-3.2-3B-Instruct"


def lora(folder: Path, base: str = BASE, size: float = 1.0) -> Path:
    """A LoRA adapter's folder as training leaves it."""
    folder.mkdir(parents=True)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": 2,
        "lora_alpha": 4,
        "target_modules": ["q_proj"],
        "base_model_name_or_path": base,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    weights = {"a.lora_A.weight": np.full((2, 4), size, "float32")}
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def network(
    path: Path,
    domain: str = "",
    operator: str = "MatMul",
    outside: str = "",
    size: float = 1.0,
) -> Path:
    """An ONNX network of one operator; ``outside`` names a file that holds its weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = numpy_helper.from_array(np.full((2, 3), size, "float32"), "w")
    if outside:
        weights.ClearField("raw_data")
        weights.data_location = TensorProto.EXTERNAL
        weights.external_data.add(key="location", value=outside)
    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "w"], ["y"], domain=domain)],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
        [weights],
    )
    opsets = [helper.make_opsetid("", 17)]
    opsets += [helper.make_opsetid(domain, 1)] if domain else []
    onnx.save(helper.make_model(graph, opset_imports=opsets), path)
    return path


def described(kind: str = "lora", **changes: object) -> Described:
    told: dict[str, object] = {
        "kind": kind,
        "method": "sft",
        "base": BASE,
        "data": "d" * 64,
        "data_count": 120,
        "settings": {"rank": 2, "rate": 2e-4, "targets": ("q_proj",)},
        "metrics": {"qwk": 0.71, "loss": 1},
        "licence": "Llama 3.2 Community License",
        "base_revision": "main",
        "known": KNOWN,
    }
    return Described(**(told | changes))  # type: ignore[arg-type]
