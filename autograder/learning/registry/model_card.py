"""``README.md`` of a learned model: what whoever gets it has to know, from its manifest alone.

The metadata is that of the hub's model cards (huggingface.co/docs/hub/model-cards).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.domain.learned import CLASSIFIER, ENCODER, GENERATOR, LORA, SHIPPED, LearnedModel

HUB_LICENCES = {
    "apache-2.0",
    "mit",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "cc-by-nc-4.0",
    "mpl-2.0",
    "gemma",
}
LONGEST_LIST = 8
LLAMA = re.compile(r"llama[ -]?(\d(?:\.\d)?)", re.I)
WHAT = {
    LORA: "A LoRA adapter that grades short answers",
    ENCODER: "A learned network of AutoGrader's embedded grader",
    CLASSIFIER: "A sequence classifier, exported to ONNX, that grades answers",
    GENERATOR: "A model that drafts reference answers; it grades nothing",
}
TASK = {
    LORA: "text-generation",
    ENCODER: "text-classification",
    CLASSIFIER: "text-classification",
    GENERATOR: "text-generation",
}


def card(model: LearnedModel) -> str:
    """The model card in Markdown, with the hub's metadata before it."""
    return "\n".join([_metadata(model), *_body(model), ""])


def is_llama(model: LearnedModel) -> bool:
    """Whether Meta's licence asks for its name: “Built with Llama”, and a name that begins so."""
    return "llama" in f"{model.base} {model.licence}".lower()


def _metadata(model: LearnedModel) -> str:
    from huggingface_hub import ModelCardData

    # The base is left out where it is a folder of somebody's machine: the hub would look for it.
    data = ModelCardData(
        base_model=model.base if model.base.count("/") == 1 else None,
        library_name="peft" if model.kind == LORA else None,
        pipeline_tag=TASK[model.kind],
        tags=["autograder", "automatic-short-answer-grading", model.method],
        **_licence(model.licence),
    )
    return f"---\n{data.to_yaml()}\n---"


def _licence(licence: str) -> dict[str, Any]:
    named = licence.strip().lower()
    if named in HUB_LICENCES:
        return {"license": named}
    llama = LLAMA.search(named)
    if llama:
        return {"license": f"llama{llama[1]}"}
    return {"license": "other", "license_name": licence or "not said"}


def _body(model: LearnedModel) -> Iterator[str]:
    yield f"# {model.id}\n"
    yield f"{WHAT[model.kind]}. Made with AutoGrader {model.code} on {model.created:%d %B %Y}.\n"
    if is_llama(model):
        yield "**Built with Llama.**\n"
    yield from _origin(model)
    yield from _table("Figures", "On questions that were held out of training", model.metrics)
    yield from _table("Settings", "", model.settings)
    yield from _use(model)
    yield "## Limits\n"
    yield (
        "It learned how one course's teachers mark. On other subjects, other scales and other "
        "languages it has to be compared first. It proposes marks; a person decides. "
        "What is written above is what was measured, and no more."
    )


def _origin(model: LearnedModel) -> Iterator[str]:
    began = f"the learned model `{model.parent}`" if model.parent != SHIPPED else "its base"
    revision = f" at `{model.base_revision}`" if model.base_revision else ""
    yield "## Made from\n"
    yield f"- Base: `{model.base}`{revision}"
    yield f"- Goes on from {began}, by `{model.method}`"
    yield (
        f"- {model.data_count} examples marked by teachers (sha256 `{model.data}`). They are not "
        "part of this model's files; like any model it may still repeat what it read"
    )
    yield f"- Licence: {model.licence or 'not said'}\n"


def _table(title: str, of: str, values: Mapping[str, object]) -> Iterator[str]:
    yield f"## {title}\n"
    if not values:
        yield "None were measured.\n" if of else "None.\n"
        return
    yield f"{of}.\n" if of else ""
    yield "| | |\n|---|---|"
    for key, value in values.items():
        told = f"{value:.4g}" if isinstance(value, float) else str(value)
        if isinstance(value, list) and len(value) > LONGEST_LIST:
            told = f"{len(value)}, see the manifest"
        yield f"| {_cell(key)} | {_cell(told)} |"
    yield ""


def _use(model: LearnedModel) -> Iterator[str]:
    yield "## Use\n"
    yield f"`python -m autograder learn import {model.id}.zip`, then compare and promote it.\n"
    yield (
        "`known_answers.json` holds made-up answers and the marks that this model gave them. "
        "AutoGrader has them graded again before the model serves, and refuses it if they differ."
        "\n"
    )


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
