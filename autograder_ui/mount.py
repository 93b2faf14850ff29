"""The window on its server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI

from autograder_ui.layout import build_ui
from autograder_ui.theme import MOUNT_OPTIONS

if TYPE_CHECKING:
    from autograder.application import Application


def mount_ui(server: FastAPI, application: Application) -> None:
    """Serves the teacher's page at the server's root, beside the routes that it has already."""
    gr.mount_gradio_app(server, build_ui(application), path="/", **MOUNT_OPTIONS)
