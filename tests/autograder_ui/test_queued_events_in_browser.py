"""What is pressed while the stream of results is about to end is shown all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import gradio as gr
import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder_ui.events import connect
from autograder_ui.theme import MOUNT_OPTIONS
from tests.autograder_ui.serving import at_address, untroubled

pytestmark = pytest.mark.browser

LATE = 1.5  # seconds by which the browser hears late that its stream has ended


class LateEnds:
    """A network on which the end of a stream of results is overtaken by other answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def late(message: Message) -> None:
            if b"close_stream" in message.get("body", b""):
                await asyncio.sleep(LATE)
            await send(message)

        is_stream = scope.get("path", "").endswith("/queue/data")
        await self._app(scope, receive, late if is_stream else send)


def two_buttons() -> gr.Blocks:
    blocks: gr.Blocks = gr.Blocks()
    with blocks:
        said = [gr.Textbox(label=name) for name in ("First", "Second")]
        for name, box in zip(("First", "Second"), said, strict=True):
            connect(gr.Button(name).click, lambda name=name: f"{name} pressed", None, [box])
    return blocks


@pytest.fixture
def pressed(page: Page) -> Iterator[Page]:
    app = FastAPI()
    gr.mount_gradio_app(app, two_buttons(), path="/", **MOUNT_OPTIONS)
    app.add_middleware(LateEnds)
    with at_address(app) as url, untroubled(page):
        page.goto(url)
        yield page


def test_an_event_queued_as_the_stream_ends_is_shown(pressed: Page) -> None:
    for name in ("First", "Second"):  # the second before the browser knows of the end
        pressed.get_by_role("button", name=name).click()
        expect(pressed.get_by_label(name)).to_have_value(f"{name} pressed")


def test_events_go_on_after_the_stream_has_ended(pressed: Page) -> None:
    pressed.get_by_role("button", name="First").click()
    expect(pressed.get_by_label("First")).to_have_value("First pressed")
    pressed.wait_for_timeout(2 * LATE * 1000)
    pressed.get_by_role("button", name="Second").click()
    expect(pressed.get_by_label("Second")).to_have_value("Second pressed")
