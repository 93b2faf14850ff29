"""The network's place in the grader, held by a network that adds the token ids up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from autograder.domain.errors import EngineUnavailable
from autograder.embedding import TextEmbedding
from autograder.grading.cross_encoder import TOKENS, CrossEncoder
from autograder.grading.features import PAIR
from autograder.grading.judge import Judge
from autograder.settings import Settings

WORDS = Settings().models / "minilm"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@pytest.fixture
def network(tmp_path: Path) -> CrossEncoder:
    shape = ["pairs", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in INPUTS]
    output = helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["pairs"])
    axis = helper.make_tensor("axis", TensorProto.INT64, [1], [1])
    nodes = [
        helper.make_node("Sum", ["ids", "types"], ["all"]),
        helper.make_node("ReduceSum", ["all", "axis"], ["logit"], keepdims=0),
        helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
    ]
    graph = helper.make_graph([*nodes[2:], *nodes[:2]], "sum", inputs, [output], [axis])
    opset = [helper.make_opsetid("", 17)]
    onnx.save(
        helper.make_model(graph, opset_imports=opset, ir_version=9), tmp_path / "network.onnx"
    )
    return CrossEncoder(tmp_path, WORDS / "tokenizer.json", threads=1)


def test_the_network_sees_answer_and_point_as_a_pair(network: CrossEncoder) -> None:
    encoded = Tokenizer.from_file(str(WORDS / "tokenizer.json")).encode("It maps.", "A page table")
    expected = float(np.sum(encoded.ids) + np.sum(encoded.type_ids))
    assert network.logit("It maps.", "A page table") == expected


def test_an_endless_answer_is_cut_to_what_the_network_reads(network: CrossEncoder) -> None:
    word = Tokenizer.from_file(str(WORDS / "tokenizer.json")).encode("page").ids[1]
    assert network.logit("page " * 5000, "point") < (word + 1) * TOKENS + 5000


def test_the_network_s_logit_is_the_last_feature_of_a_pair(network: CrossEncoder) -> None:
    embedding = TextEmbedding(WORDS, threads=1)
    judge = Judge(embedding, network)
    said = judge.said("It maps pages to frames.")
    (wanted,) = judge.wanted("What does it do?", ["maps pages"])
    features = judge.pair(said, wanted)
    assert len(features) == len(PAIR) + 1
    assert features[-1] == network.logit(said.text, wanted.text)
    assert np.array_equal(features[:-1], Judge(embedding, None).pair(said, wanted))


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="network"):
        CrossEncoder(tmp_path, WORDS / "tokenizer.json").logit("a", "b")
