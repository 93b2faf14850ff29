"""Gradio, imported in half its time: a teacher waits for this at every start."""

from __future__ import annotations

import inspect
from typing import Any


def import_gradio() -> None:
    """Imports Gradio without the ``.pyi`` files that it writes for editors.

    Gradio 6.31 re-parses its components' sources on every import to keep those files up to date
    (``gradio.component_meta.create_or_modify_pyi``): 3 of 6.5 seconds on two cores. It skips a
    component whose source file can't be found, so during the import there is none to be found.
    Afterwards the function itself is put out of work, so that none appear beside our own files.
    """
    find = inspect.getfile

    def hidden(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("no editor files, please")
        return find(thing)

    inspect.getfile = hidden  # type: ignore[assignment]
    try:
        from gradio import component_meta
    finally:
        inspect.getfile = find
    component_meta.create_or_modify_pyi = lambda *_: None
