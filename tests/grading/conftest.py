"""A tiny language model and an adapter for it, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    from tests.grading import tiny_llama

    torch.set_num_threads(1)  # on a busy machine threads that wait for each other cost minutes
    return tiny_llama.build(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="session")
def tiny_adapter(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    from tests.grading import tiny_llama

    return tiny_llama.build_adapter(tmp_path_factory.mktemp("adapters") / "strict", tiny_base)


@pytest.fixture(scope="session")
def openai_root() -> Iterator[str]:
    """The address of a server that speaks the OpenAI API in many manners."""
    from tests import openai_server

    with openai_server.running() as root:
        yield root
