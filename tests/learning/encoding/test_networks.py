"""Networks out of their files and back: what ships, and the types that Hugging Face names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.domain.errors import EngineUnavailable, StorageFailed
from autograder.learning.encoding.onnx_weights import weights_of
from autograder.sequence_network import LOGIT, SequenceNetwork, pooled
from autograder.settings import Settings
from autograder.windows import Windows
from tests.grading import tiny_classifier

torch = pytest.importorskip("torch")

from autograder.grading.encoding.cross_encoder import CrossEncoder as Served  # noqa: E402
from autograder.learning.encoding import bases, export  # noqa: E402
from autograder.learning.encoding.classifier import OneLogit, logits_of  # noqa: E402
from autograder.learning.encoding.cross_encoder import (  # noqa: E402
    INPUTS,
    CrossEncoder,
    WithState,
)
from autograder.learning.encoding.readings import Reading  # noqa: E402

MODELS = Settings().models
SHIPPED = MODELS / "encoder" / "network.onnx"


def test_the_network_that_ships_can_be_taught_further_without_losing_much(
    tmp_path: Path,
) -> None:
    """Out of int8 and back an untaught copy says nearly the same: logits spread by about 3."""
    torch.set_num_threads(1)
    network = CrossEncoder.shipped(SHIPPED)
    export.exported(WithState(network), INPUTS, ["logits", "state"], tmp_path / "network.onnx")
    words = MODELS / "minilm" / "tokenizer.json"
    one, other = (Served(folder, words) for folder in (SHIPPED.parent, tmp_path))
    pair = ("It maps pages to frames.", "A page table maps virtual pages to physical frames.")
    assert one.read(*pair).made == pytest.approx(other.read(*pair).made, abs=0.15)
    assert weights_of(tmp_path / "network.onnx").keys() == set(network.state_dict())


def test_a_file_that_is_no_network_is_said(tmp_path: Path) -> None:
    (tmp_path / "network.onnx").write_bytes(b"no network")
    with pytest.raises(EngineUnavailable, match="can't be read"):
        weights_of(tmp_path / "network.onnx")


@pytest.mark.parametrize("kind", tiny_classifier.SIZES)
def test_each_type_of_classifier_reads_alike_in_training_and_in_grading(
    tmp_path: Path, kind: str
) -> None:
    torch.set_num_threads(1)
    base = bases.load(str(tiny_classifier.base(tmp_path, kind)), MODELS)
    (tmp_path / "words.json").write_text(base.tokenizer)
    windows = Windows(tmp_path / "words.json", 40)
    asked = windows.asked("What is it?", "A thing of beauty.")
    long, short = windows.of(asked, "a joy for ever and more " * 12), windows.of(asked, "a joy")
    assert len(long) > 1
    rows = [Reading(tuple(each), 1.0, 0.5, np.inf, "q") for each in (long, short)]
    with torch.no_grad():
        trained = logits_of(base, rows)  # in one batch, the short one padded
    export.as_float(OneLogit(base), base.inputs, [LOGIT], tmp_path / "full.onnx", "windows")
    export.as_int8(tmp_path / "full.onnx", tmp_path / "model.onnx")
    full = SequenceNetwork(tmp_path / "full.onnx", 1)
    assert trained.tolist() == pytest.approx(
        [pooled(each, full.read(each)) for each in (long, short)], abs=1e-5
    )
    assert np.isfinite(SequenceNetwork(tmp_path / "model.onnx", 1).read(long)).all()


def test_a_base_that_is_not_here_is_not_fetched_unasked() -> None:
    with pytest.raises(EngineUnavailable, match="--download"):
        bases.load("somebody/deberta-v3-of-theirs", MODELS)


def test_the_base_that_ships_is_there_without_a_hub() -> None:
    base = bases.load("minilm", MODELS)
    assert base.longest == 512
    assert base.network.config.num_labels == 1


def test_a_network_that_a_full_disk_tore_is_said_as_such(tmp_path: Path) -> None:
    base = bases.load(str(tiny_classifier.base(tmp_path, "bert")), MODELS)
    full = tmp_path / "full.onnx"
    export.as_float(OneLogit(base), base.inputs, [LOGIT], full, "windows")
    full.write_bytes(full.read_bytes()[: full.stat().st_size // 2])
    with pytest.raises(StorageFailed, match="the disk is full"):
        export.as_int8(full, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
