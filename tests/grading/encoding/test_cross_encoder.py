"""The network's place in the grader, held by a network that adds the token ids up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from autograder.domain.errors import EngineUnavailable
from autograder.embedding import DIMENSIONS, TextEmbedding
from autograder.grading.encoding.cross_encoder import TOKENS, CrossEncoder
from autograder.grading.encoding.features import PAIR
from autograder.grading.encoding.heads import NETWORK
from autograder.grading.encoding.judge import Judge
from autograder.grading.encoding.meaning import Meanings
from autograder.settings import Settings

MODELS = Settings().models
WORDS = MODELS / "minilm"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@pytest.fixture
def network(tmp_path: Path) -> CrossEncoder:
    """Its three logits are the sum of all ids, 0 and 0; its state is the three logits again."""
    shape = ["pairs", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in INPUTS]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["pairs", 3])
        for name in ("logits", "state")
    ]
    constants = [
        helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
        helper.make_tensor("first", TensorProto.FLOAT, [3], [1, 0, 0]),
    ]
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
        helper.make_node("Sum", ["ids", "types"], ["all"]),
        helper.make_node("ReduceSum", ["all", "axis"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["sum", "first"], ["logits"]),
        helper.make_node("Identity", ["logits"], ["state"]),
    ]
    graph = helper.make_graph(nodes, "sum", inputs, outputs, constants)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(
        helper.make_model(graph, opset_imports=opset, ir_version=9), tmp_path / "network.onnx"
    )
    return CrossEncoder(tmp_path, WORDS / "tokenizer.json")


def test_the_network_sees_answer_and_point_as_a_pair(network: CrossEncoder) -> None:
    encoded = Tokenizer.from_file(str(WORDS / "tokenizer.json")).encode("It maps.", "A page table")
    total = float(np.sum(encoded.ids) + np.sum(encoded.type_ids))
    read = network.read("It maps.", "A page table")
    assert read.made == pytest.approx(total - np.log(2))
    assert read.contradicted == pytest.approx(-total)
    assert read.vector.tolist() == [1, 0, 0]


def test_an_endless_answer_is_cut_to_what_the_network_reads(network: CrossEncoder) -> None:
    word = Tokenizer.from_file(str(WORDS / "tokenizer.json")).encode("page").ids[1]
    assert network.read("page " * 5000, "point").made < (word + 1) * TOKENS + 5000


def test_the_network_s_logits_are_the_last_features_of_a_pair(network: CrossEncoder) -> None:
    common = np.zeros(DIMENSIONS, np.float32)
    judge = Judge(Meanings(TextEmbedding(WORDS, threads=1), common), network)
    said = judge.said("It maps pages to frames.")
    (wanted,) = judge.wanted("What does it do?", ["maps pages"])
    features, read = judge.match(said, wanted).features, network.read(said.text, wanted.text)
    assert len(features) == len(PAIR) + NETWORK
    assert features[-NETWORK:].tolist() == [read.made, read.contradicted]


def test_the_shipped_network_tells_what_is_said_from_what_is_denied() -> None:
    shipped = CrossEncoder(MODELS / "encoder", WORDS / "tokenizer.json")
    point = "A process can run on another core."
    said = shipped.read("The process may be executed on a different core.", point)
    denied = shipped.read("A process can never run on another core.", point)
    other = shipped.read("My favourite food is pasta.", point)
    assert said.made > max(denied.made, other.made)
    assert denied.contradicted > other.contradicted


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="network"):
        CrossEncoder(tmp_path, WORDS / "tokenizer.json").read("a", "b")
