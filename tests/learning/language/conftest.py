"""The tiny language model of the grading tests, and what is quick to teach it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.learning.language.presets import SFT, Card, TeachingSettings, preset
from autograder.learning.language.rows import Pair, Row
from autograder.learning.language.teaching import Base
from autograder.settings import LlamaSettings
from tests.grading.conftest import tiny_adapter, tiny_base

__all__ = ["tiny_adapter", "tiny_base"]

A, B = (36,), (37,)  # two tokens of the tiny vocabulary


@pytest.fixture
def teaching() -> TeachingSettings:
    """Two epochs of eight rows a step, with dropout, so that a lost random state shows."""
    shipped = preset(Card(), SFT)
    return replace(shipped, epochs=2, batch=8, learning_rate=5e-3, dropout=0.1, saves=100)


@pytest.fixture
def base(tiny_base: Path) -> Base:
    return base_of(tiny_base)


def base_of(folder: Path) -> Base:
    from autograder.grading.language import base_model

    settings = LlamaSettings(base=str(folder), device="cpu")
    return Base(str(folder), lambda: base_model.load(str(folder), settings), on_cpu=True)


def rows(count: int = 24) -> list[Row]:
    """Prompts that begin in one of two ways, which decides their label."""
    return [
        Row((60 + index % 2, *range(70, 78 + index % 5)), (A, B)[index % 2], where=f"row {index}")
        for index in range(count)
    ]


def pairs(count: int = 24) -> list[Pair]:
    return [Pair(row.prompt, row.reply, A if row.reply == B else B) for row in rows(count)]
