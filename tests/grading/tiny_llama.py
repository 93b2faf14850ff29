"""A Llama small enough for tests, with adapters: real files in the real formats, random weights."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tests.tiny_words import byte_pairs

SPECIAL = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] | trim + '<|eot_id|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] | trim + '<|eot_id|>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
PROSE = [
    "A process is a program in execution; a thread is a path of execution inside a process.",
    "The scheduler picks the next process. Verdict on this one point, as a single letter:",
    "The student's answer (all between the two lines): reference answer, question, criterion.",
    "A deadlock needs mutual exclusion, hold and wait, no preemption and a circular wait.",
]


def tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE whose digits and capitals are tokens of their own."""
    return PreTrainedTokenizerFast(
        tokenizer_object=byte_pairs(PROSE, SPECIAL, 500, digits=True),
        bos_token=SPECIAL[0],
        eos_token=SPECIAL[3],
        chat_template=TEMPLATE,
    )


def build(folder: Path, seed: int = 0) -> Path:
    """Saves the base model; widths are multiples of 64, as NF4 wants them."""
    words = tokenizer()
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        initializer_range=0.15,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def build_adapter(folder: Path, base: Path, seed: int = 1, size: float = 0.2) -> Path:
    """Saves a LoRA adapter for ``base`` whose matrices are random, so that it does something."""
    torch.manual_seed(seed)
    lora = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(LlamaForCausalLM.from_pretrained(base), lora)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=size)
    model.save_pretrained(str(folder))
    change(folder, base_model_name_or_path=str(base))
    return folder


def change(adapter: Path, **values: object) -> None:
    """Changes keys of the adapter's config."""
    path = adapter / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
