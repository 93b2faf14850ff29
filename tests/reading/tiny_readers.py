"""A TrOCR and a Qwen3-VL small enough for tests: real files in the real formats.

Their random weights are trained on the spot until they know a few images by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import (
    AutoImageProcessor,
    PreTrainedTokenizerFast,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    TrOCRConfig,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    ViTConfig,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from tests.tiny_words import byte_pairs

STEPS = 400
KNOWN = 0.02
"""The loss at which every word is known by heart."""
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer(special: Sequence[str], texts: Sequence[str], **names: str) -> Any:
    """A byte-level BPE with these special tokens first."""
    return PreTrainedTokenizerFast(tokenizer_object=byte_pairs(texts, special, 320), **names)


def build_trocr(folder: Path, lines: Sequence[tuple[Image.Image, str]]) -> Path:
    """Saves a TrOCR that reads these images of lines."""
    torch.manual_seed(0)
    texts = [text for _, text in lines]
    words = tokenizer(
        ["<s>", "<pad>", "</s>", "<unk>"],
        texts,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    )
    seen = ViTConfig(
        image_size=32,
        patch_size=8,
        hidden_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=96,
    )
    said = TrOCRConfig(
        vocab_size=len(words),
        d_model=48,
        cross_attention_hidden_size=48,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=96,
        max_position_embeddings=64,
        dropout=0.0,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(seen, said)
    model = VisionEncoderDecoderModel(config=config)
    model.config.decoder_start_token_id = model.generation_config.decoder_start_token_id = 2
    model.config.pad_token_id = model.generation_config.pad_token_id = 1
    model.config.eos_token_id = model.generation_config.eos_token_id = 2
    images = ViTImageProcessorPil(size={"height": 32, "width": 32})
    pixels = images(images=[image for image, _ in lines], return_tensors="pt").pixel_values
    labels = words([f"{text}</s>" for text in texts], padding=True, return_tensors="pt").input_ids
    _learn(model, pixel_values=pixels, labels=labels.masked_fill(labels == 1, -100))
    for part in (model, words, images):
        part.save_pretrained(folder)
    return folder


def build_vision_language(
    folder: Path, pages: Sequence[tuple[Image.Image, str]], prompt: str
) -> Path:
    """Saves a Qwen3-VL that writes these pages out when it is asked by ``prompt``."""
    torch.manual_seed(0)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>"]
    special += ["<|image_pad|>", "<|video_pad|>"]
    texts = [prompt, *(text for _, text in pages)]
    words = tokenizer(special, texts, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    words.chat_template = TEMPLATE
    model = Qwen3VLForConditionalGeneration(_qwen(len(words)))
    model.generation_config.eos_token_id = 2
    images = Qwen2VLImageProcessorPil(patch_size=16, merge_size=2, temporal_patch_size=2)
    for part in (model, words, images):
        part.save_pretrained(folder)
    asked = _asked(folder, words, model, pages, prompt)
    _learn(model, **asked)
    model.save_pretrained(folder)
    return folder


def _qwen(vocabulary: int) -> Qwen3VLConfig:
    rope = {
        "rope_type": "default",
        "rope_theta": 10_000.0,
        "mrope_section": [2, 3, 3],
        "mrope_interleaved": True,
    }
    text = {
        "vocab_size": vocabulary,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 4096,
        "rope_parameters": rope,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    vision = {
        "depth": 1,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "patch_size": 16,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "out_hidden_size": 64,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0],
    }
    return Qwen3VLConfig(
        text_config=text,
        vision_config=vision,
        vision_start_token_id=3,
        vision_end_token_id=4,
        image_token_id=5,
        video_token_id=6,
    )


def _asked(
    folder: Path, words: Any, model: Any, pages: Sequence[tuple[Image.Image, str]], prompt: str
) -> dict[str, Any]:
    seen = AutoImageProcessor.from_pretrained(folder)(
        images=[page for page, _ in pages], return_tensors="pt"
    )
    ask = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt}]}]
    asked = words.apply_chat_template(ask, tokenize=False, add_generation_prompt=True)
    starts = [
        asked.replace("<|image_pad|>", "<|image_pad|>" * int(grid.prod() // 4))
        for grid in seen["image_grid_thw"]
    ]
    texts = [f"{start}{text}<|im_end|>" for start, (_, text) in zip(starts, pages, strict=True)]
    words.padding_side = "right"
    tokens = words(texts, padding=True, return_tensors="pt", return_token_type_ids=False)
    labels = tokens["input_ids"].clone()
    for row, start in enumerate(starts):
        labels[row, : len(words(start)["input_ids"])] = -100
    labels[tokens["attention_mask"] == 0] = -100
    kinds = (tokens["input_ids"] == model.config.image_token_id).int()
    return {**tokens, **seen, "mm_token_type_ids": kinds, "labels": labels}


def _learn(model: Any, **batch: Any) -> None:
    model.train(True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(STEPS):
        loss = model(**batch).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if float(loss) < KNOWN:
            return
    raise AssertionError(f"The tiny model has not learned its lines: its loss is {float(loss)}.")
