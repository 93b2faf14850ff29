"""An engine is found by its file name: a new one is a new file with a ``build`` function."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from autograder.domain.errors import InvalidInput
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.grading.grader import Grader
    from autograder.reading.recognizer import TextRecognizer

RECOGNIZERS = "autograder.reading.recognizers"
GRADERS = "autograder.grading.graders"


def names(package: str) -> list[str]:
    """The engines in ``package``, without importing any of them."""
    spec = find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    found = {path.stem for folder in folders for path in Path(folder).glob("[a-z]*.py")}
    return sorted(found)


def recognizer(name: str, settings: Settings) -> TextRecognizer:
    """The OCR engine of that name. InvalidInput: no such engine; EngineUnavailable: not here."""
    return cast("TextRecognizer", _build(RECOGNIZERS, name, settings))


def grader(name: str, settings: Settings) -> Grader:
    """The grader of that name. InvalidInput: no such grader; EngineUnavailable: not here."""
    return cast("Grader", _build(GRADERS, name, settings))


def _build(package: str, name: str, settings: Settings) -> object:
    if name not in names(package):
        raise InvalidInput(
            f"There is no engine “{name}”. Choose one of: {', '.join(names(package))}."
        )
    return import_module(f"{package}.{name}").build(settings)
