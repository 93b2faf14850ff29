from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Page

from autograder.application import Application
from autograder.settings import Settings
from tests.autograder_ui.classroom import Classroom, classroom
from tests.autograder_ui.serving import serving, untroubled


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


@pytest.fixture
def program(room: Classroom) -> Iterator[Application]:
    """The whole program on the class of three, where a test needs more than its pages."""
    with Application.open(Settings(data=room.gradebook.folder)) as opened:
        yield opened


@pytest.fixture
def served(room: Classroom) -> Any:
    """What the window shows. A module that shows something else has its own ``served``."""
    return room.application


@pytest.fixture
def window(served: Any, page: Page) -> Iterator[Page]:
    """The window in a real browser; a dialog or a script error in it fails the test."""
    with serving(served) as url, untroubled(page):
        page.goto(url)
        yield page
