"""The real engine, loaded once in 4 bits, as good as new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading.graders.llama import LlamaGrader
from tests.grading.llama.tiny import build


@pytest.fixture(scope="session")
def loaded(tiny_base: Path) -> LlamaGrader:
    return build(tiny_base)


@pytest.fixture
def grader(loaded: LlamaGrader) -> Iterator[LlamaGrader]:
    yield loaded
    loaded.use_adapter(None)
    loaded._model._batches.size = 8
    loaded._model._kept.clear()
    loaded._reader.forget()
