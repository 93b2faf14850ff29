"""A sequence classifier small enough to be made in a second: random weights, the real format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from autograder.settings import Settings

FITTED = {"factor": 1.0, "bias": 0.0, "slope": 4.0, "strictness": 0.5}


def base(folder: Path, kind: str = "bert") -> Path:
    """A Hugging Face folder with a model of that type and the embedded encoder's word pieces."""
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(3)
    words = str(Settings().models / "minilm" / "tokenizer.json")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=words, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )
    config = AutoConfig.for_model(kind, vocab_size=len(tokenizer), pad_token_id=0, **SIZES[kind])
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


SIZES: dict[str, dict[str, Any]] = {
    "bert": {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    | {"intermediate_size": 32},
    "distilbert": {"dim": 32, "n_layers": 1, "n_heads": 2, "hidden_dim": 32},
    "gpt2": {"n_embd": 32, "n_layer": 1, "n_head": 2, "bos_token_id": 101, "eos_token_id": 102},
    "deberta-v2": {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    | {"intermediate_size": 32, "relative_attention": True, "position_biased_input": False}
    | {"pos_att_type": ["p2c", "c2p"], "type_vocab_size": 0},
}


def build(folder: Path, **told: object) -> Path:
    """A folder as ``learn classifier`` leaves it, of a network that has learned nothing."""
    import torch

    from autograder.learning.encoding import bases, export
    from autograder.learning.encoding.classifier import OneLogit
    from autograder.sequence_network import LOGIT

    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    found = bases.load(str(base(folder / "base")), Settings().models)
    export.exported(OneLogit(found), found.inputs, [LOGIT], folder / "model.onnx", "windows")
    (folder / "tokenizer.json").write_text(found.tokenizer, encoding="utf-8")
    fitted: dict[str, object] = {"whole": FITTED, "point": None, "window": 64, "prompts": []}
    (folder / "classifier.json").write_text(json.dumps(fitted | told))
    shutil.rmtree(folder / "base")
    return folder
