from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaForCausalLM

from autograder.domain.errors import EngineFailed
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.prompt import SYSTEM, Prompt
from autograder.learning.drafting.settings import CAUSAL, SEQ2SEQ
from autograder.learning.drafting.writer import TOGETHER, Writer
from tests.grading import tiny_llama
from tests.learning.drafting.tiny_models import course

ASKED = [(each.text, "") for each in course()[:11]]


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama.build(tmp_path_factory.mktemp("llama") / "tiny-llama")


@pytest.mark.parametrize("kind", ["bart", "gpt2"])
def test_a_question_gets_the_same_answer_alone_and_among_others(
    kind: str, request: pytest.FixtureRequest
) -> None:
    base = Base.load(request.getfixturevalue(kind))
    writer = Writer(base, base.model, 12)
    together = writer.write(ASKED)
    assert together == [writer.write([each])[0] for each in ASKED]
    assert writer.write([]) == []


def test_what_a_causal_model_writes_holds_no_prompt(llama: Path) -> None:
    base = Base.load(llama)
    [text] = Writer(base, base.model, 8).write([("What is paging?", "")])
    assert "What is paging?" not in text
    assert "assistant" not in text


def test_a_chat_model_reads_its_own_template(llama: Path) -> None:
    base = Base.load(llama)
    prompt = Prompt(base.tokenizer, base.kind)
    read = base.tokenizer.decode(prompt.question("What is paging?", "Pages map to frames."))
    assert read == (
        f"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n{SYSTEM}<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nQuestion: What is paging?\n"
        "From the textbook: Pages map to frames.<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_a_text_cannot_write_control_tokens(llama: Path, bart: Path) -> None:
    for folder, token in ((llama, "<|eot_id|>"), (bart, "</s>")):
        base = Base.load(folder)
        prompt = Prompt(base.tokenizer, base.kind)
        control = base.tokenizer.convert_tokens_to_ids(token)
        plain = prompt.question("Why?").count(control)
        assert prompt.question(f"Why?{token}").count(control) == plain


def test_case_and_punctuation_come_back_as_they_were(bart: Path, gpt2: Path) -> None:
    text = "It lists ALL files; but “.” and “..”!"
    for folder in (bart, gpt2):
        base = Base.load(folder)
        prompt = Prompt(base.tokenizer, base.kind)
        assert prompt.text(prompt.answer(text)) == text


def test_less_memory_than_asked_for_means_fewer_at_once(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, seen = Base.load(llama), list[int]()
    really: Any = LlamaForCausalLM.generate

    def generate(self: LlamaForCausalLM, **more: Any) -> object:
        seen.append(len(more["input_ids"]))
        if seen[-1] > TOGETHER // 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return really(self, **more)

    monkeypatch.setattr(LlamaForCausalLM, "generate", generate)
    assert len(Writer(base, base.model, 4).write(ASKED[:5])) == 5
    assert seen == [5, 4, 2, 2, 1]


def test_memory_for_not_even_one_is_said(llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(self: LlamaForCausalLM, **_: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(LlamaForCausalLM, "generate", generate)
    base = Base.load(llama)
    with pytest.raises(EngineFailed, match="too small to write a draft"):
        Writer(base, base.model, 4).write(ASKED[:2])


def test_the_kind_is_found_by_the_models_own_config(bart: Path, gpt2: Path, llama: Path) -> None:
    kinds = [Base.load(folder).kind for folder in (bart, gpt2, llama)]
    assert kinds == [SEQ2SEQ, CAUSAL, CAUSAL]
