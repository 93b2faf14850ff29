"""A real Chromium for the browser tests, and the data that isn't part of the project."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright

from tests.places import SHARED_DATA

# A busy machine is slow now and then, which says nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


def chromium(playwright: Playwright) -> str:
    """The path of a Chromium: the one that is named, the system's, or Playwright's own."""
    named = os.environ.get("AUTOGRADER_CHROMIUM") or shutil.which("chromium")
    return named or playwright.chromium.executable_path


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright: Playwright) -> dict[str, Any]:
    """Overrides pytest-playwright's own: in CI a missing browser is a failure, else a skip."""
    path = chromium(playwright)
    if not Path(path).exists() and "AUTOGRADER_REQUIRE_BROWSER" not in os.environ:
        pytest.skip("needs a Chromium: run `make browser` or set AUTOGRADER_CHROMIUM")
    return {"executable_path": path, "args": QUIET}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data sets and scans."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the shared data: {SHARED_DATA} (set AUTOGRADER_SHARED_DATA)")
    return SHARED_DATA
