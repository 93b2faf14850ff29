"""In which order rows are taught: fixed by the seed, so that a training can go on after a kill."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from autograder.learning.language.rows import Row

Taught = TypeVar("Taught")


def in_steps(
    groups: Sequence[Sequence[Taught]], batch: int, epochs: int, seed: int
) -> list[Taught]:
    """Every row ``epochs`` times, ``batch`` rows a step; a step's rows are of one group.

    A step's loss is the mean over its tokens. In a step of labels and reasons together the one
    token of each label would weigh next to nothing.
    """
    chance = random.Random(seed)  # noqa: S311  # an order, no secret
    steps = [step for group in groups if group for step in _steps(group, batch, epochs, chance)]
    chance.shuffle(steps)
    return [row for step in steps for row in step]


def by_kind(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each kind."""
    kinds = dict.fromkeys(row.kind for row in rows)
    return [[row for row in rows if row.kind == kind] for kind in kinds]


def _steps(
    group: Sequence[Taught], batch: int, epochs: int, chance: random.Random
) -> list[list[Taught]]:
    stream: list[Taught] = []
    for _ in range(epochs):
        stream += chance.sample(group, len(group))
    short = -len(stream) % batch
    stream += [group[index % len(group)] for index in range(short)]
    return [stream[start : start + batch] for start in range(0, len(stream), batch)]
