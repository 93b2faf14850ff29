"""Learned models and what ships as graders that can be compared."""

from __future__ import annotations

from autograder.domain.errors import InvalidInput
from autograder.domain.learned import CLASSIFIER, GENERATOR, SHIPPED, LearnedModel
from autograder.grading.choice import choose
from autograder.learning.registry.registry import Registry
from autograder.runs.learning.at_work import ENGINES, with_model
from autograder.runs.learning.comparing import Contender
from autograder.settings import Settings

SHIPS = "the one that ships"


def contender(registry: Registry, model: LearnedModel, settings: Settings) -> Contender:
    """A learned model as a grader, checked. InvalidInput: it grades nothing; EngineUnavailable."""
    if model.kind == GENERATOR:
        raise InvalidInput(
            f"{model.id} drafts reference answers and grades nothing: “learn generate” says how "
            "good its drafts are."
        )
    registry.verify(model.id)
    built = with_model(settings, model, registry.path(model.id))
    return Contender(model.id, ENGINES[model.kind], built)


def shipped(new: Contender, kind: str) -> Contender:
    """What grades in a learned model's place when none of its kind is promoted.

    Beside an adapter its own base alone; beside a classifier the grader of this machine, for no
    classifier ships.
    """
    bare = {"llama": "adapter", "encoder": "model", "classifier": "model"}
    plain = new.settings.model_copy(
        update={
            part: getattr(new.settings, part).model_copy(update={name: None})
            for part, name in bare.items()
        }
    )
    return Contender(SHIPS, choose(plain)[0] if kind == CLASSIFIER else new.engine, plain)


def line_of(registry: Registry, model: LearnedModel) -> list[LearnedModel]:
    """The model and those that it goes on from. NotFound: one of them was removed since."""
    line = [model]
    while line[-1].parent != SHIPPED and len(line) < 100:
        line.append(registry.get(line[-1].parent))
    return line
