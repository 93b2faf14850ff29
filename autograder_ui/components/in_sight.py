"""Tells when a tab is really looked at, so that costly work isn't done for tabs in the back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import gradio as gr


class InSight(gr.HTML):
    """Triggers ``seen`` once after each new value of ``opened()`` that comes into sight.

    A tab's ``load`` runs whenever the exam changes, opened or not. Its behaviour is in
    ``static/in_sight.js``.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "",
            js_on_load="AutoGrader.inSight(element, watch, () => trigger('seen'));",
            apply_default_css=False,
            elem_classes="in-sight",
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"


def opened() -> str:
    """A new value."""
    return f'<i data-opened="{uuid4().hex}">&nbsp;</i>'
