"""The window in a real browser, served from this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Dialog, Page, expect

from autograder.api.listening import address, listen
from autograder.api.server import build_server
from autograder.application import Application
from autograder.settings import ServerSettings
from autograder_ui.mount import mount_ui

PATIENCE = 30_000  # milliseconds until a test gives up on what it waits for


@contextmanager
def serving(application: Application) -> Iterator[str]:
    """The address of the application's window, on a free port."""
    app = build_server(application)
    mount_ui(app, application)
    with at_address(app) as url:
        yield url


@contextmanager
def at_address(app: FastAPI) -> Iterator[str]:
    """Where ``app`` answers: a server on a free port, in a thread of this process."""
    with listen(ServerSettings(port=0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield address(listening)
        server.should_exit = True
        thread.join(10)


@contextmanager
def untroubled(page: Page) -> Iterator[Page]:
    """The page; a dialog or a script error in it fails the test."""
    troubles: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        troubles.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield page
    page.close()
    assert troubles == []


def open_tab(page: Page, name: str) -> None:
    """Opens a tab; on a telephone the last ones stand in a menu."""
    tab = page.get_by_role("tab", name=name, exact=True)
    tab.or_(page.locator("#pages .overflow-menu > button")).first.wait_for()
    if not tab.is_visible():
        page.locator("#pages .overflow-menu > button").click()
        tab = page.locator("#pages .overflow-dropdown button", has_text=name)
    tab.click()
