"""A base language model loaded in 4 bits.

NF4 with double quantisation is that of QLoRA (Dettmers et al. 2023, arXiv 2305.14314).
"""

from __future__ import annotations

from typing import Any

import torch

from autograder.domain.errors import EngineUnavailable
from autograder.grading.language import bases
from autograder.settings import LlamaSettings


def load(name: str, settings: LlamaSettings) -> tuple[Any, Any]:
    """The model and the tokenizer of the base ``name``.

    EngineUnavailable: it is not on this machine (and a download isn't allowed or failed), it is
    damaged, or there is not enough memory.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    device = _device(settings)
    source = _source(name, settings)
    shared: dict[str, Any] = {"local_files_only": settings.offline, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, **shared)
        model = AutoModelForCausalLM.from_pretrained(
            source,
            dtype=precision(device),
            device_map={"": device},
            use_safetensors=True,
            **_quantisation(source, device, shared),
            **shared,
        )
    except torch.OutOfMemoryError as error:
        raise EngineUnavailable(
            f"The GPU's memory is too small for {name}, or other programs are using it. Close "
            "them or choose a smaller base model in AUTOGRADER_LLAMA__BASE."
        ) from error
    except Exception as error:  # the hub, files and architectures raise anything
        raise EngineUnavailable(
            f"The language model {name} can't be loaded: {_first_line(error)} "
            f"{bases.how_to_get(settings, name)}"
        ) from error
    model.requires_grad_(False).train(False)
    if device == "cuda":
        _keep_to(model, precision(device))
    return model, tokenizer


def precision(device: str) -> torch.dtype:
    """The numbers to compute in: exact on the CPU; fp16 where the GPU only emulates bf16 (T4)."""
    if device == "cpu":
        return torch.float32
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16


def _device(settings: LlamaSettings) -> str:
    gpu = torch.cuda.is_available()
    if settings.device == "cuda" and not gpu:
        raise EngineUnavailable(
            "The settings ask for a GPU, but torch finds none here. Set AUTOGRADER_LLAMA__DEVICE "
            "to auto, or AUTOGRADER_GRADER to encoder."
        )
    return "cuda" if gpu and settings.device != "cpu" else "cpu"


def _source(name: str, settings: LlamaSettings) -> str:
    folder = bases.on_machine(name)
    if folder is None and settings.offline:
        raise EngineUnavailable(
            f"The language model {name} is not on this machine. {bases.how_to_get(settings, name)}"
        )
    return str(folder or name)


def _quantisation(source: str, device: str, shared: dict[str, Any]) -> dict[str, Any]:
    """How to quantise; nothing for a base that was saved in 4 bits already."""
    from transformers import AutoConfig, BitsAndBytesConfig

    if device == "cpu":
        leave_weights_unpacked()
    if getattr(AutoConfig.from_pretrained(source, **shared), "quantization_config", None):
        return {}
    return {
        "quantization_config": BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=precision(device),
        )
    }


def leave_weights_unpacked() -> None:
    """To be called before a base is loaded for the CPU.

    On CPUs with AVX512-BF16 bitsandbytes 0.50 repacks the weights at the first forward: after that
    adapters get no gradients and merge into garbage, and layers whose width isn't a multiple of 64
    crash. Unpacked is right, and faster for prompts.
    """
    from bitsandbytes import functional
    from bitsandbytes.nn import modules

    for module in (functional, modules):
        setattr(module, "has_avx512bf16", lambda: False)  # noqa: B010


def _keep_to(model: Any, dtype: torch.dtype) -> None:
    # A base that was saved in 4 bits computes in what its own config names, whatever is asked
    # for; bf16 on a GPU that only emulates it (T4) is many times slower.
    from bitsandbytes.nn.modules import Linear4bit, Params4bit

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.compute_dtype = dtype
    for parameter in model.parameters():
        floating = parameter.dtype in (torch.bfloat16, torch.float16)
        if floating and not isinstance(parameter, Params4bit):
            parameter.data = parameter.data.to(dtype)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".") + "."
