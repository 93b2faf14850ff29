from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest

from autograder.application import Application
from autograder.settings import Settings
from tests.autograder_ui.classroom import Classroom, classroom


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with Application.open(Settings(data=tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
def blocks() -> Iterator[gr.Blocks]:
    with gr.Blocks() as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    """A class of three with scanned answers and predictions; nobody has reviewed."""
    made = classroom(tmp_path / "class")
    yield made
    made.gradebook.close()
