"""Keys instead of the mouse: one listener a tab, and the list that ``?`` opens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape

import gradio as gr


@dataclass(frozen=True)
class Shortcut:
    """Keys (as ``KeyboardEvent.key`` names them) that click what the CSS selector finds.

    In the selector ``{key}`` stands for the key that was pressed.
    """

    keys: tuple[str, ...]
    target: str
    what: str
    shown: str = ""
    """How the list names the keys, where not by their own names."""


def shortcuts(keys: Sequence[Shortcut]) -> gr.HTML:
    """The tab's keys: they work while the tab is open and never while somebody types.

    They can be switched off, since single keys disturb speech input (WCAG 2.2, 2.1.4).
    """
    table = json.dumps([asdict(key) for key in keys])
    return gr.HTML(
        f'<button type="button" class="keys-button" title="Keyboard (?)">Keys <kbd>?</kbd></button>'
        f'<dialog class="keys" aria-label="Keyboard"><h3>Keyboard</h3><table>'
        f"{''.join(map(_row, keys))}{_line('?', 'Open this list')}</table>"
        '<label><input type="checkbox" class="keys-on" checked> Use these keys</label>'
        '<form method="dialog"><button>Close</button></form></dialog>',
        js_on_load=f"AutoGrader.shortcuts(element, {table});",
        apply_default_css=False,
        elem_classes="shortcuts",
        min_width=80,
    )


def _row(shortcut: Shortcut) -> str:
    return _line(shortcut.shown or " ".join(shortcut.keys), shortcut.what)


def _line(keys: str, what: str) -> str:
    caps = " ".join(f"<kbd>{escape(key)}</kbd>" for key in keys.split())
    return f'<tr><th scope="row">{caps}</th><td>{escape(what)}</td></tr>'
