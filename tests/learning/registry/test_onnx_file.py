from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import helper

from autograder.learning.registry.onnx_file import problem
from autograder.settings import PROJECT
from tests.learning.registry import learned


def test_the_networks_that_ship_pass() -> None:
    assert problem(PROJECT / "models" / "encoder" / "network.onnx") == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"domain": "com.microsoft", "operator": "FusedMatMul"}, ""),
        ({"domain": "evil.corp", "operator": "Run"}, "don't come with ONNX Runtime"),
        ({"operator": "Loop"}, "has a loop"),
        ({"outside": "../../../etc/passwd"}, "takes weights from another file"),
        ({"outside": "weights.data"}, "takes weights from another file"),
    ],
)
def test_only_a_network_that_holds_all_it_needs_is_taken(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    found = problem(learned.network(tmp_path / "network.onnx", **changes))
    assert told in found
    assert bool(told) == bool(found)


def test_what_hides_inside_a_branch_is_found(tmp_path: Path) -> None:
    path = learned.network(tmp_path / "network.onnx")
    model = onnx.load(path)
    inner = onnx.load(learned.network(tmp_path / "inner.onnx", operator="Loop")).graph
    node = helper.make_node("If", ["x"], ["z"], then_branch=inner, else_branch=inner)
    model.graph.node.append(node)
    onnx.save(model, path)
    assert "has a loop" in problem(path)


def test_what_is_no_network_is_damaged(tmp_path: Path) -> None:
    whole = learned.network(tmp_path / "network.onnx").read_bytes()
    for name, content in (("empty", b""), ("text", b"no network"), ("cut", whole[:-30])):
        path = tmp_path / name
        path.write_bytes(content)
        assert "is damaged" in problem(path)
