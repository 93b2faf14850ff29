"""Takes the README's pictures: every tab of the demo, on a desk and on a phone, light and dark.

python docs/screenshots.py [FOLDER]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.autograder_ui.serving import open_tab  # noqa: E402
from tests.conftest import QUIET, chromium  # noqa: E402
from tests.running_app import running_app  # noqa: E402

TABS = ("Exam", "Scripts", "Reading", "Groups", "Marking", "Agreement", "Gradebook", "Models")
SIZES = {"1440": (1440, 900), "390": (390, 844)}
READY_SECONDS = 900
SETTLED = 2_500


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as data,
        running_app(Path(data), "--demo") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(playwright), args=QUIET)
        _wait_until_marked(browser, address)
        for name, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                page.goto(address)
                _take(page, folder, name if scheme == "light" else f"{name}-dark")
                context.close()
        browser.close()


def _wait_until_marked(browser: Browser, address: str) -> None:
    """The demo reads and grades its scans while one looks on."""
    deadline = time.monotonic() + READY_SECONDS
    page = browser.new_page()
    page.goto(address)
    page.locator("#work-bar").wait_for()  # reading begins as soon as the window is there
    while page.locator("#work-bar").is_visible() and time.monotonic() < deadline:
        page.wait_for_timeout(1_000)
    page.close()


def _take(page: Page, folder: Path, suffix: str) -> None:
    page.wait_for_timeout(SETTLED)
    for tab in TABS:
        open_tab(page, tab)
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=folder / f"{tab.lower()}-{suffix}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs" / "pictures")
