"""Which grader is at work: the one that ships, or a learned one that was put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import EngineUnavailable, NotFound
from autograder.domain.learned import CLASSIFIER, ENCODER, LORA, LearnedModel, Promotion
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.choice import choose
from autograder.grading.language import adapters, bases
from autograder.learning.registry.registry import Registry
from autograder.settings import Settings

ENGINES: Mapping[str, str] = {LORA: "llama", ENCODER: "encoder", CLASSIFIER: "classifier"}
"""The grader that a kind of learned model is part of."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A grader's name, the settings to build it by, and why it is the one, for the teacher."""

    name: str
    settings: Settings
    why: str
    model: LearnedModel | None = None
    """The learned model that it is or wears."""


def kept(settings: Settings) -> Registry:
    """The learned models, each checked as grading reads it."""
    return Registry(settings.models / "adapters", {LORA: adapters.read})


def serving(settings: Settings, gradebook: Gradebook) -> Settings:
    """The settings with the learned models in them that were put to work and are there."""
    return chosen(settings, gradebook).settings


def chosen(
    settings: Settings, gradebook: Gradebook, refused: Mapping[str, str] | None = None
) -> Chosen:
    """The grader to serve; ``refused`` are learned models that can't, with the reasons.

    A network of the built-in grader or an adapter serves where the grader that it belongs to is
    at work. A classifier belongs to none: it serves unless one of those was promoted after it.
    """
    promoted = [each for each in gradebook.promotions.serving() if each.kind in ENGINES]
    troubles = dict(refused or {})
    found = _found(kept(settings), promoted, troubles)
    served = settings
    for _, model, folder in found:
        served = with_model(served, model, folder)
    name, why = choose(served)
    possible = {name, "classifier"} if settings.grader == "auto" else {name}
    for promotion, model, _ in found:
        if ENGINES[model.kind] in possible:
            told = (why, _learned(promotion), *_waiting(found, model), *_told(troubles))
            return Chosen(ENGINES[model.kind], served, " ".join(told), model)
    return Chosen(name, served, " ".join((why, *_waiting(found, None), *_told(troubles))))


def with_model(settings: Settings, model: LearnedModel, folder: Path) -> Settings:
    """The settings in which a learned model grades; an adapter on its own base, if that is here."""
    part = ENGINES[model.kind]
    changes: dict[str, object] = {"adapter" if model.kind == LORA else "model": folder}
    if model.kind == LORA and not settings.llama.base and bases.on_machine(model.base):
        changes["base"] = model.base
    return settings.model_copy(update={part: getattr(settings, part).model_copy(update=changes)})


Found = tuple[Promotion, LearnedModel, Path]


def _found(
    registry: Registry, promoted: Sequence[Promotion], troubles: dict[str, str]
) -> list[Found]:
    """The promoted models that are there and not refused; the others' troubles are added."""
    found = []
    for each in promoted:
        if each.model in troubles:
            continue
        try:
            found.append((each, registry.get(each.model), registry.path(each.model)))
        except (NotFound, EngineUnavailable) as error:
            troubles[each.model] = str(error)
    return found


def _learned(promotion: Promotion) -> str:
    return (
        f"It is {promotion.model}, which learned from marks; {promotion.author} put it to work "
        f"on {promotion.at.astimezone():%d %B %Y}."
    )


def _waiting(found: Sequence[Found], at_work: LearnedModel | None) -> Iterator[str]:
    for _, model, _ in found:
        if model is not at_work:
            yield f"{model.id} was put to work too, but its grader ({ENGINES[model.kind]}) isn't."


def _told(troubles: Mapping[str, str]) -> Iterator[str]:
    for model_id, reason in troubles.items():
        yield f"{model_id} was put to work but can't be used, so what ships serves: {reason}"
