"""Learned models and what ships as graders that can be compared."""

from __future__ import annotations

from autograder.domain.errors import InvalidInput
from autograder.domain.learned import CLASSIFIER, ENCODER, GENERATOR, LORA, SHIPPED, LearnedModel
from autograder.grading.choice import choose
from autograder.learning.registry.registry import Registry
from autograder.runs.learning.comparing import Contender
from autograder.settings import Settings

ENGINES = {LORA: "llama", ENCODER: "encoder", CLASSIFIER: "classifier"}
SHIPS = "the one that ships"


def contender(registry: Registry, model: LearnedModel, settings: Settings) -> Contender:
    """A learned model as a grader, checked. InvalidInput: it grades nothing; EngineUnavailable."""
    if model.kind == GENERATOR:
        raise InvalidInput(
            f"{model.id} drafts reference answers and grades nothing: “learn generate” says how "
            "good its drafts are."
        )
    registry.verify(model.id)
    folder = registry.path(model.id)
    if model.kind == LORA:
        llama = settings.llama.model_copy(update={"adapter": folder})
        built = settings.model_copy(update={"llama": llama})
    else:
        part = getattr(settings, model.kind).model_copy(update={"model": folder})
        built = settings.model_copy(update={model.kind: part})
    return Contender(model.id, ENGINES[model.kind], built)


def shipped(kind: str, settings: Settings) -> Contender:
    """What grades in place of a learned model of that kind when none is promoted.

    Beside a classifier that is the grader of this machine: no classifier ships.
    """
    plain = settings.model_copy(
        update={
            "llama": settings.llama.model_copy(update={"adapter": None}),
            "encoder": settings.encoder.model_copy(update={"model": None}),
            "classifier": settings.classifier.model_copy(update={"model": None}),
        }
    )
    engine = choose(plain)[0] if kind == CLASSIFIER else ENGINES[kind]
    return Contender(SHIPS, engine, plain)


def line_of(registry: Registry, model: LearnedModel) -> list[LearnedModel]:
    """The model and those that it goes on from. NotFound: one of them was removed since."""
    line = [model]
    while line[-1].parent != SHIPPED and len(line) < 100:
        line.append(registry.get(line[-1].parent))
    return line
