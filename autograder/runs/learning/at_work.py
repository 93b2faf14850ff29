"""Which grader is at work: the one that ships, or a learned one that was put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.domain.errors import EngineUnavailable, InvalidInput, NotFound
from autograder.domain.learned import (
    CLASSIFIER,
    ENCODER,
    LORA,
    SHIPPED,
    LearnedModel,
    Promotion,
)
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.choice import choose
from autograder.grading.language import adapters, bases
from autograder.learning.registry.registry import Registry
from autograder.settings import Settings

ENGINES: Mapping[str, str] = {LORA: "llama", ENCODER: "encoder", CLASSIFIER: "classifier"}
"""The grader that a kind of learned model is part of."""
FOLDERS: Mapping[str, str] = {"llama": "adapter", "encoder": "model", "classifier": "model"}
"""The setting of a grader that names what it has learned."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A grader's name, the settings to build it by, and why it is the one, for the teacher."""

    name: str
    settings: Settings
    why: str
    model: LearnedModel | None = None
    """The learned model that it is or wears."""

    @property
    def learned(self) -> str:
        """The learned model's id, or the folder's name of one that the settings name; ``SHIPPED``.

        A grader that can't learn is its own name: beating it says nothing of what ships.
        """
        if self.name not in FOLDERS:
            return self.name
        folder: Path | None = getattr(getattr(self.settings, self.name), FOLDERS[self.name])
        return folder.name if folder else SHIPPED


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
        served = with_model(served, model.kind, folder, model.base)
    name, why = choose(served)
    possible = _possible(served)
    for promotion, model, _ in found:
        if ENGINES[model.kind] in possible:
            told = (why, _learned(promotion), *_waiting(found, model), *_told(troubles))
            return Chosen(ENGINES[model.kind], served, " ".join(told), model)
    return Chosen(name, served, " ".join((why, *_waiting(found, None), *_told(troubles))))


def to_beat(settings: Settings, gradebook: Gradebook, model: LearnedModel) -> Chosen:
    """The grader whose place a learned model would take if it were promoted now.

    That is the one at work, unless the model's own kind of grader isn't; then that kind's.
    InvalidInput: it grades nothing.
    """
    now = chosen(settings, gradebook)
    if now.name == "classifier" and now.learned == SHIPPED:  # none ships, so nothing grades yet
        return to_beat(settings.model_copy(update={"grader": "auto"}), gradebook, model)
    own = Chosen(engine(model), now.settings, "")
    after = with_model(now.settings, model.kind, kept(settings).path(model.id), model.base)
    if own.name in _possible(after) or (own.name, own.learned) == ("classifier", SHIPPED):
        return now
    return own if own.learned != SHIPPED else replace(own, settings=bare(after))


def beaten(settings: Settings, gradebook: Gradebook, model: LearnedModel) -> str:
    """What a proof must be against for a model to be put to work, see ``Chosen.learned``."""
    if model.kind not in ENGINES:
        return gradebook.promotions.at_work(model.kind)
    return to_beat(settings, gradebook, model).learned


def engine(model: LearnedModel) -> str:
    """The grader that a model is part of. InvalidInput: it grades nothing."""
    if model.kind not in ENGINES:
        raise InvalidInput(
            f"{model.id} drafts reference answers and grades nothing: “learn generate” says how "
            "good its drafts are."
        )
    return ENGINES[model.kind]


def with_model(settings: Settings, kind: str, folder: Path, base: str = "") -> Settings:
    """The settings in which what was learned grades; an adapter on its ``base``, if that is here
    and the settings name no other."""
    part = ENGINES[kind]
    changes: dict[str, object] = {FOLDERS[part]: folder}
    if kind == LORA and not settings.llama.base and bases.on_machine(base):
        changes["base"] = base
    return settings.model_copy(update={part: getattr(settings, part).model_copy(update=changes)})


def bare(settings: Settings) -> Settings:
    """The settings without anything learned in them."""
    parts = {
        part: getattr(settings, part).model_copy(update={name: None})
        for part, name in FOLDERS.items()
    }
    return settings.model_copy(update=parts)


def _possible(settings: Settings) -> set[str]:
    """The graders that serve where they were promoted last."""
    name, _ = choose(settings)
    return {name, "classifier"} if settings.grader == "auto" else {name}


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
