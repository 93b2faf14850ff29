from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.drafting import tiny_models


@pytest.fixture(scope="session")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny seq2seq base."""
    return tiny_models.bart(tmp_path_factory.mktemp("bart") / "tiny-bart")


@pytest.fixture(scope="session")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny causal base."""
    return tiny_models.gpt2(tmp_path_factory.mktemp("gpt2") / "tiny-gpt2")
