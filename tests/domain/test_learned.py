import pickle
from datetime import UTC, datetime

from autograder.domain.learned import KINDS, LORA, SHIPPED, LearnedModel


def test_a_learned_model_goes_whole_into_another_process() -> None:
    model = LearnedModel(
        id="lora-20261121-0a1b2c3d",
        kind=LORA,
        method="sft",
        base="meta-llama/Llama-3.2-3B-Instruct",
        base_revision="main",
        parent=SHIPPED,
        data="f" * 64,
        data_count=120,
        code="1.0",
        settings={"rank": 16},
        metrics={"qwk": 0.71},
        licence="Llama 3.2 Community License",
        created=datetime(2026, 11, 21, tzinfo=UTC),
        files={"adapter_model.safetensors": "0" * 64},
    )
    assert pickle.loads(pickle.dumps(model)) == model


def test_no_kind_can_be_taken_for_the_model_that_ships() -> None:
    assert SHIPPED not in KINDS
    assert len(set(KINDS)) == 4
