"""Bases that are missing, damaged, or stored in other numbers than this machine computes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import plugins
from autograder.domain.errors import EngineUnavailable
from autograder.grading.graders.llama import LlamaGrader
from autograder.grading.language import bases
from autograder.settings import LlamaSettings, Settings
from tests.grading.llama.tiny import ANSWERS, QUESTION, build, settings

torch = pytest.importorskip("torch")


def test_a_base_that_is_not_here_is_said_with_the_way_to_get_it() -> None:
    with pytest.raises(EngineUnavailable, match="hf download nobody/no-such-llama"):
        plugins.grader("llama", settings(Path("nobody/no-such-llama")))


def test_no_base_at_all_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "default", lambda *_: None)
    with pytest.raises(EngineUnavailable, match="There is no language model on this machine"):
        plugins.grader("llama", Settings(grader="llama", llama=LlamaSettings()))


def test_a_damaged_base_is_said(tiny_base: Path, tmp_path: Path) -> None:
    for path in tiny_base.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EngineUnavailable, match="can't be loaded"):
        plugins.grader("llama", settings(tmp_path))


def test_a_gpu_that_is_asked_for_and_missing_is_said(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineUnavailable, match="AUTOGRADER_LLAMA__DEVICE"):
        plugins.grader("llama", settings(tiny_base, device="cuda"))


@pytest.mark.parametrize(("native", "name"), [(True, "bfloat16"), (False, "float16")])
def test_gpus_that_only_emulate_bf16_compute_in_fp16(
    monkeypatch: pytest.MonkeyPatch, native: bool, name: str
) -> None:
    from autograder.grading.language import base_model

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native)
    assert base_model.precision("cuda") is getattr(torch, name)


def test_a_base_saved_in_4_bits_of_bf16_can_be_kept_to_fp16(
    grader: LlamaGrader, tiny_base: Path, tmp_path: Path
) -> None:
    from bitsandbytes.nn.modules import Linear4bit
    from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

    from autograder.grading.language import base_model

    how = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
    )
    saved = AutoModelForCausalLM.from_pretrained(
        tiny_base, dtype=torch.bfloat16, quantization_config=how, device_map={"": "cpu"}
    )
    saved.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_base).save_pretrained(tmp_path)
    model, _ = base_model.load(str(tmp_path), settings(tmp_path).llama)
    base_model._keep_to(model, torch.float16)
    layers = [each for each in model.modules() if isinstance(each, Linear4bit)]
    assert len(layers) == 4 * 7
    assert {layer.compute_dtype for layer in layers} == {torch.float16}
    assert torch.bfloat16 not in {parameter.dtype for parameter in model.parameters()}


@pytest.mark.gpu
def test_a_gpu_marks_in_4_bits_too(tiny_base: Path, tiny_adapter: Path) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA GPU")
    grader = build(tiny_base, device="cuda", adapter=tiny_adapter, rationale_tokens=8)
    predictions = grader.grade(QUESTION, ANSWERS)
    assert grader._model._model.device.type == "cuda"
    assert grader._model._shares
    assert all(each.mark in QUESTION.scale.marks and each.feedback for each in predictions)
