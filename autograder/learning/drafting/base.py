"""The pretrained model that drafting begins with: BART and its like, or GPT-2, Llama and theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.learning.drafting.settings import CAUSAL, SEQ2SEQ, Kind

LARGE = 4 * 2**30
"""Bytes of weights on disk above which a GPU holds them in 4 bits while adapters learn (QLoRA)."""


@dataclass(frozen=True, slots=True)
class Base:
    """A model in memory with its tokenizer, without anything learned here."""

    kind: str
    model: Any
    tokenizer: Any
    four_bit: bool

    @classmethod
    def load(cls, folder: Path, kind: Kind = "auto") -> Base:
        """The model in ``folder``: safetensors only, no code of its own.

        InvalidInput: it is not of the ``kind`` that was asked for; EngineUnavailable: it is
        damaged, of no kind that writes, or there is not enough memory.
        """
        from transformers import AutoTokenizer

        found = kind_of(folder)
        if kind not in ("auto", found):
            raise InvalidInput(f"{folder.name} is a {found} model, not {kind}. Leave --kind out.")
        four_bit = torch.cuda.is_available() and _bytes(folder) > LARGE
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model = _weights(folder, found, four_bit)
        except torch.OutOfMemoryError as error:
            raise EngineUnavailable(
                f"The GPU's memory is too small for {folder.name}, or other programs are using "
                "it. Close them or choose a smaller base."
            ) from error
        except Exception as error:  # files and architectures raise anything
            raise EngineUnavailable(f"The base {folder.name} can't be loaded: {error}") from error
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token  # GPT-2 and Llama have none
        return cls(found, model, tokenizer, four_bit)


def kind_of(folder: Path) -> str:
    """SEQ2SEQ or CAUSAL, as the model's config tells. EngineUnavailable: it tells neither."""
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING,
        MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    )

    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # a config raises anything
        raise EngineUnavailable(f"The base {folder.name} can't be loaded: {error}") from error
    if config.is_encoder_decoder and type(config) in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING:
        return SEQ2SEQ
    if type(config) in MODEL_FOR_CAUSAL_LM_MAPPING:
        return CAUSAL
    raise EngineUnavailable(
        f"{folder.name} ({config.model_type}) doesn't write texts. Choose a base such as BART, "
        "GPT-2, Llama or Qwen."
    )


def device() -> str:
    """Where drafts are learned and written."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def precision() -> torch.dtype:
    """The numbers to compute in: exact on the CPU; fp16 where the GPU only emulates bf16 (T4)."""
    if not torch.cuda.is_available():
        return torch.float32
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16


def _weights(folder: Path, kind: str, four_bit: bool) -> Any:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, BitsAndBytesConfig

    chosen: Any = AutoModelForSeq2SeqLM if kind == SEQ2SEQ else AutoModelForCausalLM
    quantisation = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=precision(),
    )
    return chosen.from_pretrained(
        folder,
        dtype=precision(),
        device_map={"": device()},
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
        **({"quantization_config": quantisation} if four_bit else {}),
    )


def _bytes(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.glob("*.safetensors"))
