"""The one way in which a trigger reaches a handler."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from html import escape
from typing import Any, Literal, ParamSpec, TypeVar

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import AutoGraderError

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

APOLOGY = (
    "Sorry, something went wrong on our side. Nothing that was saved is lost. "
    "Please try again; the details are in the program's log."
)


def connect(
    trigger: Callable[..., Any] | Sequence[Callable[..., Any]],
    handler: Callable[..., Any],
    inputs: Any = None,
    outputs: Any = None,
    *,
    js: str | None = None,
    progress: Literal["full", "minimal", "hidden"] = "hidden",
    latest_only: bool = False,
    every: bool = False,
) -> Dependency:
    """Calls ``handler`` on ``trigger`` (such as ``button.click``, or several), errors shown kindly.

    Never part of the public API. The handler takes plain values and returns plain values; a
    parameter annotated ``gr.EventData`` gets the event. ``js`` runs in the browser before.
    What is triggered while the handler still runs is lost, which is right for a button; with
    ``latest_only`` it runs once more with the newest values, which is right for what is kept as
    it is typed and for what shows the exam (and is Gradio's own way with ``change``). An event
    may have one such handler: two of them defer each other for ever in Gradio 6.31, so the
    second one is chained, or takes ``every``. ``every`` runs it for each trigger in turn: an
    event's own data would be the first one's otherwise. The result chains: ``.then``,
    ``.success``.
    """
    listen = trigger if callable(trigger) else _any_of(trigger)
    connected: Dependency = listen(
        kindly(handler),
        inputs,
        outputs,
        js=js,
        show_progress=progress,
        trigger_mode="multiple" if every else "always_last" if latest_only else None,
        api_visibility="private",
    )
    return connected


def kindly(handler: Callable[P, R]) -> Callable[P, R]:
    """``handler`` with its errors as messages: a teacher's own in words, a bug as an apology."""

    @wraps(handler)
    def handled(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except AutoGraderError as error:
            words = escape(str(error), quote=False)  # Gradio shows a message as HTML
            raise gr.Error(words, title="Not done", print_exception=False) from error
        except gr.Error:
            raise
        except Exception as error:
            log.exception("A bug in %s", getattr(handler, "__qualname__", handler))
            raise gr.Error(APOLOGY, title="Sorry", print_exception=False) from error

    return handled


def _any_of(triggers: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    def listen(handler: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return gr.on(list(triggers), handler, *args, **options)

    return listen
