"""The teacher's window: Gradio only."""

from autograder_ui.startup import import_gradio

import_gradio()
