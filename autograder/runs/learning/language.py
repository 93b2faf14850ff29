"""A LoRA adapter from marked answers: prompts as grading writes them, a base as grading loads it,
and agreement on held-out answers as grading marks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from autograder import metrics, plugins
from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.domain.exam import Question
from autograder.domain.learned import LORA, LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.embedding import TextEmbedding
from autograder.grading import gpu
from autograder.grading.language import adapters, bases
from autograder.grading.language.adapters import Adapter
from autograder.grading.language.packs import Embed
from autograder.learning.examples.hard_negatives import hard_negatives
from autograder.learning.language.presets import DPO, SFT, TeachingSettings
from autograder.learning.progress import Progress, Step
from autograder.learning.registry import known_answers, manifest
from autograder.learning.registry.manifest import Described
from autograder.runs.learning.at_work import kept
from autograder.runs.learning.descent import parent_of
from autograder.runs.learning.prompts import PassagesOf, Prompts, remembered
from autograder.settings import LlamaSettings, Settings

MOST_LOOKED_AT = 200
"""Held-out answers that are marked at each look, so that looks cost minutes and not hours."""
LAST_STEPS = 10
"""Steps that the loss at the end is the mean of: a single one depends on its few rows."""
ATTACKS = 0.25
"""Hard negatives, as a share of the marked answers."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What to teach, and on what."""

    method: str
    train: Sequence[MarkedExample]
    held_out: Sequence[MarkedExample] = ()
    parent: Path | None = None
    """The adapter to go on from: its folder, or its name in ``models/adapters``."""
    attacks: float = ATTACKS
    passages_of: PassagesOf = lambda question: ()
    learned: Mapping[str, object] = field(default_factory=dict)
    """Which questions are learned from, and how others were held back: see ``recorded``."""


def base_name(llama: LlamaSettings) -> str:
    """The base that the settings name or that fits. EngineUnavailable: none is on this machine."""
    name = llama.base or bases.default(gpu.memory(), llama.offline)
    if name is None:
        raise EngineUnavailable(
            f"There is no language model on this machine to teach. {bases.how_to_get(llama)}"
        )
    return name


def teach_adapter(
    lesson: Lesson, teaching: TeachingSettings, settings: Settings, work: Path, progress: Progress
) -> Path:
    """The finished adapter's folder, in ``work``; goes on from there after a kill.

    EngineUnavailable: a package or the base is missing, or the parent is made for another base.
    InvalidInput: nothing can be learned from the examples, or nobody would know what the parent
    learned from.
    """
    name = base_name(settings.llama)
    parent = _parent(lesson.parent, settings, name)
    _parent_id(lesson.parent, settings)  # one that can't be traced is refused now, not at the end
    embed = TextEmbedding(settings.models / "minilm").embed
    progress.tell(Step(0, 0, message="Writing the prompts."))
    prompts = _prompts(name, settings.llama, embed, lesson.passages_of)
    attacks = hard_negatives(lesson.train, lesson.attacks, teaching.seed)
    examples = [*lesson.train, *attacks]
    try:
        from autograder.grading.language import base_model
        from autograder.learning.language.teaching import Base, Place
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"Teaching the language model needs a package that is not installed: {error.name}. "
            "Install the packages of requirements.txt."
        ) from error
    base = Base(
        name,
        lambda: base_model.load(name, settings.llama),
        on_cpu=teaching.numbers == "fp32",
        parent=parent,
    )
    look = agreement(name, lesson.held_out, embed, settings.llama.batch_size, prompts.tokenizer)
    place = Place(work, progress, look)
    if lesson.method == SFT:
        from autograder.learning.language.sft import train_sft

        return train_sft(prompts.rows(examples, lesson.train, teaching.seed), teaching, base, place)
    if lesson.method == DPO:
        from autograder.learning.language.dpo import train_dpo

        return train_dpo(
            prompts.pairs(examples, lesson.train, teaching.seed), teaching, base, place
        )
    raise InvalidInput(f"There is no method “{lesson.method}” for the language model.")


def keep(
    folder: Path,
    lesson: Lesson,
    teaching: TeachingSettings,
    settings: Settings,
    data: str,
    figures: Mapping[str, float],
) -> LearnedModel:
    """Puts a finished adapter among the learned models, with known answers to check it by.

    ``data`` is the sha256 of the examples. EngineUnavailable: the grader can't wear it.
    """
    name = base_name(settings.llama)
    wearing = settings.llama.model_copy(
        update={"base": name, "adapter": folder, "rationale_tokens": 0}
    )
    grader = plugins.grader("llama", settings.model_copy(update={"llama": wearing}))
    planted = known_answers.plant(lesson.held_out or lesson.train)
    proposed = next((each for each in bases.PROPOSED if each.name == name), None)
    described = Described(
        kind=LORA,
        method=lesson.method,
        base=name,
        base_revision=bases.revision(name).partition("@")[2],
        parent=_parent_id(lesson.parent, settings),
        data=data,
        data_count=len(lesson.train),
        settings={**asdict(teaching), "attacks": lesson.attacks, **lesson.learned},
        metrics=figures,
        licence=proposed.licence if proposed else f"That of {manifest.portable(name)}",
        known=known_answers.record(planted, grader.grade),
    )
    return kept(settings).add(folder, described)


def figures(told: Sequence[Step]) -> dict[str, float]:
    """What a training's progress comes to: agreement before and after, and the loss at the end."""
    seen = [each.qwk for each in told if each.qwk is not None]
    losses = [each.loss for each in told if each.loss is not None]
    ends = {"qwk before": seen[:1], "qwk": seen[-1:], "loss": losses[-LAST_STEPS:]}
    return {name: fmean(values) for name, values in ends.items() if values}


def agreement(
    name: str, held_out: Sequence[MarkedExample], embed: Embed, batch: int, tokenizer: Any
) -> Callable[[Any], float | None] | None:
    """How well a model would mark the held-out answers: by the grader itself, without reviews.

    None where there are no answers to look at.
    """
    some = _some(held_out)
    if not some:
        return None

    def look(model: Any) -> float | None:
        from autograder.grading.graders.llama import LlamaGrader
        from autograder.grading.language.language_model import LanguageModel

        grader = LlamaGrader(LanguageModel(name, model, tokenizer, batch), embed, 0)
        return _qwk(some, grader.grade)

    return look


def _qwk(
    examples: Sequence[MarkedExample], grade: Callable[[Question, Sequence[str]], Sequence[Any]]
) -> float | None:
    """QWK over all scales, each mark as its share of its scale; None where it can't be told."""
    by_question: dict[Question, list[MarkedExample]] = {}
    for each in examples:
        by_question.setdefault(each.question, []).append(each)
    given, predicted = [], []
    for question, own in by_question.items():
        made = grade(question, [each.text for each in own])
        for example, prediction in zip(own, made, strict=True):
            if prediction.mark is not None:
                given.append(question.scale.share(example.mark))
                predicted.append(question.scale.share(prediction.mark))
    found = metrics.qwk(np.array(given), np.array(predicted)) if given else float("nan")
    return None if np.isnan(found) else found


def _some(held_out: Sequence[MarkedExample]) -> list[MarkedExample]:
    """At most so many, from everywhere in the list."""
    step = max(1, -(-len(held_out) // MOST_LOOKED_AT))
    return list(held_out[::step])


def _parent(folder: Path | None, settings: Settings, base: str) -> Adapter | None:
    if folder is None:
        return None
    return adapters.read(adapters.located(folder, settings.models), base)


def _parent_id(folder: Path | None, settings: Settings) -> str:
    named = folder and adapters.located(folder, settings.models)
    return parent_of(kept(settings), LORA, named)


def _prompts(name: str, llama: LlamaSettings, embed: Embed, passages_of: PassagesOf) -> Prompts:
    from transformers import AutoTokenizer

    source = bases.on_machine(name)
    if source is None and llama.offline:
        raise EngineUnavailable(
            f"The language model {name} is not on this machine. {bases.how_to_get(llama, name)}"
        )
    tokenizer = AutoTokenizer.from_pretrained(
        str(source or name), local_files_only=llama.offline, trust_remote_code=False
    )
    return Prompts.of(tokenizer, remembered(embed), llama.rationale_tokens, passages_of)
