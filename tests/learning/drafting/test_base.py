from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.learning.drafting.base import Base


def test_another_kind_than_asked_for_is_refused(bart: Path) -> None:
    with pytest.raises(InvalidInput, match="tiny-bart is a seq2seq model, not causal"):
        Base.load(bart, "causal")


def test_a_model_that_writes_no_text_is_refused(bart: Path, tmp_path: Path) -> None:
    folder = tmp_path / "vision"
    shutil.copytree(bart, folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "vit"}))
    with pytest.raises(EngineUnavailable, match=r"vit.*doesn't write texts"):
        Base.load(folder)


def test_damaged_weights_are_told(bart: Path, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    shutil.copytree(bart, folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(EngineUnavailable, match="torn can't be loaded"):
        Base.load(folder)
