"""What a learned model goes on from: it is never tried on what its forebears learned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from autograder.domain.errors import InvalidInput
from autograder.domain.learned import SHIPPED, LearnedModel
from autograder.learning.registry import contents, disk
from autograder.learning.registry.manifest import ID
from autograder.learning.registry.registry import Registry

ELSEWHERE = (
    "The learned model {folder} is not among those that are kept here, and what it learned from "
    "must be known. Bring it in first: “learn export” where it was made, “learn import” here."
)


def parent_of(registry: Registry, kind: str, folder: Path | None) -> str:
    """The id of the learned model in ``folder``, or ``SHIPPED``.

    Of a folder that no training of AutoGrader made, which nobody can trace, it is the name with
    the sum of its files: ``strict@0a1b2c3d4e5f``. InvalidInput: another AutoGrader keeps it.
    """
    if folder is None:
        return SHIPPED
    own = registry.folder / folder.name
    if ID.fullmatch(folder.name) and own.is_dir() and own.samefile(folder):
        return registry.get(folder.name).id
    if (folder / contents.MANIFEST).exists():
        raise InvalidInput(ELSEWHERE.format(folder=folder))
    sums = "".join(f"{each.name} {disk.sha256(each)}\n" for each in contents.found(folder, kind))
    return f"{folder.name}@{hashlib.sha256(sums.encode()).hexdigest()[:12]}"


def line_of(registry: Registry, model: LearnedModel) -> list[LearnedModel]:
    """The model and those that it goes on from. NotFound: one of them was removed since."""
    return list(_line(registry, model))


def _line(registry: Registry, model: LearnedModel) -> Iterator[LearnedModel]:
    yield model
    while model.parent != SHIPPED and "@" not in model.parent:
        model = registry.get(model.parent)
        yield model
