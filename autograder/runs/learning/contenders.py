"""Learned models and what ships as graders that can be compared."""

from __future__ import annotations

from contextlib import suppress

from autograder.domain.errors import NotFound
from autograder.domain.learned import CLASSIFIER, LearnedModel
from autograder.grading.choice import choose
from autograder.learning.registry.registry import Registry
from autograder.runs.learning.at_work import Chosen, bare, engine, with_model
from autograder.runs.learning.comparing import Contender
from autograder.settings import Settings

SHIPS = "the one that ships"


def contender(registry: Registry, model: LearnedModel, settings: Settings) -> Contender:
    """A learned model as a grader, checked. InvalidInput: it grades nothing; EngineUnavailable."""
    name = engine(model)
    registry.verify(model.id)
    built = with_model(settings, model.kind, registry.path(model.id), model.base)
    return Contender(model.id, name, built)


def shipped(new: Contender, kind: str) -> Contender:
    """What ships, in a learned model's place.

    Beside an adapter its own base alone; beside a classifier the grader of this machine, for no
    classifier ships.
    """
    plain = bare(new.settings)
    if kind != CLASSIFIER:
        return Contender(SHIPS, new.engine, plain)
    plain = plain.model_copy(update={"grader": "auto"}) if plain.grader == CLASSIFIER else plain
    return Contender(SHIPS, choose(plain)[0], plain)


def at_work(registry: Registry, found: Chosen) -> Contender:
    """The grader that a learned model has to beat, checked. EngineUnavailable: it is damaged."""
    with suppress(NotFound):  # what ships, or an adapter that the settings name
        registry.verify(found.learned)
    return Contender(found.learned or SHIPS, found.name, found.settings)
